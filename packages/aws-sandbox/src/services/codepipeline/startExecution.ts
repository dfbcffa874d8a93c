import { randomUUID } from 'node:crypto';
import type {
  ExecutionTrigger,
  PipelineVariable,
  SourceRevisionOverride,
} from '@aws-sdk/client-codepipeline';
import type { Sandbox } from '../../core';
import type { ReferenceChange } from '../codecommit/references';
import { Engine } from './Engine';
import {
  executionsOf,
  pipelinesOf,
  providerOf,
  type ExecutionRecord,
  type PipelineRecord,
} from './model';
import { tellChanges } from './tell';

/** Writes down a new execution and sets it going. */
export function startExecution(
  sandbox: Sandbox,
  pipeline: PipelineRecord,
  options: {
    trigger: ExecutionTrigger;
    clientRequestToken?: string;
    variables?: PipelineVariable[];
    overrides?: SourceRevisionOverride[];
  },
): ExecutionRecord {
  const pipelines = pipelinesOf(sandbox, pipeline.account);
  const fresh = pipelines.get(pipeline.name) ?? pipeline;
  const count = fresh.count + 1;
  pipelines.set(pipeline.name, { ...fresh, count });
  const now = sandbox.clock.now().toISOString();
  const { declaration } = fresh;
  const variables = Object.fromEntries(
    (declaration.variables ?? []).map(variable => [
      variable.name ?? '',
      options.variables?.find(given => given.name === variable.name)?.value ??
        variable.defaultValue ??
        '',
    ]),
  );
  const execution: ExecutionRecord = {
    id: randomUUID(),
    pipeline: pipeline.name,
    account: pipeline.account,
    sequence: count,
    version: declaration.version,
    declaration,
    status: 'InProgress',
    start: now,
    updated: now,
    trigger: options.trigger,
    clientRequestToken: options.clientRequestToken,
    overrides: options.overrides ?? [],
    variables,
    sources: [],
    artifacts: {},
    namespaces: {},
    stage: 0,
    waiting: true,
    stages: {},
    actions: [],
  };
  executionsOf(sandbox, pipeline.account, pipeline.name).set(
    execution.id,
    execution,
  );
  tellChanges(sandbox, undefined, execution);
  Engine.of(sandbox).wake(pipeline.account, pipeline.name);
  return execution;
}

/** Starts the pipelines whose source is the branch that has moved. */
export function startForChange(sandbox: Sandbox, change: ReferenceChange) {
  if (!change.to) return;
  for (const pipeline of pipelinesOf(sandbox, change.account).values()) {
    const follows = pipeline.declaration.stages?.[0]?.actions?.some(
      action =>
        providerOf(action) === 'Source/CodeCommit' &&
        action.configuration?.RepositoryName === change.repository &&
        action.configuration?.BranchName === change.branch,
    );
    if (!follows) continue;
    startExecution(sandbox, pipeline, {
      trigger: {
        triggerType: 'CloudWatchEvent',
        triggerDetail: `arn:aws:events:${pipeline.region}:${pipeline.account}:rule/codepipeline-${change.repository}-${change.branch}-rule`,
      },
    });
  }
}
