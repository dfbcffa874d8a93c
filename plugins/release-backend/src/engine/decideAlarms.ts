import type { RolloutState } from '@careplane/backstage-plugin-release-common';
import type { Decision, Observation } from './decision';
import { ageMs, LIMITS, MINUTE, SLOW_POLL_MS } from './decision';
import { iso, RolloutRecord } from './model';

/** At most so many automatic returns of one target in an hour (INV-32). */
export const AUTOMATIC_RETURNS = 2;

/** States in which users may be on the candidate and alarms send back. */
export const WATCHED: RolloutState[] = [
  'SHIFTING',
  'BAKING',
  'PAUSED',
  'CUTOVER',
  'VERIFYING',
];

/**
 * Returns to what ran, by itself. More than two in an hour on one target would
 * be flapping: then a person is asked instead (INV-32).
 */
export function sendBack(
  record: RolloutRecord,
  observation: Observation,
  now: number,
  problem: string,
  reason: string,
): Decision {
  if ((observation.automaticReturns ?? 0) < AUTOMATIC_RETURNS) {
    return {
      patch: {
        state: 'ROLLING_BACK',
        automatic: true,
        wish: undefined,
        pause: undefined,
        problem,
      },
      detail: problem,
      facts: { reason, ...figuresOf(record) },
    };
  }
  const asked = `${problem} This target was returned ${AUTOMATIC_RETURNS} times in the last hour by itself, so a person must decide now.`;
  if (record.state === 'BAKING') return pause(now, asked, reason);
  return { patch: { problem: asked }, waitMs: SLOW_POLL_MS };
}

/** Keeps the weight and waits for a person, until a deadline. */
export function pause(now: number, problem: string, reason: string): Decision {
  return {
    patch: {
      state: 'PAUSED',
      problem,
      pausedUntil: iso(now + LIMITS.decision),
      bakeUntil: undefined,
      wish: undefined,
    },
    detail: problem,
    facts: { reason },
  };
}

/** The figures of the last judgement, for the record of what followed. */
export function figuresOf({
  judgement,
}: Pick<RolloutRecord, 'judgement'>): NonNullable<Decision['facts']> {
  if (!judgement) return {};
  const { verdict, candidate, stable } = judgement;
  return {
    verdict,
    candidateCalls: candidate.calls,
    candidateErrors: candidate.errors,
    stableCalls: stable.calls,
    stableErrors: stable.errors,
  };
}

const namesOf = (alarms: { name: string }[]) =>
  alarms.map(alarm => alarm.name).join(', ');

/** An alarm sends back at once, from every state in which traffic moves. */
export function decideAlarm(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision | undefined {
  if (record.kind !== 'promote' || !record.returnTo) return undefined;
  if (!WATCHED.includes(record.state)) return undefined;
  const moved = observation.intents.some(
    intent =>
      /^(shift-|cutover|deploy$)/.test(intent.step) &&
      intent.outcome === 'done',
  );
  const firing = observation.alarms?.filter(one => one.state === 'alarm') ?? [];
  if (!moved || !firing.length) return undefined;
  const decision = sendBack(
    record,
    observation,
    now,
    `Alarm ${namesOf(firing)} went off.`,
    'alarm',
  );
  decision.patch = { ...decision.patch, alarms: observation.alarms };
  return decision;
}

/**
 * A freeze that sends canaries back does so as soon as it begins; one that
 * holds keeps the weight, for the gates shut every forward write (INV-31).
 */
export function decideFreeze(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision | undefined {
  const { freeze } = observation;
  const shared = ['SHIFTING', 'BAKING', 'PAUSED', 'CUTOVER'];
  if (record.kind !== 'promote' || !record.returnTo) return undefined;
  if (freeze?.policy !== 'send-back' || !shared.includes(record.state)) {
    return undefined;
  }
  const waived = record.waivers?.some(waiver => waiver.gate === 'freeze');
  const shares = record.observedWeight ?? 0;
  if (waived || shares <= 0 || shares >= 1) return undefined;
  return sendBack(
    record,
    observation,
    now,
    `The freeze ${freeze.name} has begun, and it sends canaries back.`,
    'freeze',
  );
}

/** Why nothing may go forward for the alarms' sake; undefined when it may. */
export function alarmsShut({ alarms }: Observation): string | undefined {
  if (!alarms) {
    return 'The alarms could not be read, so nothing goes forward.';
  }
  const firing = alarms.filter(one => one.state === 'alarm');
  if (firing.length) return `Alarm ${namesOf(firing)} is on.`;
  const silent = alarms.filter(one => one.state === 'insufficient-data');
  if (silent.length) {
    return `Alarm ${namesOf(silent)} has no data, which is not the same as OK.`;
  }
  const missing = alarms.filter(one => one.state === 'missing');
  return missing.length
    ? `Alarm ${namesOf(missing)} does not exist.`
    : undefined;
}

/** Before a forward write: waits, and gives up where nothing has moved yet. */
export function alarmsHold(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision | undefined {
  const why = alarmsShut(observation);
  if (!why) return undefined;
  const { alarms } = observation;
  const moved = (record.observedWeight ?? 0) > 0;
  if (!moved && ageMs(record, now) > LIMITS.preflight) {
    return {
      patch: { state: 'BLOCKED', problem: why, alarms },
      detail: why,
      facts: { summary: why },
    };
  }
  return {
    patch: { problem: `${why} Traffic stays where it is.`, alarms },
    waitMs: moved ? SLOW_POLL_MS : MINUTE / 4,
  };
}
