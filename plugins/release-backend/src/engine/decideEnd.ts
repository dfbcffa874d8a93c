import type { Decision, Observation } from './decision';
import { ageMs, LIMITS, POLL_MS, SLOW_POLL_MS } from './decision';
import { decidePause, timedOutSentence } from './decidePause';
import type { RolloutRecord } from './model';
import { stopForExternalChange } from './resume';
import { isService, serviceState } from './service';
import { isFollowing, trafficOf } from './traffic';

const UNSTEADY = 'The service does not become steady. Wait, or send it back.';

export const verifyLimit = (record: RolloutRecord) =>
  isService(record) ? LIMITS.verifyService : LIMITS.verifyAlias;

export function decideVerifying(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const { target } = observation;
  const { candidate } = record;
  if (!target || !candidate) return { waitMs: SLOW_POLL_MS };
  const seen = trafficOf(target);
  const { deployment } = target;
  const since = Date.parse(record.verifyFrom ?? record.stateSince);
  const late = now - since > verifyLimit(record);
  const state = isService(record) ? serviceState(target, candidate) : 'ready';
  const timedOut = timedOutSentence(record, deployment);
  const superseded = deployment?.status === 'stopped';
  if (superseded && seen.stable === candidate.id && !late) {
    // Somebody had ECS deploy the same once more: that one is followed now.
    return { patch: { deploymentArn: undefined }, waitMs: SLOW_POLL_MS };
  }
  const returned = [candidate.id, record.from?.id].includes(seen.stable);
  const undone = state === 'undone' || state === 'going-back';
  if (undone && returned && record.returnTo) {
    const problem =
      timedOut ??
      `The deployment of ${record.to.version ?? candidate.id} failed on ${
        record.stage
      }: ${deployment?.reason ?? 'its tasks did not stay up'}.`;
    return {
      patch: {
        state: 'ROLLING_BACK',
        pause: undefined,
        wish: undefined,
        problem,
      },
      detail: problem,
      facts: {
        reason: timedOut ? 'pause hook timed out' : 'deployment failed',
        deadlineAt: (timedOut && record.pause?.expiresAt) ?? null,
      },
    };
  }
  if (seen.stable !== candidate.id || seen.candidate) {
    const age = ageMs(record, now);
    const following = isFollowing(record.from?.id, candidate.id, seen);
    if (following && age < LIMITS.provisioned) return { waitMs: POLL_MS };
    if (record.firstDeployment && !late) return { waitMs: POLL_MS };
    return stopForExternalChange(record, observation);
  }
  if (state !== 'ready') {
    const own = deployment?.taskDefinition === candidate.id;
    const waits = own && decidePause(record, observation, deployment, now);
    if (waits) return waits;
    const said = record.pause ? undefined : record.problem;
    return {
      patch: {
        deploymentArn:
          record.deploymentArn ?? (own ? deployment.arn : undefined),
        pause: undefined,
        problem: timedOut ?? (late ? UNSTEADY : said),
      },
      waitMs: SLOW_POLL_MS,
    };
  }
  const { readiness } = observation;
  if (
    readiness?.state === 'preparing' &&
    ageMs(record, now) < LIMITS.provisioned
  ) {
    return { patch: { problem: readiness.summary }, waitMs: SLOW_POLL_MS };
  }
  const stable = { ...target.stable, ...candidate };
  return {
    detail:
      timedOut ??
      (readiness && readiness.state !== 'ready'
        ? readiness.summary
        : undefined),
    patch: {
      state: 'SETTLING',
      observedWeight: 1,
      candidate: stable,
      followUp: 'settle',
      pause: undefined,
      problem: undefined,
    },
    move: { revision: stable, actor: record.requestedBy, source: 'careplane' },
    facts: {
      observedStable: seen.stable ?? null,
      observedWeight: 1,
      contentHash: candidate.contentHash,
      tasksNotRun: target.tasks?.notRun ?? null,
      summary: timedOut ?? null,
    },
  };
}
