import { alarmsShut } from './decideAlarms';
import type { Decision, Observation } from './decision';
import { ageMs, LIMITS, POLL_MS, SLOW_POLL_MS } from './decision';
import { shiftPlan } from './effects';
import type { RolloutRecord } from './model';
import { stopForExternalChange } from './resume';
import { isFollowing, isOurs, shareOf, trafficOf } from './traffic';

const isService = (record: RolloutRecord) => record.targetArn.includes(':ecs:');

const verifyLimit = (record: RolloutRecord) =>
  isService(record) ? LIMITS.verifyService : LIMITS.verifyAlias;

/** Whether a service runs what it should, with the proof of its tasks. */
function serviceReady(
  observation: Observation,
  revision: { id: string; contentHash: string },
): 'ready' | 'moving' | 'failed' {
  const { deployment, tasks } = observation.target ?? {};
  const ours = deployment?.taskDefinition === revision.id;
  if (ours && ['failed', 'stopped'].includes(deployment.status))
    return 'failed';
  if (
    deployment &&
    ['rolling-back', 'rolled-back'].includes(deployment.status)
  ) {
    return 'failed';
  }
  if (deployment && (!ours || deployment.status !== 'successful'))
    return 'moving';
  if (!tasks) return 'moving';
  if (!tasks.notRun && tasks.running < tasks.desired) return 'moving';
  const wrong = tasks.digests.some(
    digest => revision.contentHash && digest !== revision.contentHash,
  );
  return wrong ? 'moving' : 'ready';
}

export function decideVerifying(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const { target } = observation;
  const { candidate } = record;
  if (!target || !candidate) return { waitMs: SLOW_POLL_MS };
  const seen = trafficOf(target);
  const service = isService(record)
    ? serviceReady(observation, candidate)
    : 'ready';
  if (service === 'failed' && record.returnTo) {
    return {
      patch: {
        state: 'ROLLING_BACK',
        problem: `The deployment of ${
          record.to.version ?? candidate.id
        } failed on ${record.stage}: ${
          target.deployment?.reason ?? 'its tasks did not stay up'
        }.`,
      },
      facts: { reason: 'deployment failed' },
    };
  }
  if (seen.stable !== candidate.id || seen.candidate) {
    const age = ageMs(record, now);
    const following = isFollowing(record.from?.id, candidate.id, seen);
    if (following && age < LIMITS.provisioned) return { waitMs: POLL_MS };
    if (record.firstDeployment && age < verifyLimit(record)) {
      return { waitMs: POLL_MS };
    }
    return stopForExternalChange(record, observation);
  }
  if (service !== 'ready') {
    return {
      patch:
        ageMs(record, now) > verifyLimit(record)
          ? {
              problem:
                'The service does not become steady. Wait, or send it back.',
            }
          : undefined,
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

/** A rollback starts: last look at the target, never stopped by doubt. */
export function decideRollbackPreflight(
  record: RolloutRecord,
  observation: Observation,
): Decision {
  const { target, viability } = observation;
  if (!target) return { waitMs: POLL_MS };
  const failed = viability?.filter(check => check.state === 'fail') ?? [];
  if (failed.length) {
    const problem = failed.map(check => check.summary).join(' ');
    return {
      patch: { state: 'BLOCKED', problem },
      facts: { summary: problem },
    };
  }
  const seen = target.stable?.id;
  const expected = [record.from?.id, record.returnTo?.id];
  if (record.from && !expected.includes(seen)) {
    return stopForExternalChange(record, observation);
  }
  return {
    patch: {
      state: 'ROLLING_BACK',
      snapshot: record.snapshot ?? { stable: target.stable },
      external: { stable: target.stable, candidate: target.candidate },
    },
    facts: { observedStable: seen ?? null },
  };
}

export function decideRollingBack(
  record: RolloutRecord,
  observation: Observation,
): Decision {
  const { target, intents } = observation;
  const { returnTo } = record;
  if (!target) return { waitMs: POLL_MS };
  if (!returnTo) {
    return {
      patch: {
        state: 'ROLLBACK_FAILED',
        problem: 'There is no earlier revision to return to.',
      },
    };
  }
  const returned = intents.some(
    intent =>
      intent.step.startsWith('return') &&
      intent.outcome === 'done' &&
      intent.writtenAt >= record.stateSince &&
      (intent.after.traffic as { stable?: string }).stable === returnTo.id,
  );
  const there = target.stable?.id === returnTo.id && !target.candidate;
  // ECS may have returned by itself; an alias always gets its one write.
  if (there && (returned || target.casToken === undefined)) {
    const observedWeight = shareOf(record, target);
    return { patch: { state: 'VERIFYING_ROLLBACK', observedWeight } };
  }
  const left = record.kind === 'promote' ? record.candidate : record.from;
  if (returned && isFollowing(left?.id, returnTo.id, trafficOf(target))) {
    return { patch: { state: 'VERIFYING_ROLLBACK' } };
  }
  if (returned || (!isOurs(record, intents, target) && !there)) {
    return stopForExternalChange(record, observation);
  }
  const attempt = intents.filter(i => i.step.startsWith('return')).length + 1;
  return {
    patch: {
      requestedWeight: record.kind === 'rollback' ? 1 : 0,
      observedWeight: shareOf(record, target),
      deploymentConfiguration:
        record.deploymentConfiguration ?? target.deploymentConfiguration,
    },
    effect: shiftPlan(record, target, `return-${attempt}`, false, {
      stable: returnTo,
    }),
  };
}

export function decideVerifyingRollback(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const { target } = observation;
  const { returnTo } = record;
  const late = ageMs(record, now) > verifyLimit(record);
  if (!target || !returnTo) {
    return late
      ? {
          patch: {
            state: 'ROLLED_BACK_UNVERIFIED',
            followUp: 'settle',
            problem:
              'The write was made, and the target could not be read afterwards.',
          },
          setsHold: true,
          facts: { outcome: 'unverified' },
        }
      : { waitMs: POLL_MS };
  }
  const seen = trafficOf(target);
  if (seen.stable !== returnTo.id || seen.candidate) {
    const left = record.kind === 'promote' ? record.candidate : record.from;
    if (
      isFollowing(left?.id, returnTo.id, seen) &&
      ageMs(record, now) < LIMITS.provisioned
    ) {
      return { waitMs: POLL_MS };
    }
    return stopForExternalChange(record, observation);
  }
  const service = isService(record)
    ? serviceReady(observation, returnTo)
    : 'ready';
  const finished =
    service === 'failed' &&
    target.deployment?.status === 'rolled-back' &&
    record.kind === 'promote';
  if (service === 'failed' && !finished) {
    return target.deployment?.status === 'rolling-back'
      ? { waitMs: POLL_MS }
      : {
          patch: {
            state: 'ROLLBACK_FAILED',
            problem: `The deployment of the rollback failed: ${
              target.deployment?.reason ?? 'its tasks did not stay up'
            }. Retry, or roll back to another revision.`,
          },
          facts: { outcome: 'rollback failed' },
        };
  }
  if (service === 'moving') {
    return late
      ? {
          patch: {
            state: 'ROLLED_BACK_UNVERIFIED',
            followUp: 'settle',
            problem: 'The service did not become steady after the rollback.',
          },
          setsHold: true,
          facts: { outcome: 'unverified' },
        }
      : { waitMs: POLL_MS };
  }
  // Back is not yet healthy: what watches it must be at rest (INV-36).
  const sick = alarmsShut(observation);
  if (sick && ageMs(record, now) < LIMITS.recovery) {
    return {
      patch: { problem: `All traffic is back. ${sick}` },
      waitMs: SLOW_POLL_MS,
    };
  }
  return {
    patch: {
      state: sick ? 'ROLLED_BACK_UNVERIFIED' : 'ROLLED_BACK',
      observedWeight: record.kind === 'rollback' ? 1 : 0,
      followUp: 'settle',
      alarms: observation.alarms,
      problem: sick && `All traffic is back, and that helped not: ${sick}`,
    },
    setsHold: true,
    move: {
      revision: { ...target.stable, ...returnTo },
      actor: record.sentBackBy ?? record.requestedBy,
      source: 'careplane',
    },
    facts: {
      outcome: sick ? 'unverified' : 'rolled back',
      observedStable: seen.stable ?? null,
      observedWeight: record.kind === 'rollback' ? 1 : 0,
      tasksNotRun: target.tasks?.notRun ?? null,
    },
  };
}
