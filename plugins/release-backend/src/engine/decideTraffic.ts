import type { Decision, Observation } from './decision';
import { ageMs, LIMITS, MINUTE, POLL_MS, SLOW_POLL_MS } from './decision';
import { blocked, gatesShut } from './decidePlan';
import { shiftPlan } from './effects';
import { iso, RolloutRecord } from './model';
import { stopForExternalChange } from './resume';
import { isOurs, shareOf, trafficOf } from './traffic';

/** The state that moves traffic next. */
export const nextMove = (record: RolloutRecord, step: number) =>
  step < record.strategy.steps.length
    ? ('SHIFTING' as const)
    : ('CUTOVER' as const);

export function decidePreflight(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const { target, viability, canary } = observation;
  const late = ageMs(record, now) > LIMITS.preflight;
  if (!target || !viability) {
    return late
      ? blocked('The target could not be read before traffic moves.')
      : { waitMs: SLOW_POLL_MS };
  }
  if (target.stable?.id !== record.from?.id || target.candidate) {
    return stopForExternalChange(record, observation);
  }
  const failed = viability.filter(check => check.state === 'fail');
  const unknown = viability.filter(check => check.state === 'unknown');
  if (failed.length || (unknown.length && late)) {
    return blocked(
      [...failed, ...unknown].map(check => check.summary).join(' '),
    );
  }
  if (unknown.length) return { waitMs: SLOW_POLL_MS };
  if (record.strategy.steps.length && !canary?.allowed) {
    if (!canary && !late) return { waitMs: SLOW_POLL_MS };
    return blocked(
      `${
        canary?.reason ?? 'A canary is not possible here.'
      } Promote all at once instead.`,
    );
  }
  const same = target.stable?.id === record.candidate?.id;
  return {
    patch: {
      state: same ? 'VERIFYING' : nextMove(record, 0),
      step: 0,
      snapshot: record.snapshot ?? { stable: target.stable },
      returnTo: record.from,
      observedWeight: shareOf(record, target),
    },
    detail: same ? 'This revision receives all traffic already' : undefined,
    facts: { observedStable: target.stable?.id ?? null },
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
        bakeUntil: iso(now + bakeSeconds * 1000),
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
  const to =
    weight < 1
      ? { stable: from, candidate: { revision: candidate, weight } }
      : { stable: candidate };
  return {
    patch: { requestedWeight: weight },
    effect: shiftPlan(record, target, name, true, to),
  };
}

export function decideBaking(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const { target } = observation;
  if (!target) return { waitMs: SLOW_POLL_MS };
  const step = record.strategy.steps[record.step];
  const seen = trafficOf(target);
  if (
    seen.stable !== record.from?.id ||
    seen.candidate?.id !== record.candidate?.id ||
    Math.abs((seen.candidate?.weight ?? 0) - step.weight) > 1e-6
  ) {
    return stopForExternalChange(record, observation);
  }
  const away = now - Date.parse(record.lastTickAt ?? record.stateSince);
  if (away > LIMITS.unattended) {
    return {
      patch: {
        state: 'ROLLING_BACK',
        problem:
          'The canary was left unattended for hours while Careplane was down, and is returned.',
      },
      facts: { reason: 'unattended' },
    };
  }
  const { wish } = record;
  const over = now >= Date.parse(record.bakeUntil ?? '');
  if (!wish && !over) {
    return {
      patch: { observedWeight: shareOf(record, target) },
      waitMs: Math.min(
        SLOW_POLL_MS,
        Math.max(Date.parse(record.bakeUntil ?? '') - now, 0),
      ),
    };
  }
  const next =
    wish?.act === 'complete' ? record.strategy.steps.length : record.step + 1;
  return {
    patch: {
      state: nextMove(record, next),
      step: next,
      wish: undefined,
      bakeUntil: undefined,
      observedWeight: shareOf(record, target),
    },
    facts: wish ? { act: wish.act } : {},
  };
}
