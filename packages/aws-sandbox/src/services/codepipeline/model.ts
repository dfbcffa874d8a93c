import type {
  ActionDeclaration,
  ConditionExecutionStatus,
  ExecutionMode,
  ExecutionTrigger,
  PipelineDeclaration,
  Result,
  RetryStageMetadata,
  RuleExecutionStatus,
  SourceRevisionOverride,
} from '@aws-sdk/client-codepipeline';
import type { Collection, Sandbox } from '../../core';
import type { ArtifactLocation } from '../codebuild/model';

/** All times are ISO 8601. */
export interface StageRecord {
  /** The execution that entered last. */
  current?: string;
  /** The execution that waits before the stage. */
  inbound?: string;
  disabled?: { reason: string; by: string; at: string };
  changed?: { by: string; at: string };
}

export interface PipelineRecord {
  name: string;
  arn: string;
  account: string;
  region: string;
  declaration: PipelineDeclaration & { name: string; version: number };
  created: string;
  updated: string;
  tags: Record<string, string>;
  stages: Record<string, StageRecord>;
  /** `<stage>/<action>` to where it ran last. */
  latest: Record<string, { execution: string; action: string }>;
  /** Number of executions so far; gives their order. */
  count: number;
}

export type ActionStatus = 'InProgress' | 'Succeeded' | 'Failed' | 'Abandoned';
export type ExecutionStatus =
  | 'InProgress'
  | 'Stopping'
  | 'Stopped'
  | 'Succeeded'
  | 'Superseded'
  | 'Failed';

export interface ActionRecord {
  id: string;
  stage: string;
  action: string;
  status: ActionStatus;
  /** False between the intent to start and its outcome. */
  started: boolean;
  /** A later attempt took its place. */
  retired?: boolean;
  start: string;
  updated: string;
  updatedBy?: string;
  /** The configuration with its variables resolved. */
  configuration: Record<string, string>;
  inputs: ArtifactLocation[];
  outputs: ArtifactLocation[];
  externalId?: string;
  url?: string;
  summary?: string;
  error?: { code: string; message: string };
  outputVariables?: Record<string, string>;
  /** Of a waiting approval. */
  token?: string;
  /** What the action's driver remembers. */
  memory?: Record<string, string>;
}

export type ConditionKind = 'BEFORE_ENTRY' | 'ON_SUCCESS' | 'ON_FAILURE';

export interface RuleRecord {
  id: string;
  name: string;
  status: RuleExecutionStatus;
  start: string;
  updated: string;
  /** The configuration with its variables resolved. */
  configuration: Record<string, string>;
  summary?: string;
  error?: { code: string; message: string };
}

/** One check of a stage's condition; AWS allows one condition of each kind. */
export interface ConditionRecord {
  id: string;
  stage: string;
  kind: ConditionKind;
  status: ConditionExecutionStatus;
  /** What happens when it is not met. */
  result: Result;
  start: string;
  updated: string;
  updatedBy?: string;
  rules: RuleRecord[];
  /** The stage was retried, and checks anew. */
  retired?: boolean;
}

export interface SourceRevision {
  actionName: string;
  artifactName: string;
  revisionId: string;
  revisionSummary: string;
  revisionUrl?: string;
  created: string;
}

export interface ExecutionRecord {
  id: string;
  pipeline: string;
  account: string;
  sequence: number;
  version: number;
  /** The structure that this execution began with. */
  declaration: PipelineDeclaration;
  status: ExecutionStatus;
  statusSummary?: string;
  start: string;
  updated: string;
  trigger: ExecutionTrigger;
  /** The execution whose revisions a rollback of one stage brings back. */
  rollbackOf?: string;
  clientRequestToken?: string;
  overrides: SourceRevisionOverride[];
  variables: Record<string, string>;
  sources: SourceRevision[];
  artifacts: Record<string, ArtifactLocation>;
  /** Output variables by namespace. */
  namespaces: Record<string, Record<string, string>>;
  /** Index of the stage that it is in, or waits for. */
  stage: number;
  waiting: boolean;
  stages: Record<string, ExecutionStatus | 'Skipped'>;
  actions: ActionRecord[];
  conditions?: ConditionRecord[];
  /** Retries by stage. */
  retries?: Record<string, RetryStageMetadata>;
  stop?: { abandon: boolean; reason: string };
}

export function pipelinesOf(
  sandbox: Sandbox,
  account: string,
): Collection<PipelineRecord> {
  return sandbox.store<PipelineRecord>('codepipeline', account, 'pipelines');
}

export function executionsOf(
  sandbox: Sandbox,
  account: string,
  pipeline: string,
): Collection<ExecutionRecord> {
  return sandbox.store<ExecutionRecord>(
    'codepipeline',
    account,
    `executions-${pipeline}`,
  );
}

export function modeOf({ declaration }: ExecutionRecord): ExecutionMode {
  return declaration.executionMode ?? 'SUPERSEDED';
}

/** The stage that an execution is in, or waits for. */
export function stageOf({ declaration, stage }: ExecutionRecord): string {
  return declaration.stages?.[stage]?.name ?? '';
}

export function isOpen({ status }: ExecutionRecord): boolean {
  return status === 'InProgress' || status === 'Stopping';
}

/** A stage's check that counts. */
export function conditionOf(
  execution: ExecutionRecord,
  stage: string,
  kind: ConditionKind,
): ConditionRecord | undefined {
  return execution.conditions?.findLast(
    each => each.stage === stage && each.kind === kind && !each.retired,
  );
}

/** The attempts that count, newest of each action. */
export function activeActions(
  execution: ExecutionRecord,
  stage: string,
): ActionRecord[] {
  return execution.actions.filter(
    action => action.stage === stage && !action.retired,
  );
}

export function providerOf(action: ActionDeclaration): string {
  return `${action.actionTypeId?.category}/${action.actionTypeId?.provider}`;
}
