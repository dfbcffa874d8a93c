import type {
  ApprovalResult,
  OverrideStageConditionInput,
  PipelineVariable,
  SourceRevisionOverride,
  StageRetryMode,
} from '@aws-sdk/client-codepipeline';
import { AwsError, type CallContext } from '../../core';
import { Engine } from './Engine';
import {
  conditionOf,
  executionsOf,
  modeOf,
  type ActionRecord,
  type ExecutionRecord,
  type PipelineRecord,
} from './model';
import {
  requireExecution,
  requirePipeline,
  requireRoom,
  requireStage,
} from './requests';
import { retryStage } from './retry';
import { startExecution } from './startExecution';

export function startPipelineExecution(
  input: {
    name?: string;
    clientRequestToken?: string;
    variables?: PipelineVariable[];
    sourceRevisions?: SourceRevisionOverride[];
  },
  ctx: CallContext,
) {
  const pipeline = requirePipeline(ctx, input.name);
  const again =
    input.clientRequestToken &&
    executionsOf(ctx.sandbox, ctx.account, pipeline.name)
      .values()
      .find(
        ({ clientRequestToken }) =>
          clientRequestToken === input.clientRequestToken,
      );
  if (again) return { pipelineExecutionId: again.id };
  const declared = pipeline.declaration.variables ?? [];
  for (const { name } of input.variables ?? []) {
    if (!declared.some(variable => variable.name === name)) {
      throw new AwsError(
        'ValidationException',
        `The pipeline '${pipeline.name}' does not declare the variable '${name}'`,
      );
    }
  }
  const sources = pipeline.declaration.stages?.[0]?.actions ?? [];
  for (const override of input.sourceRevisions ?? []) {
    if (!sources.some(action => action.name === override.actionName)) {
      throw new AwsError(
        'ActionNotFoundException',
        `The pipeline '${pipeline.name}' has no source action '${override.actionName}'`,
      );
    }
  }
  requireRoom(ctx, pipeline);
  const execution = startExecution(ctx.sandbox, pipeline, {
    trigger: {
      triggerType: 'StartPipelineExecution',
      triggerDetail: ctx.principal.arn,
    },
    clientRequestToken: input.clientRequestToken,
    variables: input.variables,
    overrides: input.sourceRevisions,
  });
  return { pipelineExecutionId: execution.id };
}

export function stopPipelineExecution(
  input: {
    pipelineName?: string;
    pipelineExecutionId?: string;
    abandon?: boolean;
    reason?: string;
  },
  ctx: CallContext,
) {
  const execution = requireExecution(
    ctx,
    input.pipelineName,
    input.pipelineExecutionId,
  );
  const abandon = input.abandon ?? false;
  if (
    execution.status === 'Stopping' &&
    (execution.stop?.abandon || !abandon)
  ) {
    throw new AwsError(
      'DuplicatedStopRequestException',
      `The pipeline execution with id ${execution.id} is already stopping`,
    );
  }
  if (execution.status !== 'InProgress' && execution.status !== 'Stopping') {
    throw new AwsError(
      'PipelineExecutionNotStoppableException',
      `The pipeline execution with id ${execution.id} cannot be stopped: it is ${execution.status}`,
    );
  }
  save(ctx, {
    ...execution,
    status: 'Stopping',
    stop: { abandon, reason: input.reason ?? '' },
  });
  return { pipelineExecutionId: execution.id };
}

/**
 * Runs a stage's failed actions again, or all of them, in the same execution.
 *
 * @throws AwsError NotLatestPipelineExecutionException, StageNotRetryableException
 */
export function retryStageExecution(
  input: {
    pipelineName?: string;
    stageName?: string;
    pipelineExecutionId?: string;
    retryMode?: StageRetryMode;
  },
  ctx: CallContext,
) {
  const pipeline = requirePipeline(ctx, input.pipelineName);
  const stage = requireStage(pipeline, input.stageName);
  const execution = requireExecution(
    ctx,
    pipeline.name,
    input.pipelineExecutionId,
  );
  requireLatest(pipeline, stage, execution);
  const failed = ['Failed', 'Stopped'].includes(execution.stages[stage] ?? '');
  if (!failed || !['Failed', 'Stopped'].includes(execution.status)) {
    throw new AwsError(
      'StageNotRetryableException',
      `Unable to retry stage '${stage}': it contains no failed action of the pipeline execution ${execution.id}`,
    );
  }
  if (execution.version !== pipeline.declaration.version) {
    throw new AwsError(
      'StageNotRetryableException',
      `Unable to retry stage '${stage}': the pipeline was changed after the execution began`,
    );
  }
  requireRoom(ctx, pipeline);
  const draft = structuredClone(execution);
  retryStage(draft, stage, input.retryMode, 'ManualStageRetry');
  save(ctx, draft);
  return { pipelineExecutionId: execution.id };
}

/**
 * Lets an execution past a condition that is being checked or was not met.
 *
 * @throws AwsError ConditionNotOverridableException,
 * NotLatestPipelineExecutionException
 */
export function overrideStageCondition(
  input: Partial<OverrideStageConditionInput>,
  ctx: CallContext,
) {
  const pipeline = requirePipeline(ctx, input.pipelineName);
  const stage = requireStage(pipeline, input.stageName);
  const execution = requireExecution(
    ctx,
    pipeline.name,
    input.pipelineExecutionId,
  );
  requireLatest(pipeline, stage, execution);
  const draft = structuredClone(execution);
  const condition =
    input.conditionType && conditionOf(draft, stage, input.conditionType);
  const isOverridable =
    condition?.status === 'InProgress' ||
    (condition?.status === 'Failed' &&
      condition.result === 'FAIL' &&
      execution.status === 'Failed');
  if (!condition || !isOverridable) {
    throw new AwsError(
      'ConditionNotOverridableException',
      `Unable to override: stage '${stage}' has no ${input.conditionType} condition of the pipeline execution ${execution.id} that is in progress, or that failed with the result FAIL`,
    );
  }
  if (execution.status === 'Failed') requireRoom(ctx, pipeline);
  condition.status = 'Overridden';
  condition.updated = ctx.sandbox.clock.now().toISOString();
  condition.updatedBy = ctx.principal.arn;
  if (draft.status === 'Failed') draft.status = 'InProgress';
  draft.stages[stage] = 'InProgress';
  save(ctx, draft);
}

/** @throws AwsError InvalidApprovalTokenException, ApprovalAlreadyCompletedException */
export function putApprovalResult(
  input: {
    pipelineName?: string;
    stageName?: string;
    actionName?: string;
    token?: string;
    result?: ApprovalResult;
  },
  ctx: CallContext,
) {
  const pipeline = requirePipeline(ctx, input.pipelineName);
  const stage = requireStage(pipeline, input.stageName);
  const { execution, action } = approvalOf(input, stage, pipeline, ctx);
  const now = ctx.sandbox.clock.now();
  const approved = input.result?.status === 'Approved';
  save(ctx, {
    ...execution,
    actions: execution.actions.map(other =>
      other.id === action.id
        ? {
            ...other,
            status: approved ? 'Succeeded' : 'Failed',
            token: undefined,
            updated: now.toISOString(),
            updatedBy: ctx.principal.arn,
            summary: input.result?.summary,
          }
        : other,
    ),
  });
  return { approvedAt: now };
}

/**
 * The open request of an approval. In mode PARALLEL the pipeline has many at
 * once, and the external execution id of each is its token.
 */
function approvalOf(
  { actionName, token }: { actionName?: string; token?: string },
  stage: string,
  pipeline: PipelineRecord,
  ctx: CallContext,
): { execution: ExecutionRecord; action: ActionRecord } {
  const executions = executionsOf(ctx.sandbox, ctx.account, pipeline.name);
  const asked = (execution: ExecutionRecord) =>
    execution.actions
      .filter(one => one.stage === stage && one.action === actionName)
      .map(action => ({ execution, action }));
  const isAsked = ({ action }: { action: ActionRecord }) =>
    token !== undefined && [action.token, action.externalId].includes(token);
  const place = pipeline.latest[`${stage}/${actionName}`];
  const latest = place && executions.get(place.execution);
  const found =
    pipeline.declaration.executionMode === 'PARALLEL'
      ? executions.values().flatMap(asked).find(isAsked)
      : latest &&
        asked(latest).find(({ action }) => action.id === place.action);
  if (!latest) {
    throw new AwsError(
      'ActionNotFoundException',
      `The stage '${stage}' has no action '${actionName}' that was reached`,
    );
  }
  if (found && found.action.status !== 'InProgress') {
    throw new AwsError(
      'ApprovalAlreadyCompletedException',
      `The approval action '${actionName}' has already been completed`,
    );
  }
  if (!found || !isAsked(found)) {
    throw new AwsError(
      'InvalidApprovalTokenException',
      'Invalid approval token',
    );
  }
  return found;
}

/** A stage that a later execution has reached is no longer this one's. */
function requireLatest(
  pipeline: PipelineRecord,
  stage: string,
  execution: ExecutionRecord,
) {
  if (
    modeOf(execution) === 'PARALLEL' ||
    pipeline.stages[stage]?.current === execution.id
  ) {
    return;
  }
  throw new AwsError(
    'NotLatestPipelineExecutionException',
    `The pipeline execution ${execution.id} is not the latest one in the stage '${stage}'`,
  );
}

function save(ctx: CallContext, execution: ExecutionRecord) {
  executionsOf(ctx.sandbox, ctx.account, execution.pipeline).set(execution.id, {
    ...execution,
    updated: ctx.sandbox.clock.now().toISOString(),
  });
  Engine.of(ctx.sandbox).wake(ctx.account, execution.pipeline);
}
