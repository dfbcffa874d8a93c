import { AGAIN_MS, returnedSentence } from './decideDeadline';
import type { Decision, Observation } from './decision';
import { LIMITS } from './decision';
import { disarmPlan } from './effects';
import type { RolloutRecord } from './model';

/** What a refused call said goes; why the rollout ended stays. */
const problemAfter = ({ problem, returnedBy, ...record }: RolloutRecord) => {
  if (returnedBy) return returnedSentence(record as RolloutRecord, returnedBy);
  return problem?.includes('scheduler:DeleteSchedule') ? undefined : problem;
};

/** Nothing else is left to do: the schedule goes, too. */
export function decideDisarm(
  record: RolloutRecord,
  { intents }: Observation,
  now: number,
): Decision {
  const { deadline } = record;
  const tries = intents.filter(intent => intent.step === 'disarm');
  const last = tries.at(-1);
  const gone =
    !deadline ||
    last?.outcome === 'done' ||
    // It deletes itself when it has fired.
    now > Date.parse(deadline.at) + LIMITS.trail;
  if (gone) {
    return { patch: { deadline: undefined, problem: problemAfter(record) } };
  }
  const since = now - Date.parse(last?.writtenAt ?? '');
  return last?.outcome === 'failed' && since < AGAIN_MS
    ? { waitMs: AGAIN_MS - since }
    : { effect: disarmPlan(deadline) };
}
