import type {
  ActionExecutionDetail,
  ActionState,
  ExecutionType,
  PipelineExecutionSummary,
  StageState,
} from '@aws-sdk/client-codepipeline';
import type { CallContext } from '../../core';
import { page } from '../logs/page';
import { conditionStates } from './conditionViews';
import {
  executionsOf,
  isOpen,
  modeOf,
  type ActionRecord,
  type ExecutionRecord,
  type PipelineRecord,
} from './model';
import { requireExecution, requirePipeline } from './requests';

export function getPipelineState(input: { name?: string }, ctx: CallContext) {
  const pipeline = requirePipeline(ctx, input.name);
  const cache = new Map<string, ExecutionRecord | undefined>();
  const all = executionsOf(ctx.sandbox, ctx.account, pipeline.name);
  const queue =
    pipeline.declaration.executionMode === 'QUEUED'
      ? all
          .values()
          .filter(execution => isOpen(execution) && execution.waiting)
          .sort((a, b) => a.sequence - b.sequence)
      : [];
  const find = (id: string | undefined) => {
    if (!id) return undefined;
    if (!cache.has(id)) cache.set(id, all.get(id));
    return cache.get(id);
  };
  return {
    pipelineName: pipeline.name,
    pipelineVersion: pipeline.declaration.version,
    stageStates: (pipeline.declaration.stages ?? []).map((stage, index) =>
      stageState(
        pipeline,
        stage.name ?? '',
        index,
        find,
        queue.filter(execution => execution.stage === index),
      ),
    ),
    created: new Date(pipeline.created),
    updated: new Date(pipeline.updated),
  };
}

function stageState(
  pipeline: PipelineRecord,
  name: string,
  index: number,
  find: (id?: string) => ExecutionRecord | undefined,
  queue: ExecutionRecord[],
): StageState {
  const record = pipeline.stages[name] ?? {};
  const current = find(record.current);
  const waits = find(record.inbound);
  const waiting =
    waits?.status === 'InProgress' && waits.waiting ? [waits] : queue;
  const inbound = waiting.map(execution => ({
    pipelineExecutionId: execution.id,
    status: execution.status as 'InProgress',
    type: typeOf(execution),
  }));
  const isParallel = pipeline.declaration.executionMode === 'PARALLEL';
  const { disabled, changed } = record;
  const declared = pipeline.declaration.stages?.[index]?.actions ?? [];
  return {
    stageName: name,
    inboundExecution: inbound[0],
    inboundExecutions: inbound,
    inboundTransitionState:
      index === 0
        ? undefined
        : {
            enabled: !disabled,
            disabledReason: disabled?.reason,
            lastChangedBy: changed?.by,
            lastChangedAt: changed && new Date(changed.at),
          },
    actionStates: declared.map((action): ActionState => {
      const place = pipeline.latest[`${name}/${action.name}`];
      const execution = find(place?.execution);
      const ran = execution?.actions.find(({ id }) => id === place?.action);
      const source = execution?.sources.find(
        ({ actionName }) =>
          action.actionTypeId?.category === 'Source' &&
          actionName === action.name,
      );
      return {
        actionName: action.name,
        entityUrl: entityUrl(
          pipeline,
          ran?.configuration ?? action.configuration ?? {},
        ),
        revisionUrl: source?.revisionUrl,
        currentRevision: source && {
          revisionId: source.revisionId,
          revisionChangeId: source.revisionId,
          created: new Date(source.created),
        },
        latestExecution: ran && {
          actionExecutionId: ran.id,
          status: ran.status,
          summary: ran.summary || undefined,
          lastStatusChange: new Date(ran.updated),
          token: isParallel ? undefined : ran.token,
          lastUpdatedBy: ran.updatedBy,
          externalExecutionId: ran.externalId,
          externalExecutionUrl: ran.url,
          errorDetails: ran.error,
        },
      };
    }),
    latestExecution: current?.stages[name]
      ? {
          pipelineExecutionId: current.id,
          status: current.stages[name] as 'InProgress',
          type: typeOf(current),
        }
      : undefined,
    ...(current && conditionStates(pipeline, name, current)),
    retryStageMetadata: current?.retries?.[name],
  };
}

export function getPipelineExecution(
  input: { pipelineName?: string; pipelineExecutionId?: string },
  ctx: CallContext,
) {
  const execution = requireExecution(
    ctx,
    input.pipelineName,
    input.pipelineExecutionId,
  );
  return {
    pipelineExecution: {
      pipelineName: execution.pipeline,
      pipelineVersion: execution.version,
      pipelineExecutionId: execution.id,
      status: execution.status,
      statusSummary: execution.statusSummary,
      artifactRevisions: execution.sources.map(source => ({
        name: source.artifactName,
        revisionId: source.revisionId,
        revisionSummary: source.revisionSummary || undefined,
        revisionUrl: source.revisionUrl,
        created: new Date(source.created),
      })),
      variables: Object.entries(execution.variables).map(
        ([name, resolvedValue]) => ({
          name,
          resolvedValue,
        }),
      ),
      trigger: execution.trigger,
      ...kindOf(execution),
    },
  };
}

export function listPipelineExecutions(
  input: {
    pipelineName?: string;
    maxResults?: number;
    nextToken?: string;
    filter?: { succeededInStage?: { stageName?: string } };
  },
  ctx: CallContext,
) {
  const stage = input.filter?.succeededInStage?.stageName;
  const executions = newestFirst(input.pipelineName, ctx).filter(
    execution => !stage || execution.stages[stage] === 'Succeeded',
  );
  const { items, nextToken } = page(
    executions,
    input.maxResults ?? 100,
    input.nextToken,
    'InvalidNextTokenException',
  );
  return {
    pipelineExecutionSummaries: items.map(
      (execution): PipelineExecutionSummary => ({
        pipelineExecutionId: execution.id,
        status: execution.status,
        statusSummary: execution.statusSummary,
        startTime: new Date(execution.start),
        lastUpdateTime: new Date(execution.updated),
        sourceRevisions: execution.sources.map(source => ({
          actionName: source.actionName,
          revisionId: source.revisionId,
          revisionSummary: source.revisionSummary || undefined,
          revisionUrl: source.revisionUrl,
        })),
        trigger: execution.trigger,
        stopTrigger: execution.stop && { reason: execution.stop.reason },
        ...kindOf(execution),
      }),
    ),
    nextToken,
  };
}

export function listActionExecutions(
  input: {
    pipelineName?: string;
    maxResults?: number;
    nextToken?: string;
    filter?: {
      pipelineExecutionId?: string;
      latestInPipelineExecution?: { pipelineExecutionId?: string };
    };
  },
  ctx: CallContext,
) {
  const pipeline = requirePipeline(ctx, input.pipelineName);
  const latest = input.filter?.latestInPipelineExecution?.pipelineExecutionId;
  const only = input.filter?.pipelineExecutionId ?? latest;
  const details = newestFirst(pipeline.name, ctx)
    .filter(execution => !only || execution.id === only)
    .flatMap(execution =>
      execution.actions
        .filter(action => !latest || !action.retired)
        .reverse()
        .map(action => actionDetail(pipeline, execution, action)),
    );
  const { items, nextToken } = page(
    details,
    input.maxResults ?? 100,
    input.nextToken,
    'InvalidNextTokenException',
  );
  return { actionExecutionDetails: items, nextToken };
}

function actionDetail(
  pipeline: PipelineRecord,
  execution: ExecutionRecord,
  action: ActionRecord,
): ActionExecutionDetail {
  const declaration = execution.declaration.stages
    ?.find(stage => stage.name === action.stage)
    ?.actions?.find(other => other.name === action.action);
  const artifact = (location: {
    name: string;
    bucket: string;
    key: string;
  }) => ({
    name: location.name,
    s3location: { bucket: location.bucket, key: location.key },
  });
  return {
    pipelineExecutionId: execution.id,
    actionExecutionId: action.id,
    pipelineVersion: execution.version,
    stageName: action.stage,
    actionName: action.action,
    startTime: new Date(action.start),
    lastUpdateTime: new Date(action.updated),
    updatedBy: action.updatedBy,
    status: action.status,
    input: {
      actionTypeId: declaration?.actionTypeId,
      configuration: declaration?.configuration,
      resolvedConfiguration: action.configuration,
      roleArn: declaration?.roleArn,
      region: declaration?.region ?? pipeline.region,
      inputArtifacts: action.inputs.map(artifact),
      namespace: declaration?.namespace,
    },
    output: {
      outputArtifacts:
        action.status === 'Succeeded' ? action.outputs.map(artifact) : [],
      executionResult: {
        externalExecutionId: action.externalId,
        externalExecutionSummary: action.summary,
        externalExecutionUrl: action.url,
        errorDetails: action.error,
      },
      outputVariables: action.outputVariables ?? {},
    },
  };
}

function typeOf(execution: ExecutionRecord): ExecutionType {
  return execution.rollbackOf ? 'ROLLBACK' : 'STANDARD';
}

function kindOf(execution: ExecutionRecord) {
  return {
    executionMode: modeOf(execution),
    executionType: typeOf(execution),
    rollbackMetadata: execution.rollbackOf
      ? { rollbackTargetPipelineExecutionId: execution.rollbackOf }
      : undefined,
  };
}

export function newestFirst(
  pipeline: string | undefined,
  ctx: CallContext,
): ExecutionRecord[] {
  const { name } = requirePipeline(ctx, pipeline);
  return executionsOf(ctx.sandbox, ctx.account, name)
    .values()
    .sort((a, b) => b.sequence - a.sequence);
}

function entityUrl(
  pipeline: PipelineRecord,
  configuration: Record<string, string>,
): string | undefined {
  const { region } = pipeline;
  const { ProjectName, RepositoryName, BranchName, StackName } = configuration;
  const home = `https://${region}.console.aws.amazon.com`;
  if (ProjectName)
    return `${home}/codesuite/codebuild/projects/${ProjectName}/view`;
  if (RepositoryName) {
    return `${home}/codesuite/codecommit/repositories/${RepositoryName}/browse/refs/heads/${BranchName}/--/`;
  }
  if (StackName)
    return `${home}/cloudformation/home?region=${region}#/stacks?filteringText=${StackName}`;
  return undefined;
}
