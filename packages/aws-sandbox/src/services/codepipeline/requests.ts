import { AwsError, type CallContext } from '../../core';
import {
  executionsOf,
  pipelinesOf,
  type ExecutionRecord,
  type PipelineRecord,
} from './model';
import { isFull } from './startExecution';

/** @throws AwsError PipelineNotFoundException */
export function requirePipeline(
  ctx: Pick<CallContext, 'sandbox' | 'account'>,
  name: string | undefined,
): PipelineRecord {
  const record = pipelinesOf(ctx.sandbox, ctx.account).get(name ?? '');
  if (!record) {
    throw new AwsError(
      'PipelineNotFoundException',
      `The account with id '${ctx.account}' does not include a pipeline with the name '${name}'`,
    );
  }
  return record;
}

/** @throws AwsError StageNotFoundException */
export function requireStage(
  record: PipelineRecord,
  name: string | undefined,
): string {
  if (!record.declaration.stages?.some(stage => stage.name === name)) {
    throw new AwsError(
      'StageNotFoundException',
      `The pipeline '${record.name}' has no stage with the name '${name}'`,
    );
  }
  return name ?? '';
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

/** @throws AwsError ConcurrentPipelineExecutionsLimitExceededException */
export function requireRoom(ctx: CallContext, pipeline: PipelineRecord) {
  if (!isFull(ctx.sandbox, pipeline)) return;
  throw new AwsError(
    'ConcurrentPipelineExecutionsLimitExceededException',
    `The pipeline '${pipeline.name}' has reached the limit for concurrent pipeline executions`,
  );
}
