import type { ObservedTarget } from '@careplane/backstage-plugin-release-node';
import { alarmsShut } from './decideAlarms';
import type { Decision, Observation } from './decision';
import { backoffMs, LIMITS, POLL_MS, SLOW_POLL_MS } from './decision';
import { gatesShut } from './decidePlan';
import { continuePlan } from './effects';
import { IntentRecord, iso, RolloutRecord } from './model';
import { pauseSentence } from './service';

type Deployment = NonNullable<ObservedTarget['deployment']>;

export const isContinueIntent = ({ after }: IntentRecord): boolean =>
  'continues' in after;

/**
 * The deployment waits at a PAUSE hook: shown with AWS's deadline, and
 * continued where a person asked for that at this very hook. Going on is a
 * forward write, so that gates and alarms must let it (INV-26, INV-31).
 */
export function decidePause(
  record: RolloutRecord,
  observation: Observation,
  deployment: Deployment,
  now: number,
): Decision | undefined {
  const { paused } = deployment;
  if (!paused) return undefined;
  const shown: Partial<RolloutRecord> = {
    deploymentArn: deployment.arn,
    pause: { ...paused, by: 'ecs' },
    verifyFrom: iso(now),
  };
  const sentence = pauseSentence({ deployment });
  const { wish } = record;
  if (wish?.act !== 'continue' || wish.hookId !== paused.hookId) {
    return {
      patch: { ...shown, wish: undefined, problem: sentence },
      waitMs: SLOW_POLL_MS,
    };
  }
  if (!observation.gates) return { patch: shown, waitMs: POLL_MS };
  const why =
    gatesShut(record, observation, now)?.patch?.problem ??
    alarmsShut(observation);
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
  const attempt =
    observation.intents.filter(({ step }) => step.startsWith('continue-'))
      .length + 1;
  return {
    patch: shown,
    effect: continuePlan(deployment.arn, paused.hookId, wish.by, attempt),
  };
}

/**
 * What became of a CONTINUE without outcome: AWS tells of each hook how it was
 * answered. What did not arrive is decided anew, never sent again blindly.
 */
export function resumeContinue(
  { failures }: RolloutRecord,
  { target }: Observation,
  pending: IntentRecord,
  now: number,
): Decision {
  if (!target) return { waitMs: backoffMs(failures) };
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
  const { acceptedAt } = pending;
  if (!acceptedAt) return completed('not-executed');
  return now - Date.parse(acceptedAt) < LIMITS.readBack
    ? { waitMs: POLL_MS }
    : { ...completed('not-executed'), patch: { wish: undefined } };
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
