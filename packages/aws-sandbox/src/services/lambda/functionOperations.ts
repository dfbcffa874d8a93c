import type * as sdk from '@aws-sdk/client-lambda';
import { presign, type CallContext, type Operations } from '../../core';
import { page } from './page';
import { readCode } from './code';
import { requireSettled, settleSoon } from './lifecycle';
import {
  conflict,
  invalid,
  refer,
  requireFunction,
  requireRevision,
  requireRevisionId,
} from './lookup';
import {
  LATEST,
  LambdaState,
  newRevisionId,
  toConfiguration,
  type FrozenConfig,
  type FunctionRecord,
} from './model';
import { provisioned } from './provisioned';
import { publish } from './publish';
import { readSettings } from './settings';

/** How long the address of a function's code may be read. */
const CODE_ADDRESS_SECONDS = 600;

/** Functions and their code. */
export const functionOperations = {
  async CreateFunction(input, context) {
    const { sandbox } = context;
    const { state, name, qualifier } = refer(context, input.FunctionName);
    if (qualifier) throw invalid('A new function has no qualifier');
    if (state.functions.has(name)) {
      throw conflict(`Function already exist: ${name}`);
    }
    const config = readSettings(input) as FrozenConfig;
    const code = await readCode(sandbox, input.Code, input.Architectures);
    if (code.packageType === 'Zip' && (!input.Runtime || !input.Handler)) {
      throw invalid(
        'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
      );
    }
    const record: FunctionRecord = {
      name,
      tags: input.Tags ?? {},
      latest: {
        version: LATEST,
        revisionId: newRevisionId(),
        lastModified: sandbox.clock.now().toISOString(),
        config,
        code,
        state: 'Pending',
        lastUpdateStatus: 'Successful',
      },
    };
    state.functions.set(name, record);
    settleSoon(sandbox, state, name, record.latest);
    const shown = input.Publish
      ? publish(sandbox, state, record)
      : record.latest;
    return toConfiguration(state, name, shown);
  },

  async UpdateFunctionCode(input, context) {
    const { sandbox } = context;
    const reference = refer(context, input.FunctionName);
    const { state, name } = reference;
    const before = requireFunction(reference);
    requireRevisionId(
      input.RevisionId,
      before.latest.revisionId,
      'GetFunction',
    );
    requireSettled(state, name, before.latest);
    const code = await readCode(
      sandbox,
      input,
      input.Architectures ?? before.latest.code.architectures,
    );
    if (code.packageType !== before.latest.code.packageType) {
      throw invalid(
        `Updating the package type of a function is not supported: it is ${before.latest.code.packageType}`,
      );
    }
    if (input.DryRun) return toConfiguration(state, name, before.latest);
    // Reading the code took time, in which somebody else may have written.
    const record = requireFunction(reference);
    requireRevisionId(
      input.RevisionId,
      record.latest.revisionId,
      'GetFunction',
    );
    record.latest = {
      ...record.latest,
      code,
      revisionId: newRevisionId(),
      lastModified: sandbox.clock.now().toISOString(),
      lastUpdateStatus: 'InProgress',
    };
    state.functions.set(name, record);
    settleSoon(sandbox, state, name, record.latest);
    const shown = input.Publish
      ? publish(sandbox, state, record)
      : record.latest;
    return toConfiguration(state, name, shown);
  },

  UpdateFunctionConfiguration(input, context) {
    const { sandbox } = context;
    const reference = refer(context, input.FunctionName);
    const { state, name } = reference;
    const record = requireFunction(reference);
    requireRevisionId(
      input.RevisionId,
      record.latest.revisionId,
      'GetFunction',
    );
    requireSettled(state, name, record.latest);
    record.latest = {
      ...record.latest,
      config: { ...record.latest.config, ...readSettings(input) },
      revisionId: newRevisionId(),
      lastModified: sandbox.clock.now().toISOString(),
      lastUpdateStatus: 'InProgress',
    };
    state.functions.set(name, record);
    settleSoon(sandbox, state, name, record.latest);
    return toConfiguration(state, name, record.latest);
  },

  GetFunction(input, context) {
    const reference = refer(context, input.FunctionName, input.Qualifier);
    const revision = requireRevision(reference);
    const { state, name, qualifier } = reference;
    const record = requireFunction(reference);
    return {
      Configuration: toConfiguration(state, name, revision, qualifier),
      Code: revision.code.imageUri
        ? {
            RepositoryType: 'ECR',
            ImageUri: revision.code.imageUri,
            ResolvedImageUri: revision.code.imageUri,
          }
        : {
            RepositoryType: 'S3',
            Location: presign(
              context.sandbox,
              `/_lambda/code/${revision.code.blob}`,
              CODE_ADDRESS_SECONDS,
            ),
          },
      Tags: record.tags,
      Concurrency:
        record.reservedConcurrency === undefined
          ? undefined
          : { ReservedConcurrentExecutions: record.reservedConcurrency },
    };
  },

  GetFunctionConfiguration(input, context) {
    const reference = refer(context, input.FunctionName, input.Qualifier);
    const { state, name, qualifier } = reference;
    return toConfiguration(state, name, requireRevision(reference), qualifier);
  },

  ListFunctions(input, { account, sandbox }) {
    const state = new LambdaState(sandbox, account);
    const shown = page(
      state.functions.values().sort((a, b) => a.name.localeCompare(b.name)),
      record => record.name,
      input,
    );
    return {
      NextMarker: shown.next,
      Functions: shown.items.flatMap(record => [
        toConfiguration(state, record.name, record.latest, undefined),
        ...(input.FunctionVersion === 'ALL'
          ? state
              .versionsOf(record.name)
              .map(version => toConfiguration(state, record.name, version))
          : []),
      ]),
    };
  },

  DeleteFunction(input, context) {
    const reference = refer(context, input.FunctionName, input.Qualifier);
    const { state, name, qualifier } = reference;
    requireFunction(reference);
    if (qualifier === undefined) {
      removeAll(context, state, name);
      return { StatusCode: 204 };
    }
    if (qualifier === LATEST) {
      throw invalid(
        '$LATEST version cannot be deleted without deleting the function.',
      );
    }
    if (!/^\d+$/.test(qualifier)) {
      throw invalid(
        'Deletion of an alias is not supported here: use DeleteAlias',
      );
    }
    const users = state
      .aliasesOf(name)
      .filter(
        alias =>
          alias.functionVersion === qualifier || qualifier in alias.weights,
      );
    if (users.length > 0) {
      throw conflict(
        `The following reference(s) must be removed before proceeding: Alias: ${users
          .map(alias => alias.name)
          .join(', ')}`,
      );
    }
    state.versions.delete(`${name}:${qualifier}`);
    provisioned(context.sandbox, state).delete(`${name}:${qualifier}`);
    return { StatusCode: 204 };
  },
} satisfies Operations<typeof sdk>;

function removeAll({ sandbox }: CallContext, state: LambdaState, name: string) {
  for (const collection of [
    state.versions,
    state.aliases,
    state.policies,
    provisioned(sandbox, state),
  ]) {
    for (const key of collection.keys()) {
      if (key.startsWith(`${name}:`)) collection.delete(key);
    }
  }
  state.functions.delete(name);
}
