import { isTerminal } from '@careplane/backstage-plugin-release-common';
import { sendBack } from './decideAlarms';
import type { Decision, EffectPlan, Observation } from './decision';
import { LIMITS, MINUTE, SLOW_POLL_MS } from './decision';
import { armPlan } from './effects';
import { IntentRecord, iso, RolloutRecord } from './model';
import { pendingOf } from './resume';
import { trafficOf } from './traffic';

/** Between the arming and the write that it guards. */
const SLACK_MS = 5 * MINUTE;
/** After a refusal, the deadline of a canary that stands is moved no sooner. */
export const AGAIN_MS = 10 * MINUTE;

/** In these, no weight of a canary stands, or a return is under way. */
const BEYOND: readonly RolloutRecord['state'][] = [
  'VERIFYING',
  'SETTLING',
  'ROLLING_BACK',
  'VERIFYING_ROLLBACK',
  'ROLLBACK_FAILED',
  'EXTERNAL_CHANGE',
];

const isShift = (intent: IntentRecord) => intent.step.startsWith('shift-');

const isArming = (intent: IntentRecord) => intent.step.startsWith('arm-');

const maxUnattended = (observation: Observation) =>
  observation.maxUnattendedMs ?? LIMITS.unattended;

/** Whether a weight that this rollout wrote may stand on the target. */
export function mayStand(
  record: RolloutRecord,
  intents: IntentRecord[],
): boolean {
  return (
    !isTerminal(record.state) &&
    !BEYOND.includes(record.state) &&
    intents.some(
      intent => isShift(intent) && [undefined, 'done'].includes(intent.outcome),
    )
  );
}

/** Whether the canary may have been returned at its deadline: who wrote is asked. */
export function mayHaveFired(
  record: RolloutRecord,
  { intents, target }: Observation,
  now: number,
): boolean {
  const { deadline } = record;
  return (
    deadline !== undefined &&
    now >= Date.parse(deadline.at) &&
    mayStand(record, intents) &&
    target?.stable?.id === deadline.stable &&
    !target.candidate
  );
}

/**
 * What an absence of Careplane means for a canary, before anything else is
 * decided: returned at its deadline, or to be returned now (INV-27).
 */
export function decideAbsence(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision | undefined {
  if (mayHaveFired(record, observation, now)) {
    const fired = decideFired(record, observation, now);
    if (fired) return fired;
  }
  const { target, intents } = observation;
  const shared =
    target?.candidate !== undefined &&
    target.candidate.revision.id === record.candidate?.id &&
    target.stable?.id === record.from?.id;
  if (!shared || !mayStand(record, intents)) return undefined;
  const awaited = Math.max(
    Date.parse(record.lastTickAt ?? record.stateSince),
    Date.parse(record.nextRunAt ?? record.stateSince),
  );
  if (now - awaited <= maxUnattended(observation)) return undefined;
  const back = sendBack(
    record,
    observation,
    now,
    'The canary was left unattended for hours while Careplane was down, and is returned.',
    'unattended',
  );
  return { ...back, patch: { ...back.patch, wish: undefined } };
}

/** Why a rollout ended that was returned while Careplane was away. */
export const returnedSentence = (
  { stage }: RolloutRecord,
  by: { at: string },
) =>
  `Careplane was away, and the canary's deadline returned all of ${stage} at ${by.at}.`;

function decideFired(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision | undefined {
  const { lastWriter, intents, target } = observation;
  const at = record.deadline?.at ?? '';
  if (!lastWriter) {
    return now < Date.parse(at) + LIMITS.trail
      ? {
          patch: {
            problem:
              'The canary is gone from the alias. Who returned it is being looked up.',
          },
          waitMs: SLOW_POLL_MS,
        }
      : undefined;
  }
  if (!lastWriter.isDeadline) return undefined;
  const { actor, at: writtenAt } = lastWriter;
  const pending = pendingOf(intents);
  return {
    completes:
      (pending &&
        'traffic' in pending.after && {
          ...pending,
          outcome: pending.acceptedAt ? 'done' : 'not-executed',
          observed: target && { traffic: trafficOf(target) },
          observedAt: iso(now),
        }) ||
      undefined,
    patch: {
      state: 'VERIFYING_ROLLBACK',
      returnedBy: { actor, at: writtenAt },
      requestedWeight: 0,
      observedWeight: 0,
      bakeUntil: undefined,
      wish: undefined,
      problem: returnedSentence(record, lastWriter),
    },
    detail: returnedSentence(record, lastWriter),
    facts: {
      reason: 'canary deadline',
      writer: actor,
      writtenAt,
      deadlineAt: at,
    },
  };
}

/** Adds to a decision what guards the canary that it makes or keeps. */
export function guardDecision(
  record: RolloutRecord,
  observation: Observation,
  decision: Decision,
  now: number,
): Decision {
  const { patch, effect } = decision;
  if (patch?.state === 'ROLLED_BACK' && record.returnedBy) {
    const problem = returnedSentence(record, record.returnedBy);
    return { ...decision, patch: { ...patch, problem } };
  }
  if (record.state === 'PREFLIGHT' && patch?.state === 'SHIFTING') {
    return nameGuard(record, observation, decision);
  }
  if (!record.guard?.guarded) return decision;
  if (effect?.effect.type === 'shift' && effect.effect.to.candidate) {
    return armBefore(record, observation, decision, effect, now);
  }
  const waits = !effect && decision.waitMs !== undefined && !patch?.state;
  return waits ? keepArmed(record, observation, decision, now) : decision;
}

/** What guards the canary is settled, and told, once: before its first weight. */
function nameGuard(
  record: RolloutRecord,
  observation: Observation,
  decision: Decision,
): Decision {
  // CodeDeploy carries on, or goes back, by itself: nothing is armed.
  if (decision.patch?.delegate) return decision;
  if (!record.targetArn.includes(':lambda:')) return decision;
  const guard = observation.guard ?? {
    guarded: false,
    reason: 'Whether it can be guarded could not be read.',
  };
  return {
    ...decision,
    patch: { ...decision.patch, guard },
    detail: guard.guarded
      ? 'Should Careplane go down, the canary is returned at its deadline'
      : `The canary is not guarded while Careplane is down. ${
          guard.reason ?? ''
        }`.trim(),
    facts: { ...decision.facts, guarded: guard.guarded },
  };
}

/** The schedule is made or moved before the weight is written. */
function armBefore(
  record: RolloutRecord,
  observation: Observation,
  decision: Decision,
  effect: EffectPlan,
  now: number,
): Decision {
  const to = effect.effect.type === 'shift' ? effect.effect.to : undefined;
  if (!to?.candidate) return decision;
  const bakeMs = (record.strategy.steps[record.step]?.bakeSeconds ?? 0) * 1_000;
  const at = now + bakeMs + maxUnattended(observation);
  const last = observation.intents.filter(isArming).at(-1);
  if (
    last?.outcome === 'done' &&
    last.after.for === effect.step &&
    Date.parse(String(last.after.at)) >= at - SLACK_MS
  ) {
    return decision;
  }
  return arm(record, observation, decision, {
    for: effect.step,
    deadline: {
      at: iso(at),
      stable: to.stable.id,
      candidate: to.candidate.revision.id,
    },
  });
}

/** While somebody looks after it, a canary that waits is not returned. */
function keepArmed(
  record: RolloutRecord,
  observation: Observation,
  decision: Decision,
  now: number,
): Decision {
  const { deadline } = record;
  const { intents } = observation;
  if (!deadline || !mayStand(record, intents)) return decision;
  const max = maxUnattended(observation);
  if (Date.parse(deadline.at) - now > max / 2) return decision;
  const last = intents.filter(isArming).at(-1);
  const since = Date.parse(last?.writtenAt ?? '');
  if (last?.outcome === 'failed' && now - since < AGAIN_MS) return decision;
  const bakes = Date.parse(record.bakeUntil ?? '') || now;
  const at = iso(Math.max(now, bakes) + max);
  return arm(record, observation, decision, {
    for: String(last?.after.for ?? ''),
    deadline: { ...deadline, at },
  });
}

function arm(
  record: RolloutRecord,
  { intents }: Observation,
  decision: Decision,
  wanted: {
    for: string;
    deadline: NonNullable<RolloutRecord['deadline']>;
  },
): Decision {
  const before = intents.filter(isArming);
  const made = before.some(intent => intent.outcome === 'done');
  const plan = armPlan(
    made ? record.deadline : undefined,
    wanted.deadline,
    wanted.for,
    before.length + 1,
  );
  // A write that waits behind this one is sent once it is settled.
  const pending = before.find(intent => !intent.outcome);
  return {
    patch: { ...decision.patch, deadline: wanted.deadline },
    effect: pending
      ? {
          ...plan,
          step: pending.step,
          again: { ...pending, after: plan.after },
        }
      : plan,
  };
}
