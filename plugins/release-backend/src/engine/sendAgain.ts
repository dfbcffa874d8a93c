import type { Decision, Observation } from './decision';
import { gatesShut } from './gatesShut';
import { effectOf } from './effects';
import { IntentRecord, iso, RolloutRecord } from './model';
import { ownerShut } from './ownerShut';

const isForward = ({ step, after }: IntentRecord): boolean =>
  after.forward === true ||
  ('deployment' in after && after.forward !== false) ||
  'publishes' in after ||
  step === 'execute-change-set';

/**
 * Sends a write that did not arrive again. A forward one needs its gates, and
 * one that publishes past a stack its owner, at the moment of this sending,
 * too, however old the first is (INV-31, INV-16).
 */
export function sendAgain(
  record: RolloutRecord,
  observation: Observation,
  pending: IntentRecord,
  now: number,
): Decision {
  const shut =
    (isForward(pending) ? gatesShut(record, observation, now) : undefined) ??
    ('publishes' in pending.after
      ? ownerShut(record, observation, now)
      : undefined);
  if (shut?.patch?.state) {
    const outcome = 'not-executed';
    const completes = { ...pending, outcome, observedAt: iso(now) } as const;
    return { ...shut, completes };
  }
  return (
    shut ?? {
      effect: {
        step: pending.step,
        api: pending.api,
        before: pending.before,
        after: pending.after,
        effect: effectOf(record, pending),
        again: pending,
      },
    }
  );
}
