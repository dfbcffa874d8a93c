import type { Decision, Observation } from './decision';
import { backoffMs, LIMITS, POLL_MS } from './decision';
import { stillWaits } from './decidePause';
import { blocked } from './gatesShut';
import { IntentRecord, iso, RolloutRecord } from './model';
import { sendAgain } from './sendAgain';
import { goesOnWithin, madeBy } from './serviceDeployments';

/** A deployment that was asked for may take this long to be listed. */
const LISTED_MS = 10_000;

export const isDeploymentIntent = ({ after }: IntentRecord): boolean =>
  'deployment' in after || 'stops' in after || 'proceeds' in after;

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
  if ('proceeds' in pending.after) {
    return resumeProceed(record, observation, delegation, pending, now);
  }
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
  const returns = pending.step !== 'deploy';
  const step = returns ? pending.step : undefined;
  const isMine = running?.rolloutId === record.id && running.step === step;
  const mine = own ?? (isMine ? running : undefined);
  if (mine) {
    const { group } = pending.after.deployment as { group: string };
    return {
      completes: completed(pending, 'done', now, { deploymentId: mine.id }),
      patch: {
        ...madeBy(
          record,
          group,
          mine.id,
          returns ? String(pending.after.toRevision) : undefined,
        ),
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
  if (!returns && record.state !== 'SHIFTING') return { completes };
  // What returns is decided anew, by what runs then.
  const elsewhere = pending.after.toRevision !== record.returnTo?.id;
  if (returns && (running || pending.acceptedAt || elsewhere)) {
    return { completes };
  }
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

/** A wait that was ended is over; one that still lasts is answered again. */
function resumeProceed(
  record: RolloutRecord,
  observation: Observation,
  { own }: NonNullable<Observation['delegation']>,
  pending: IntentRecord,
  now: number,
): Decision {
  if (!own) return { waitMs: POLL_MS };
  const { wish } = record;
  const waits =
    own.status === 'in-progress' && own.waits?.for === pending.after.wait;
  if (!waits) {
    // It ended by its own deadline, and nobody had answered.
    if (own.cause === 'timeout') {
      return { completes: completed(pending, 'not-executed', now) };
    }
    return {
      completes: completed(pending, 'done', now),
      patch: {
        pause: undefined,
        problem: undefined,
        wish: wish?.act === 'continue' ? undefined : wish,
      },
    };
  }
  if (!pending.step.startsWith('return')) {
    return stillWaits(record, observation, pending, now, outcome => ({
      completes: completed(pending, outcome, now),
    }));
  }
  const age = now - Date.parse(pending.acceptedAt ?? '');
  return age < goesOnWithin(pending)
    ? { waitMs: POLL_MS }
    : sendAgain(record, observation, pending, now);
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
