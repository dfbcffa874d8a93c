import type { Decision, Observation } from './decision';
import { ageMs, LIMITS, POLL_MS, SLOW_POLL_MS } from './decision';
import type { RolloutRecord } from './model';
import { stopForExternalChange } from './resume';
import { isService, pauseSentence, serviceState } from './service';
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
  const late = ageMs(record, now) > verifyLimit(record);
  const state = isService(record) ? serviceState(target, candidate) : 'ready';
  const superseded = deployment?.status === 'stopped';
  if (superseded && seen.stable === candidate.id && !late) {
    // Somebody had ECS deploy the same once more: that one is followed now.
    return { patch: { deploymentArn: undefined }, waitMs: SLOW_POLL_MS };
  }
  const returned = [candidate.id, record.from?.id].includes(seen.stable);
  const undone = state === 'undone' || state === 'going-back';
  if (undone && returned && record.returnTo) {
    return {
      patch: {
        state: 'ROLLING_BACK',
        problem: `The deployment of ${
          record.to.version ?? candidate.id
        } failed on ${record.stage}: ${
          deployment?.reason ?? 'its tasks did not stay up'
        }.`,
      },
      facts: { reason: 'deployment failed' },
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
    return {
      patch: {
        deploymentArn:
          record.deploymentArn ?? (own ? deployment.arn : undefined),
        problem: pauseSentence(target) ?? (late ? UNSTEADY : record.problem),
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
      readiness && readiness.state !== 'ready' ? readiness.summary : undefined,
    patch: {
      state: 'SETTLING',
      observedWeight: 1,
      candidate: stable,
      followUp: 'settle',
      problem: undefined,
    },
    move: { revision: stable, actor: record.requestedBy, source: 'careplane' },
    facts: {
      observedStable: seen.stable ?? null,
      observedWeight: 1,
      contentHash: candidate.contentHash,
      tasksNotRun: target.tasks?.notRun ?? null,
    },
  };
}
