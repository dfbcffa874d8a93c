import type {
  RetryTrigger,
  StageRetryMode,
} from '@aws-sdk/client-codepipeline';
import { activeActions, type ExecutionRecord } from './model';

/** Runs a stage's failed actions again, or all of them, and checks anew what was not met. */
export function retryStage(
  draft: ExecutionRecord,
  stage: string,
  mode: StageRetryMode | undefined,
  trigger: RetryTrigger,
) {
  for (const action of activeActions(draft, stage)) {
    if (mode === 'ALL_ACTIONS' || action.status !== 'Succeeded') {
      action.retired = true;
    }
  }
  for (const condition of draft.conditions ?? []) {
    const isPassed =
      condition.kind === 'BEFORE_ENTRY' &&
      ['Succeeded', 'Overridden'].includes(condition.status);
    if (condition.stage === stage && !isPassed) condition.retired = true;
  }
  const before = draft.retries?.[stage];
  const isAutomatic = trigger === 'AutomatedStageRetry';
  draft.retries = {
    ...draft.retries,
    [stage]: {
      autoStageRetryAttempt:
        (before?.autoStageRetryAttempt ?? 0) + (isAutomatic ? 1 : 0),
      manualStageRetryAttempt:
        (before?.manualStageRetryAttempt ?? 0) + (isAutomatic ? 0 : 1),
      latestRetryTrigger: trigger,
    },
  };
  draft.status = 'InProgress';
  delete draft.statusSummary;
  delete draft.stop;
  draft.waiting = false;
  draft.stages[stage] = 'InProgress';
}
