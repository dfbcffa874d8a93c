import type { StrategyStep } from '@careplane/backstage-plugin-release-common';
import { alarmsShut, figuresOf, pause, sendBack } from './decideAlarms';
import type { Decision, Observation } from './decision';
import { LIMITS, MINUTE, SLOW_POLL_MS } from './decision';
import { judge } from './judge';
import type { RolloutRecord } from './model';
import { stopForExternalChange } from './resume';
import { shareOf, trafficOf } from './traffic';

/** Failed readings in a row after which a person is asked. */
const METRIC_FAILURES = 5;

/**
 * How often a canary is looked at while it bakes: within ten seconds, and few
 * enough calls that thirty of them leave the readings of all others their turn.
 */
const WATCH_MS = 7_000;

/** Whether a step is judged by figures, and not by time and alarms alone. */
export const isJudged = (step: StrategyStep | undefined): boolean =>
  Boolean(step?.analysis || step?.minRequests);

/** The state that moves traffic next. */
export const nextMove = (record: RolloutRecord, step: number) =>
  step < record.strategy.steps.length
    ? ('SHIFTING' as const)
    : ('CUTOVER' as const);

function isAsWritten(record: RolloutRecord, observation: Observation) {
  const traffic = trafficOf(observation.target ?? {});
  const { weight } = record.strategy.steps[record.step];
  return (
    traffic.stable === record.from?.id &&
    traffic.candidate?.id === record.candidate?.id &&
    Math.abs((traffic.candidate?.weight ?? 0) - weight) < 1e-6
  );
}

/** What this look adds to the record, whatever is decided. */
function seen(record: RolloutRecord, observation: Observation) {
  const step = record.strategy.steps[record.step];
  const { metrics, target, alarms } = observation;
  const judged = isJudged(step);
  return {
    observedWeight: target && shareOf(record, target),
    alarms: alarms ?? record.alarms,
    judgement: judged && metrics ? judge(metrics, step) : record.judgement,
    metricFailures:
      judged && !metrics ? (record.metricFailures ?? 0) + 1 : undefined,
  };
}

function goOn(record: RolloutRecord, patch: Partial<RolloutRecord>): Decision {
  const { wish } = record;
  const next =
    wish?.act === 'complete' ? record.strategy.steps.length : record.step + 1;
  return {
    patch: {
      ...patch,
      state: nextMove(record, next),
      step: next,
      wish: undefined,
      bakeUntil: undefined,
      bakeFrom: undefined,
      pausedUntil: undefined,
      metricFailures: undefined,
      problem: undefined,
    },
    facts: {
      ...figuresOf({ ...record, ...patch }),
      ...(wish ? { act: wish.act, reason: wish.reason ?? null } : {}),
    },
  };
}

export function decideBaking(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  if (!observation.target) return { waitMs: SLOW_POLL_MS };
  if (!isAsWritten(record, observation)) {
    return stopForExternalChange(record, observation);
  }
  const patch = seen(record, observation);
  const { judgement } = patch;
  if (judgement?.verdict === 'fail') {
    return withPatch(
      patch,
      sendBack(
        { ...record, judgement },
        observation,
        now,
        judgement.summary,
        'analysis failed',
      ),
    );
  }
  if (record.wish) return goOn(record, patch);
  const until = Date.parse(record.bakeUntil ?? '');
  if (now < until) {
    const waitMs = Math.min(WATCH_MS, Math.max(until - now, 0));
    return { patch, waitMs };
  }
  return withPatch(patch, afterBake(record, observation, now, patch, until));
}

function withPatch(patch: Partial<RolloutRecord>, decision: Decision) {
  return { ...decision, patch: { ...patch, ...decision.patch } };
}

/** The bake is over: its figures and the alarms decide. */
function afterBake(
  record: RolloutRecord,
  observation: Observation,
  now: number,
  patch: ReturnType<typeof seen>,
  until: number,
): Decision {
  const step = record.strategy.steps[record.step];
  const { metrics } = observation;
  const { judgement, metricFailures = 0 } = patch;
  if (isJudged(step)) {
    if (!metrics) {
      return metricFailures >= METRIC_FAILURES
        ? pause(
            now,
            `The metrics could not be read ${metricFailures} times, so nobody can say how the candidate does.`,
            'metrics unreadable',
          )
        : {
            patch: { problem: 'The metrics could not be read; trying again.' },
            waitMs: MINUTE / 4,
          };
    }
    // The figures of the last minutes come late; all of the bake is judged.
    if (Date.parse(metrics.to) + MINUTE <= until) {
      return {
        patch: { problem: 'Waiting for the figures of the last minutes.' },
        waitMs: SLOW_POLL_MS,
      };
    }
    if (judgement?.verdict !== 'pass') {
      return pause(now, judgement?.summary ?? '', 'analysis inconclusive');
    }
  }
  const shut = alarmsShut(observation);
  if (!shut) return goOn(record, patch);
  return now - until > LIMITS.preflight
    ? pause(now, shut, 'alarms unreadable')
    : { patch: { problem: shut }, waitMs: SLOW_POLL_MS };
}

/** Traffic stays as it is until a person decides or the deadline passes. */
export function decidePaused(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  if (!observation.target) return { waitMs: SLOW_POLL_MS };
  if (!isAsWritten(record, observation)) {
    return stopForExternalChange(record, observation);
  }
  const patch = seen(record, observation);
  if (record.wish) return goOn(record, patch);
  const failed = patch.judgement?.verdict === 'fail';
  const late = now >= Date.parse(record.pausedUntil ?? record.stateSince);
  if (!failed && !late) {
    return {
      patch: { ...patch, metricFailures: undefined },
      waitMs: MINUTE / 4,
    };
  }
  const decision = sendBack(
    { ...record, judgement: patch.judgement },
    observation,
    now,
    failed
      ? patch.judgement?.summary ?? ''
      : 'Nobody decided before the deadline, and the candidate is returned.',
    failed ? 'analysis failed' : 'nobody decided',
  );
  return withPatch(patch, decision);
}
