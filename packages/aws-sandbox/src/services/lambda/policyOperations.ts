import { createHash } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-lambda';
import { AwsError, type Operations } from '../../core';
import {
  conflict,
  notFound,
  refer,
  requireAlias,
  requireFunction,
  requireRevision,
  requireRevisionId,
  type Reference,
} from './lookup';

/** Resource policies are recorded; the sandbox does not evaluate them. */
export const policyOperations = {
  AddPermission(input, context) {
    const reference = refer(context, input.FunctionName, input.Qualifier);
    requireRevision(reference);
    const { state } = reference;
    const key = keyOf(reference);
    const statements = state.policies.get(key) ?? {};
    requireRevisionId(input.RevisionId, revisionOf(statements), 'GetPolicy');
    if (input.StatementId in statements) {
      throw conflict(
        `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      );
    }
    const condition = {
      ...(input.SourceArn
        ? { ArnLike: { 'AWS:SourceArn': input.SourceArn } }
        : {}),
      ...(input.SourceAccount
        ? { StringEquals: { 'AWS:SourceAccount': input.SourceAccount } }
        : {}),
    };
    const statement = {
      Sid: input.StatementId,
      Effect: 'Allow',
      Principal: toPrincipal(input.Principal),
      Action: input.Action,
      Resource: state.arn(reference.name, reference.qualifier),
      ...(Object.keys(condition).length > 0 ? { Condition: condition } : {}),
    };
    state.policies.set(key, { ...statements, [input.StatementId]: statement });
    return { Statement: JSON.stringify(statement) };
  },

  RemovePermission(input, context) {
    const reference = refer(context, input.FunctionName, input.Qualifier);
    const { state } = reference;
    requireFunction(reference);
    const statements = state.policies.get(keyOf(reference)) ?? {};
    requireRevisionId(input.RevisionId, revisionOf(statements), 'GetPolicy');
    if (!(input.StatementId in statements)) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Statement ${input.StatementId} is not found in resource policy.`,
        { fields: { Type: 'User' } },
      );
    }
    const { [input.StatementId]: _removed, ...rest } = statements;
    state.policies.set(keyOf(reference), rest);
  },

  GetPolicy(input, context) {
    const reference = refer(context, input.FunctionName, input.Qualifier);
    requireFunction(reference);
    const { state, name, qualifier } = reference;
    const isVersion = qualifier === undefined || /^[\d$]/.test(qualifier);
    if (!isVersion) requireAlias(reference, qualifier);
    const statements = Object.values(
      state.policies.get(keyOf(reference)) ?? {},
    );
    if (statements.length === 0) {
      throw new AwsError(
        'ResourceNotFoundException',
        'The resource you requested does not exist.',
        { fields: { Type: 'User' } },
      );
    }
    return {
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Id: 'default',
        Statement: statements,
      }),
      RevisionId: revisionOf(state.policies.get(`${name}:${qualifier ?? ''}`)),
    };
  },

  TagResource(input, context) {
    const reference = refer(context, input.Resource);
    const record = requireFunction(reference);
    reference.state.functions.set(record.name, {
      ...record,
      tags: { ...record.tags, ...input.Tags },
    });
  },

  UntagResource(input, context) {
    const reference = refer(context, input.Resource);
    const record = requireFunction(reference);
    reference.state.functions.set(record.name, {
      ...record,
      tags: Object.fromEntries(
        Object.entries(record.tags).filter(
          ([key]) => !input.TagKeys.includes(key),
        ),
      ),
    });
  },

  ListTags(input, context) {
    const reference = refer(context, input.Resource);
    const { state, name } = reference;
    const record = state.functions.get(name);
    if (!record) throw notFound(state.arn(name));
    return { Tags: record.tags };
  },
} satisfies Operations<typeof sdk>;

function keyOf({ name, qualifier }: Reference) {
  return `${name}:${qualifier ?? ''}`;
}

/** A policy has no record of its own to carry an id: its content gives one. */
function revisionOf(statements: object | undefined): string {
  const hex = createHash('sha256')
    .update(JSON.stringify(statements ?? {}))
    .digest('hex');
  return hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function toPrincipal(principal: string): object | string {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) {
    return { AWS: `arn:aws:iam::${principal}:root` };
  }
  return principal.startsWith('arn:')
    ? { AWS: principal }
    : { Service: principal };
}
