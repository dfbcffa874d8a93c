import type { RollbackStageInput } from '@aws-sdk/client-codepipeline';
import { AwsError, type CallContext } from '../../core';
import type { ExecutionFile } from './ExecutionFile';
import { executionsOf, isOpen, stageOf, type ExecutionRecord } from './model';
import { requireExecution, requirePipeline, requireStage } from './requests';
import { startExecution } from './startExecution';

/** CodePipeline keeps the history of executions for a year. */
const HISTORY_MS = 365 * 24 * 3600_000;

/**
 * Runs one stage again with the revisions and variables of an execution that
 * succeeded there.
 *
 * @throws AwsError UnableToRollbackStageException,
 * PipelineExecutionOutdatedException, PipelineExecutionNotFoundException
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback.html
 */
export function rollbackStage(
  input: Partial<RollbackStageInput>,
  ctx: CallContext,
) {
  const pipeline = requirePipeline(ctx, input.pipelineName);
  const stage = requireStage(pipeline, input.stageName);
  const target = requireExecution(
    ctx,
    pipeline.name,
    input.targetPipelineExecutionId,
  );
  const { declaration } = pipeline;
  const refuse = (why: string): never => {
    throw new AwsError(
      'UnableToRollbackStageException',
      `Unable to roll back stage '${stage}': ${why}`,
    );
  };
  if (declaration.stages?.[0]?.name === stage) {
    refuse('a source stage cannot be rolled back');
  }
  if (declaration.executionMode === 'PARALLEL') {
    refuse('stage rollback is not available in PARALLEL mode');
  }
  const age = ctx.sandbox.clock.now().getTime() - Date.parse(target.start);
  if (age > HISTORY_MS) {
    throw new AwsError(
      'PipelineExecutionOutdatedException',
      `The pipeline execution ${target.id} is outdated and cannot be used as a target pipeline execution for rollback`,
    );
  }
  if (target.rollbackOf) {
    refuse(`the execution ${target.id} is itself a rollback`);
  }
  if (target.version !== declaration.version) {
    refuse(
      `the execution ${target.id} ran version ${target.version} of the pipeline, and its version is ${declaration.version} now`,
    );
  }
  if (target.stages[stage] !== 'Succeeded') {
    refuse(`the execution ${target.id} did not succeed in it`);
  }
  const executions = executionsOf(ctx.sandbox, ctx.account, pipeline.name);
  const isRunning = executions
    .values()
    .some(one => isOpen(one) && !one.waiting && stageOf(one) === stage);
  if (isRunning) refuse('it is currently running');
  const execution = startExecution(ctx.sandbox, pipeline, {
    trigger: {
      triggerType: 'ManualRollback',
      triggerDetail: ctx.principal.arn,
    },
    rollback: { stage, target },
  });
  return { pipelineExecutionId: execution.id };
}

/** Goes back to the newest execution that the stage could be rolled back to. */
export function rollBackAutomatically(
  file: ExecutionFile,
  failed: ExecutionRecord,
  stage: string,
) {
  const pipeline = file.pipeline();
  if (!pipeline) return;
  const [target] = executionsOf(file.sandbox, file.account, pipeline.name)
    .values()
    .filter(
      one =>
        one.id !== failed.id &&
        !one.rollbackOf &&
        one.version === pipeline.declaration.version &&
        one.stages[stage] === 'Succeeded',
    )
    .sort((a, b) => b.sequence - a.sequence);
  if (!target) return;
  startExecution(file.sandbox, pipeline, {
    trigger: { triggerType: 'AutomatedRollback', triggerDetail: failed.id },
    rollback: { stage, target },
  });
}
