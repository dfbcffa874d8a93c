import type { Decision } from './decision';
import type { IntentRecord, RolloutRecord } from './model';

/** What a write that AWS refused for good means for its rollout. */
export function refusalOf(
  record: RolloutRecord,
  intent: IntentRecord,
  failures: number,
  error: string,
): Decision {
  const problem = `AWS refused ${intent.api}: ${error}`;
  const completes: IntentRecord = { ...intent, outcome: 'failed' };
  if (/^(return|prepare|stop-)/.test(intent.step)) {
    return {
      completes,
      patch: { state: 'ROLLBACK_FAILED', problem, failures },
      facts: { api: intent.api, outcome: 'refused' },
    };
  }
  if (/^continue-/.test(intent.step)) {
    // The deployment still waits: it can be asked for again, or sent back.
    return {
      completes,
      patch: { wish: undefined, problem, failures },
      waitMs: 5_000,
    };
  }
  if (/^(settle|restore|unprotect|disarm)/.test(intent.step)) {
    // Tried again; nothing moves forward until then, so that a person is told.
    const stuck = record.state === 'SETTLING' ? true : record.stuck;
    return { completes, patch: { stuck, problem, failures }, waitMs: 60_000 };
  }
  if ((record.observedWeight ?? 0) > 0) {
    return {
      completes,
      patch: { stuck: true, problem, failures },
      waitMs: 60_000,
    };
  }
  return {
    completes,
    patch: { state: 'BLOCKED', problem },
    facts: { api: intent.api, outcome: 'refused' },
  };
}
