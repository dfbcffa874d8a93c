import type { Decision, Observation } from './decision';
import { ageMs, LIMITS, MINUTE, POLL_MS, SLOW_POLL_MS } from './decision';
import { alarmsHold } from './decideAlarms';
import { nextMove } from './decideBaking';
import { blocked, gatesShut } from './gatesShut';
import { shiftPlan } from './effects';
import { iso, RolloutRecord } from './model';
import { preflightOf } from './preflight';
import { stopForExternalChange } from './resume';
import { isOurs, shareOf } from './traffic';

export function decidePreflight(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const { target, viability } = observation;
  const late = ageMs(record, now) > LIMITS.preflight;
  if (!target || !viability) {
    return late
      ? blocked('The target could not be read before traffic moves.')
      : { waitMs: SLOW_POLL_MS };
  }
  if (target.stable?.id !== record.from?.id || target.candidate) {
    return stopForExternalChange(record, observation);
  }
  const shut = target.readOnly ?? target.forwardBlocked;
  if (shut) return blocked(shut);
  const preflight = preflightOf(record, observation);
  const same = target.stable?.id === record.candidate?.id;
  const shared = record.strategy.steps.length > 0 && !same;
  const counts = preflight.filter(check => shared || !check.canaryOnly);
  const failed = counts.filter(check => check.state === 'fail');
  const unknown = counts.filter(check => check.state === 'unknown');
  // Alarms may come to rest; everything else that failed stays so.
  const final = failed.filter(check => check.id !== 'alarms');
  if (final.length || (late && failed.length + unknown.length)) {
    const said = [...failed, ...unknown].map(check => check.summary).join(' ');
    const offer =
      failed.length && !unknown.length && failed.every(one => one.canaryOnly)
        ? ' Promote all at once instead.'
        : '';
    const decision = blocked(`${said}${offer}`);
    return { ...decision, patch: { ...decision.patch, preflight } };
  }
  if (failed.length || unknown.length) {
    const problem = [...failed, ...unknown].map(one => one.summary).join(' ');
    return { patch: { preflight, problem }, waitMs: SLOW_POLL_MS };
  }
  return {
    patch: {
      state: same ? 'VERIFYING' : nextMove(record, 0),
      step: 0,
      preflight,
      problem: undefined,
      snapshot: record.snapshot ?? { stable: target.stable },
      returnTo: record.from,
      observedWeight: shareOf(record, target),
    },
    detail: same ? 'This revision receives all traffic already' : undefined,
    facts: {
      observedStable: target.stable?.id ?? null,
      checks: preflight.map(one => `${one.id}=${one.state}`).join(','),
    },
  };
}

/** What was seen just now, else what was seen last. */
const lastShare = (record: RolloutRecord, { target }: Observation) =>
  target ? shareOf(record, target) : record.observedWeight;

export function decideShifting(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const name = `shift-${record.step}`;
  const { weight, bakeSeconds } = record.strategy.steps[record.step];
  const done = observation.intents.some(
    intent => intent.step === name && intent.outcome === 'done',
  );
  if (done) {
    const observed = lastShare(record, observation);
    return {
      patch: {
        state: 'BAKING',
        requestedWeight: weight,
        observedWeight: observed,
        bakeFrom: iso(now),
        bakeUntil: iso(now + bakeSeconds * 1000),
        judgement: undefined,
        problem: undefined,
      },
      facts: {
        requestedWeight: weight,
        observedWeight: observed ?? null,
        bakeSeconds,
      },
    };
  }
  return forwardShift(record, observation, now, name, weight);
}

export function decideCutover(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const done = observation.intents.some(
    intent => intent.step === 'cutover' && intent.outcome === 'done',
  );
  if (done) {
    const observed = lastShare(record, observation);
    return {
      patch: {
        state: 'VERIFYING',
        requestedWeight: 1,
        observedWeight: observed,
        bakeUntil: undefined,
        problem: undefined,
      },
      facts: { requestedWeight: 1, observedWeight: observed ?? null },
    };
  }
  return forwardShift(record, observation, now, 'cutover', 1);
}

function forwardShift(
  record: RolloutRecord,
  observation: Observation,
  now: number,
  name: string,
  weight: number,
): Decision {
  const { target } = observation;
  const { candidate, from } = record;
  if (!target || !candidate || !from) return { waitMs: POLL_MS };
  if (!isOurs(record, observation.intents, target)) {
    return stopForExternalChange(record, observation);
  }
  if (record.stuck) return { waitMs: MINUTE };
  const shut = gatesShut(record, observation, now);
  if (shut) return shut;
  const held = alarmsHold(record, observation, now);
  if (held) return held;
  const to =
    weight < 1
      ? { stable: from, candidate: { revision: candidate, weight } }
      : { stable: candidate };
  return {
    patch: { requestedWeight: weight, alarms: observation.alarms },
    effect: shiftPlan(record, target, name, true, to),
  };
}
