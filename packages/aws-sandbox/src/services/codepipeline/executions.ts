import type {
  ApprovalResult,
  PipelineVariable,
  SourceRevisionOverride,
  StageRetryMode,
} from '@aws-sdk/client-codepipeline';
import { AwsError, type CallContext } from '../../core';
import { Engine } from './Engine';
import { activeActions, executionsOf, type ExecutionRecord } from './model';
import { requirePipeline, requireStage } from './pipelines';
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
  if (pipeline.stages[stage]?.current !== execution.id) {
    throw new AwsError(
      'NotLatestPipelineExecutionException',
      `Unable to retry stage '${stage}': the pipeline execution ${execution.id} is not the latest one in the stage`,
    );
  }
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
  const again = activeActions(execution, stage).filter(
    action =>
      input.retryMode === 'ALL_ACTIONS' || action.status !== 'Succeeded',
  );
  save(ctx, {
    ...execution,
    status: 'InProgress',
    statusSummary: undefined,
    stop: undefined,
    waiting: false,
    stages: { ...execution.stages, [stage]: 'InProgress' },
    actions: execution.actions.map(action =>
      again.some(({ id }) => id === action.id)
        ? { ...action, retired: true }
        : action,
    ),
  });
  return { pipelineExecutionId: execution.id };
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
  const place = pipeline.latest[`${stage}/${input.actionName}`];
  const execution =
    place &&
    executionsOf(ctx.sandbox, ctx.account, pipeline.name).get(place.execution);
  const action = execution?.actions.find(({ id }) => id === place?.action);
  if (!execution || !action) {
    throw new AwsError(
      'ActionNotFoundException',
      `The stage '${stage}' has no action '${input.actionName}' that was reached`,
    );
  }
  if (action.status !== 'InProgress') {
    throw new AwsError(
      'ApprovalAlreadyCompletedException',
      `The approval action '${action.action}' has already been completed`,
    );
  }
  if (!action.token || action.token !== input.token) {
    throw new AwsError(
      'InvalidApprovalTokenException',
      'Invalid approval token',
    );
  }
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

/** @throws AwsError PipelineExecutionNotFoundException */
export function requireExecution(
  ctx: CallContext,
  pipelineName: string | undefined,
  id: string | undefined,
): ExecutionRecord {
  const pipeline = requirePipeline(ctx, pipelineName);
  const execution = executionsOf(ctx.sandbox, ctx.account, pipeline.name).get(
    id ?? '',
  );
  if (!execution) {
    throw new AwsError(
      'PipelineExecutionNotFoundException',
      `The pipeline '${pipeline.name}' has no execution with the id '${id}'`,
    );
  }
  return execution;
}

function save(ctx: CallContext, execution: ExecutionRecord) {
  executionsOf(ctx.sandbox, ctx.account, execution.pipeline).set(execution.id, {
    ...execution,
    updated: ctx.sandbox.clock.now().toISOString(),
  });
  Engine.of(ctx.sandbox).wake(ctx.account, execution.pipeline);
}
