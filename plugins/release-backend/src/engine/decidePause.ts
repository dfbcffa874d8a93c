import type { DeploymentPause } from '@careplane/backstage-plugin-release-common';
import type { ObservedTarget } from '@careplane/backstage-plugin-release-node';
import { alarmsShut } from './decideAlarms';
import type { Decision, EffectPlan, Observation } from './decision';
import { backoffMs, LIMITS, POLL_MS, SLOW_POLL_MS } from './decision';
import { gatesShut } from './gatesShut';
import { continuePlan, effectOf } from './effects';
import { IntentRecord, iso, RolloutRecord } from './model';
import { pauseSentence } from './service';

type Deployment = NonNullable<ObservedTarget['deployment']>;

/** Why a deployment may not go on now (INV-31). */
const whyNotOn = (
  record: RolloutRecord,
  observation: Observation,
  now: number,
): string | undefined =>
  gatesShut(record, observation, now)?.patch?.problem ??
  alarmsShut(observation);

/**
 * Shows that a deployment waits for a person, and goes on where a person asked
 * for that at this very pause. Going on is a forward write, so that gates and
 * alarms must let it (INV-31); a wish that they refuse does not outlive it.
 */
export function answerPause(
  record: RolloutRecord,
  observation: Observation,
  now: number,
  at: {
    pause: DeploymentPause;
    /** What this look adds to the record. */
    shown: Partial<RolloutRecord>;
    sentence: string | undefined;
    plan: (step: string, by: string) => EffectPlan;
  },
): Decision {
  const { pause, sentence } = at;
  const shown = { ...at.shown, pause };
  const { wish } = record;
  if (wish?.act !== 'continue' || wish.hookId !== pause.hookId) {
    return {
      patch: { ...shown, wish: undefined, problem: sentence },
      waitMs: SLOW_POLL_MS,
    };
  }
  if (!observation.gates) return { patch: shown, waitMs: POLL_MS };
  const why = whyNotOn(record, observation, now);
  if (why) {
    return {
      patch: {
        ...shown,
        wish: undefined,
        problem: `Not continued: ${why} ${sentence}`,
      },
      waitMs: SLOW_POLL_MS,
    };
  }
  const attempt = observation.intents.filter(({ step }) =>
    step.startsWith('continue-'),
  ).length;
  return {
    patch: shown,
    effect: at.plan(`continue-${attempt + 1}`, wish.by),
  };
}

export const isContinueIntent = ({ after }: IntentRecord): boolean =>
  'continues' in after;

/** A deployment of ECS that waits at a PAUSE hook (INV-26). */
export function decidePause(
  record: RolloutRecord,
  observation: Observation,
  deployment: Deployment,
  now: number,
): Decision | undefined {
  const { paused } = deployment;
  if (!paused) return undefined;
  return answerPause(record, observation, now, {
    pause: { ...paused, by: 'ecs' },
    shown: { deploymentArn: deployment.arn, verifyFrom: iso(now) },
    sentence: pauseSentence({ deployment }),
    plan: (step, by) => continuePlan(deployment.arn, paused.hookId, by, step),
  });
}

/**
 * What became of a CONTINUE without outcome: AWS tells of each hook how it was
 * answered. What did not arrive is decided anew, never sent again blindly.
 */
export function resumeContinue(
  record: RolloutRecord,
  observation: Observation,
  pending: IntentRecord,
  now: number,
): Decision {
  const { target } = observation;
  if (!target) return { waitMs: backoffMs(record.failures) };
  const { deployment } = target;
  const { continues, hookId } = pending.after;
  const hook =
    deployment?.arn === continues
      ? deployment?.hooks?.find(one => one.hookId === hookId)
      : undefined;
  const completed = (outcome: IntentRecord['outcome']): Decision => ({
    completes: {
      ...pending,
      outcome,
      observed: { hook: hook?.state ?? 'gone' },
      observedAt: iso(now),
    },
  });
  const over = { wish: undefined, pause: undefined, problem: undefined };
  if (hook?.state === 'continued') {
    return { ...completed('done'), patch: over };
  }
  if (hook?.state !== 'waiting') {
    return { ...completed('not-executed'), patch: over };
  }
  return stillWaits(record, observation, pending, now, completed);
}

/**
 * An answer that AWS does not show yet: sent again as it was where it did not
 * arrive and may still be given, given time where it was taken.
 */
export function stillWaits(
  record: RolloutRecord,
  observation: Observation,
  pending: IntentRecord,
  now: number,
  completed: (outcome: IntentRecord['outcome']) => Decision,
): Decision {
  const { acceptedAt, error } = pending;
  const { wish } = record;
  // A rollback took over: it waits for no answer that was meant forward.
  if (record.state === 'ROLLING_BACK') {
    return {
      ...completed(acceptedAt ? 'done' : 'not-executed'),
      patch: { wish: undefined, pause: undefined },
    };
  }
  if (acceptedAt) {
    return now - Date.parse(acceptedAt) < LIMITS.readBack
      ? { waitMs: POLL_MS }
      : { ...completed('not-executed'), patch: { wish: undefined } };
  }
  if (wish?.act !== 'continue' || error?.startsWith('ConflictError')) {
    return completed('not-executed');
  }
  if (!observation.gates) return { waitMs: POLL_MS };
  const why = whyNotOn(record, observation, now);
  if (why) {
    const problem = `Not continued: ${why}`;
    return {
      ...completed('not-executed'),
      patch: { wish: undefined, problem },
    };
  }
  return {
    effect: {
      step: pending.step,
      api: pending.api,
      before: pending.before,
      after: pending.after,
      effect: effectOf(record, pending),
      again: pending,
      by: wish.by,
    },
  };
}

/** A pause that nobody answered until AWS's deadline, in words. */
export function timedOutSentence(
  { pause, stage }: RolloutRecord,
  deployment: Deployment | undefined,
): string | undefined {
  const last = deployment?.hooks?.at(-1);
  if (last?.state !== 'timed-out') return undefined;
  const until = pause?.expiresAt ? ` until ${pause.expiresAt}` : '';
  const returns =
    deployment?.status === 'rolling-back' ||
    deployment?.status === 'rolled-back';
  return `Nobody answered the pause hook on ${stage}${until}, and ECS ${
    returns ? 'went back' : 'went on'
  } by itself.`;
}
