import type * as sdk from '@aws-sdk/client-lambda';
import { AwsError, type Operations } from '../../core';
import {
  invalid,
  refer,
  requireFunction,
  requireRevision,
  type Reference,
} from './lookup';
import { LATEST } from './model';
import { page } from './page';
import {
  allocate,
  provisioned,
  provisionedOf,
  requireUnallocated,
  requireUnweighted,
  requireWithinReserve,
  type Provisioned,
} from './provisioned';

function show(record: Provisioned) {
  return {
    RequestedProvisionedConcurrentExecutions: record.requested,
    AvailableProvisionedConcurrentExecutions: record.allocated,
    AllocatedProvisionedConcurrentExecutions: record.allocated,
    Status: record.status,
    LastModified: record.lastModified.replace('Z', '+0000'),
  };
}

function requirePublishedQualifier(reference: Reference): string {
  const { qualifier } = reference;
  if (!qualifier || qualifier === LATEST) {
    throw invalid(
      'Provisioned Concurrency Configs cannot be applied to unpublished function versions.',
    );
  }
  return qualifier;
}

/** Provisioned concurrency: allocated after a minute, moved with its alias. */
export const provisionedOperations = {
  PutProvisionedConcurrencyConfig(input, context) {
    const reference = refer(context, input.FunctionName, input.Qualifier);
    const { sandbox } = context;
    const { state, name } = reference;
    const qualifier = requirePublishedQualifier(reference);
    const { version } = requireRevision(reference);
    const requested = input.ProvisionedConcurrentExecutions;
    requireUnweighted(state.aliases.get(`${name}:${qualifier}`));
    requireUnallocated(sandbox, state, name, { qualifier, version });
    requireWithinReserve(requireFunction(reference), requested);
    return show(
      allocate(sandbox, state, name, { qualifier, version, requested }),
    );
  },

  GetProvisionedConcurrencyConfig(input, context) {
    const reference = refer(context, input.FunctionName, input.Qualifier);
    const { state, name } = reference;
    requireFunction(reference);
    const qualifier = requirePublishedQualifier(reference);
    const found = provisioned(context.sandbox, state).get(
      `${name}:${qualifier}`,
    );
    if (!found) {
      throw new AwsError(
        'ProvisionedConcurrencyConfigNotFoundException',
        'No Provisioned Concurrency Config found for this function',
        { fields: { Type: 'User' } },
      );
    }
    return show(found);
  },

  DeleteProvisionedConcurrencyConfig(input, context) {
    const reference = refer(context, input.FunctionName, input.Qualifier);
    const { state, name } = reference;
    requireFunction(reference);
    const qualifier = requirePublishedQualifier(reference);
    requireUnweighted(state.aliases.get(`${name}:${qualifier}`));
    provisioned(context.sandbox, state).delete(`${name}:${qualifier}`);
  },

  ListProvisionedConcurrencyConfigs(input, context) {
    const reference = refer(context, input.FunctionName);
    const { state, name } = reference;
    requireFunction(reference);
    const shown = page(
      provisionedOf(context.sandbox, state, name),
      record => record.qualifier,
      input,
    );
    return {
      NextMarker: shown.next,
      ProvisionedConcurrencyConfigs: shown.items.map(record => ({
        FunctionArn: state.arn(name, record.qualifier),
        ...show(record),
      })),
    };
  },
} satisfies Operations<typeof sdk>;
