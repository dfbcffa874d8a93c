import type { Decision, Observation } from './decision';
import { backoffMs, LIMITS, POLL_MS } from './decision';
import { blocked } from './decidePlan';
import { IntentRecord, iso, RolloutRecord } from './model';
import { sendAgain } from './sendAgain';

/** A deployment that was asked for may take this long to be listed. */
const LISTED_MS = 10_000;

export const isDeploymentIntent = ({ after }: IntentRecord): boolean =>
  'deployment' in after || 'stops' in after;

/**
 * What became of a CreateDeployment or StopDeployment without outcome. A
 * deployment is found again by its mark, so that none is made twice (INV-02).
 */
export function resumeDelegated(
  record: RolloutRecord,
  observation: Observation,
  pending: IntentRecord,
  now: number,
): Decision {
  const { delegation } = observation;
  if (!delegation) return { waitMs: backoffMs(record.failures) };
  return 'stops' in pending.after
    ? resumeStop(record, observation, delegation, pending, now)
    : resumeDeploy(record, observation, delegation, pending, now);
}

const completed = (
  pending: IntentRecord,
  outcome: IntentRecord['outcome'],
  now: number,
  observed: Record<string, unknown> = {},
): IntentRecord => ({ ...pending, outcome, observed, observedAt: iso(now) });

function resumeDeploy(
  record: RolloutRecord,
  observation: Observation,
  { own, running }: NonNullable<Observation['delegation']>,
  pending: IntentRecord,
  now: number,
): Decision {
  const mine = own ?? (running?.rolloutId === record.id ? running : undefined);
  if (mine) {
    return {
      completes: completed(pending, 'done', now, { deploymentId: mine.id }),
      patch: {
        delegate: record.delegate && {
          ...record.delegate,
          deploymentId: mine.id,
        },
        failures: 0,
        problem: undefined,
      },
    };
  }
  const refused = pending.error?.startsWith('ConflictError');
  const age = now - Date.parse(pending.acceptedAt ?? pending.writtenAt);
  const limit = pending.acceptedAt ? LIMITS.readBack : LISTED_MS;
  if (!refused && age < limit) return { waitMs: POLL_MS };
  const completes = completed(pending, 'not-executed', now);
  // A rollback took over: what was meant forward is not sent any more.
  if (record.state !== 'SHIFTING') return { completes };
  if (pending.acceptedAt) {
    return {
      ...blocked(
        'CodeDeploy took the deployment and does not list it. Traffic has not moved; look at the deployment group in CodeDeploy before asking again.',
      ),
      completes,
    };
  }
  if (!running) return sendAgain(record, observation, pending, now);
  return {
    ...blocked(
      `A deployment that somebody else started, ${running.id}, shifts the traffic of ${record.stage} in CodeDeploy. Nothing of this rollout has moved.`,
    ),
    completes,
  };
}

function resumeStop(
  record: RolloutRecord,
  observation: Observation,
  { running }: NonNullable<Observation['delegation']>,
  pending: IntentRecord,
  now: number,
): Decision {
  if (!running || running.takesBack || running.id !== pending.after.stops) {
    return { completes: completed(pending, 'done', now) };
  }
  const sinceAccepted = now - Date.parse(pending.acceptedAt ?? '');
  // Stopping may be repeated; what was taken is given time to be seen.
  return sinceAccepted < LISTED_MS
    ? { waitMs: POLL_MS }
    : sendAgain(record, observation, pending, now);
}
