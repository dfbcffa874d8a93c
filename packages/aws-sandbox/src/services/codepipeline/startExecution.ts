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
  isOpen,
  pipelinesOf,
  providerOf,
  type ExecutionRecord,
  type PipelineRecord,
} from './model';
import { tellChanges } from './tell';

const CONCURRENT_EXECUTIONS = 50;

/** Writes down a new execution and sets it going. */
export function startExecution(
  sandbox: Sandbox,
  pipeline: PipelineRecord,
  options: {
    trigger: ExecutionTrigger;
    clientRequestToken?: string;
    variables?: PipelineVariable[];
    overrides?: SourceRevisionOverride[];
    /** Brings one stage back to what an earlier execution put there. */
    rollback?: { stage: string; target: ExecutionRecord };
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
  const { stage, target } = options.rollback ?? {};
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
    variables: target?.variables ?? variables,
    sources: target?.sources ?? [],
    artifacts: target?.artifacts ?? {},
    namespaces: target?.namespaces ?? {},
    rollbackOf: target?.id,
    stage: Math.max(
      0,
      (declaration.stages ?? []).findIndex(({ name }) => name === stage),
    ),
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

/**
 * Whether a pipeline in mode QUEUED or PARALLEL has as many executions under
 * way as AWS lets it have.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
 */
export function isFull(sandbox: Sandbox, pipeline: PipelineRecord): boolean {
  const { executionMode = 'SUPERSEDED' } = pipeline.declaration;
  return (
    executionMode !== 'SUPERSEDED' &&
    executionsOf(sandbox, pipeline.account, pipeline.name)
      .values()
      .filter(isOpen).length >= CONCURRENT_EXECUTIONS
  );
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
    if (!follows || isFull(sandbox, pipeline)) continue;
    startExecution(sandbox, pipeline, {
      trigger: {
        triggerType: 'CloudWatchEvent',
        triggerDetail: `arn:aws:events:${pipeline.region}:${pipeline.account}:rule/codepipeline-${change.repository}-${change.branch}-rule`,
      },
    });
  }
}
