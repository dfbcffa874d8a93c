import type * as sdk from '@aws-sdk/client-lambda';
import { AwsError, type Operations } from '../../core';
import {
  conflict,
  invalid,
  notFound,
  refer,
  requireAlias,
  requireFunction,
  requireRevisionId,
  type Reference,
} from './lookup';
import {
  LATEST,
  newRevisionId,
  toAlias,
  type AliasRecord,
  type Revision,
} from './model';
import { page } from './page';
import {
  moveProvisioned,
  provisioned,
  requireUnallocated,
} from './provisioned';

const NAME = /^(?!^[0-9]+$)([a-zA-Z0-9_-]{1,128})$/;

/** Weights that Lambda put there itself go with the next update. */
function leftOut({ injected, weights }: AliasRecord) {
  return injected ? {} : weights;
}

/** Aliases and their weights. */
export const aliasOperations = {
  CreateAlias(input, context) {
    const reference = refer(context, input.FunctionName);
    const { state, name } = reference;
    requireFunction(reference);
    if (!NAME.test(input.Name)) {
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value '${input.Name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)`,
      );
    }
    if (state.aliases.has(`${name}:${input.Name}`)) {
      throw conflict(`Alias already exists: ${state.arn(name, input.Name)}`);
    }
    const alias: AliasRecord = {
      name: input.Name,
      functionVersion: input.FunctionVersion,
      description: input.Description ?? '',
      weights: input.RoutingConfig?.AdditionalVersionWeights ?? {},
      revisionId: newRevisionId(),
    };
    requireRouting(reference, alias);
    state.aliases.set(`${name}:${alias.name}`, alias);
    return toAlias(state, name, alias);
  },

  GetAlias(input, context) {
    const reference = refer(context, input.FunctionName);
    requireFunction(reference);
    const alias = requireAlias(reference, input.Name);
    return toAlias(reference.state, reference.name, alias);
  },

  UpdateAlias(input, context) {
    const reference = refer(context, input.FunctionName);
    const { state, name } = reference;
    requireFunction(reference);
    const before = requireAlias(reference, input.Name);
    requireRevisionId(input.RevisionId, before.revisionId, 'GetAlias');
    const { injected: _injected, ...kept } = before;
    const alias: AliasRecord = {
      ...kept,
      functionVersion: input.FunctionVersion ?? before.functionVersion,
      description: input.Description ?? before.description,
      // What is left out stays: old weights are cleared with an empty map only.
      weights: input.RoutingConfig
        ? input.RoutingConfig.AdditionalVersionWeights ?? {}
        : leftOut(before),
      revisionId: newRevisionId(),
    };
    requireRouting(reference, alias);
    if (provisioned(context.sandbox, state).has(`${name}:${alias.name}`)) {
      requireUnallocated(context.sandbox, state, name, {
        qualifier: alias.name,
        version: alias.functionVersion,
      });
    }
    state.aliases.set(`${name}:${alias.name}`, alias);
    moveProvisioned(context.sandbox, state, name, before, alias);
    return toAlias(state, name, alias);
  },

  DeleteAlias(input, context) {
    const reference = refer(context, input.FunctionName);
    requireFunction(reference);
    const key = `${reference.name}:${input.Name}`;
    reference.state.aliases.delete(key);
    provisioned(context.sandbox, reference.state).delete(key);
  },

  ListAliases(input, context) {
    const reference = refer(context, input.FunctionName);
    const { state, name } = reference;
    requireFunction(reference);
    const aliases = state
      .aliasesOf(name)
      .filter(
        alias =>
          input.FunctionVersion === undefined ||
          alias.functionVersion === input.FunctionVersion ||
          input.FunctionVersion in alias.weights,
      );
    const shown = page(aliases, alias => alias.name, input);
    return {
      NextMarker: shown.next,
      Aliases: shown.items.map(alias => toAlias(state, name, alias)),
    };
  },
} satisfies Operations<typeof sdk>;

/**
 * The rules of a weighted alias: at most two versions, both published, with
 * one execution role and one dead-letter queue.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
 */
function requireRouting(reference: Reference, alias: AliasRecord) {
  const main = requirePublished(reference, alias.functionVersion);
  const weights = Object.entries(alias.weights);
  for (const [version, weight] of weights) {
    if (!/^[0-9]+$/.test(version)) {
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value '{${version}=${weight}}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [0-9]+]`,
      );
    }
    if (!(weight >= 0 && weight <= 1)) {
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value '{${version}=${weight}}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value between 0.0 and 1.0]`,
      );
    }
  }
  if (weights.length === 0) return;
  if (weights.length > 1) {
    throw invalid(
      'Number of items in AdditionalVersionWeights cannot be greater than 1',
    );
  }
  if (alias.functionVersion === LATEST) {
    throw invalid(
      '$LATEST is not supported for an alias pointing to more than 1 version.',
    );
  }
  const [version] = weights[0];
  if (version === alias.functionVersion) {
    throw invalid(
      `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
    );
  }
  const other = requirePublished(reference, version);
  if (main.config.Role !== other.config.Role) {
    throw invalid(
      'The two versions that an alias points to must have the same execution role.',
    );
  }
  const queue = (revision: Revision) =>
    revision.config.DeadLetterConfig?.TargetArn || undefined;
  if (queue(main) !== queue(other)) {
    throw invalid(
      'The two versions that an alias points to must have the same dead-letter queue configuration.',
    );
  }
}

function requirePublished(
  { state, name }: Reference,
  version: string,
): Revision {
  const found =
    version === LATEST || /^[0-9]+$/.test(version)
      ? state.revision(name, version)
      : undefined;
  if (!found) throw notFound(state.arn(name, version));
  return found;
}
