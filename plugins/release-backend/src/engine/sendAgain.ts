import { alarmsHold, decideAlarm, decideFreeze } from './decideAlarms';
import type { Decision, Observation } from './decision';
import { gatesShut } from './gatesShut';
import { effectOf } from './effects';
import { IntentRecord, iso, RolloutRecord } from './model';
import { ownerShut } from './ownerShut';

/** Whether a write gives users something that they do not have yet. */
const movesForward = ({ after }: IntentRecord): boolean =>
  after.forward === true || ('deployment' in after && after.forward !== false);

const isForward = (intent: IntentRecord): boolean =>
  movesForward(intent) ||
  'publishes' in intent.after ||
  intent.step === 'execute-change-set';

/**
 * Why a write may not be sent at this moment. Traffic also needs its alarms at
 * rest, and is sent back rather than on where one went off or a freeze says so.
 */
const shutFor = (
  intent: IntentRecord,
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision | undefined => {
  const moves = movesForward(intent);
  return (
    (moves ? decideAlarm(record, observation, now) : undefined) ??
    (moves ? decideFreeze(record, observation, now) : undefined) ??
    (isForward(intent) ? gatesShut(record, observation, now) : undefined) ??
    (moves ? alarmsHold(record, observation, now) : undefined) ??
    ('publishes' in intent.after
      ? ownerShut(record, observation, now)
      : undefined)
  );
};

/**
 * Sends a write that did not arrive again. A forward one needs its gates and
 * its alarms, and one that publishes past a stack its owner, at the moment of
 * this sending, too, however old the first is (INV-31, INV-16).
 */
export function sendAgain(
  record: RolloutRecord,
  observation: Observation,
  pending: IntentRecord,
  now: number,
): Decision {
  const shut = shutFor(pending, record, observation, now);
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
