import * as sdk from '@aws-sdk/client-codepipeline';
import { defineService } from '../../core';
import { BuildQueue } from '../codebuild/BuildQueue';
import { onReferenceChange } from '../codecommit/references';
import { listRuleExecutions } from './conditionViews';
import { Engine } from './Engine';
import {
  overrideStageCondition,
  putApprovalResult,
  retryStageExecution,
  startPipelineExecution,
  stopPipelineExecution,
} from './executions';
import {
  createPipeline,
  deletePipeline,
  disableTransition,
  enableTransition,
  getPipeline,
  listPipelines,
  listTags,
  tagResource,
  untagResource,
  updatePipeline,
} from './pipelines';
import { rollbackStage } from './rollback';
import { startForChange } from './startExecution';
import {
  getPipelineExecution,
  getPipelineState,
  listActionExecutions,
  listPipelineExecutions,
} from './views';

/** CodePipeline V1 and V2, with the three execution modes and stage conditions. */
export default defineService({
  id: 'codepipeline',
  sdk,
  setup(sandbox) {
    const engine = Engine.of(sandbox);
    engine.begin();
    onReferenceChange(sandbox, change => startForChange(sandbox, change));
    BuildQueue.of(sandbox).onEnd(build => {
      const [by, pipeline] = build.initiator.split('/');
      if (by === 'codepipeline' && build.pipeline) {
        engine.wake(build.pipeline.account, pipeline);
      }
    });
  },
  operations: {
    CreatePipeline: createPipeline,
    UpdatePipeline: updatePipeline,
    GetPipeline: getPipeline,
    ListPipelines: listPipelines,
    DeletePipeline: deletePipeline,
    GetPipelineState: getPipelineState,
    GetPipelineExecution: getPipelineExecution,
    ListPipelineExecutions: listPipelineExecutions,
    ListActionExecutions: listActionExecutions,
    StartPipelineExecution: startPipelineExecution,
    StopPipelineExecution: stopPipelineExecution,
    RetryStageExecution: retryStageExecution,
    RollbackStage: rollbackStage,
    OverrideStageCondition: overrideStageCondition,
    ListRuleExecutions: listRuleExecutions,
    PutApprovalResult: putApprovalResult,
    DisableStageTransition: disableTransition,
    EnableStageTransition: enableTransition,
    TagResource: tagResource,
    UntagResource: untagResource,
    ListTagsForResource: listTags,
  },
});
