import type { Revision } from '@careplane/backstage-plugin-release-common';
import type { ObservedTarget } from '@careplane/backstage-plugin-release-node';
import { alarmsShut } from './decideAlarms';
import { verifyLimit } from './decideEnd';
import type { Decision, Observation } from './decision';
import { ageMs, LIMITS, POLL_MS, SLOW_POLL_MS } from './decision';
import { preparePlan, shiftPlan } from './effects';
import { judgeReturn } from './judgeReturn';
import { iso, RolloutRecord } from './model';
import { stopForExternalChange } from './resume';
import { endsFor, isProven, isService, serviceState } from './service';
import { isFollowing, isOurs, shareOf, trafficOf } from './traffic';

/** The revision that traffic leaves. */
const leftBy = (record: RolloutRecord) =>
  (record.kind === 'promote' ? record.candidate : record.from)?.id;

/** The return did not succeed, and a person must act. */
export const rollbackFailed = (problem: string): Decision => ({
  patch: { state: 'ROLLBACK_FAILED', problem },
  facts: { outcome: 'rollback failed' },
});

/** The move that a return was, for the history of the target. */
const moveOf = (
  { returnTo, sentBackBy, requestedBy }: RolloutRecord,
  target?: ObservedTarget,
): Decision['move'] =>
  returnTo && {
    revision: { ...target?.stable, ...returnTo },
    actor: sentBackBy ?? requestedBy,
    source: 'careplane',
  };

/** Traffic was seen to move, and nobody can say that it helped. */
const unverified = (
  record: RolloutRecord,
  problem: string,
  target?: ObservedTarget,
): Decision => ({
  patch: { state: 'ROLLED_BACK_UNVERIFIED', followUp: 'settle', problem },
  setsHold: true,
  move: moveOf(record, target),
  facts: {
    outcome: 'unverified',
    observedStable: target?.stable?.id ?? null,
  },
});

/** A rollback's own deployment that ECS undid: the rollback failed (INV-21). */
const undoneByEcs = ({ deployment }: ObservedTarget): Decision =>
  rollbackFailed(
    `The deployment of the rollback failed: ${
      deployment?.reason ?? 'its tasks did not stay up'
    }. What ran before still runs. Retry, or roll back to another revision.`,
  );

/** A rollback starts: last look at the target, never stopped by doubt. */
export function decideRollbackPreflight(
  record: RolloutRecord,
  observation: Observation,
): Decision {
  const { target, viability } = observation;
  if (!target) return { waitMs: POLL_MS };
  const failed = viability?.filter(check => check.state === 'fail') ?? [];
  const why = [
    ...(target.exists
      ? []
      : [
          `There is nothing to roll back on ${record.stage}: the target does not exist, and Careplane does not create it.`,
        ]),
    ...(target.readOnly ? [target.readOnly] : []),
    ...failed.map(check => check.summary),
  ];
  if (why.length) {
    const problem = why.join(' ');
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

/** The write that returns, as a step of its own. */
function sendBack(
  record: RolloutRecord,
  { intents }: Observation,
  target: ObservedTarget,
  to: Parameters<typeof shiftPlan>[4],
): Decision {
  const attempt = intents.filter(i => i.step.startsWith('return')).length + 1;
  return {
    patch: {
      requestedWeight: record.kind === 'rollback' ? 1 : 0,
      observedWeight: shareOf(record, target),
    },
    effect: shiftPlan(record, target, `return-${attempt}`, false, to),
  };
}

/** What makes a revision startable first; undefined where nothing is missing. */
export function prepared(
  record: RolloutRecord,
  observation: Observation,
  returnTo: Revision,
  now: number,
): Decision | undefined {
  const { preparation } = observation;
  if (!preparation) return { waitMs: POLL_MS };
  if (preparation !== 'none') {
    const preparingSince = record.preparingSince ?? iso(now);
    if (now - Date.parse(preparingSince) > LIMITS.prepare) {
      return rollbackFailed(
        'The image of this revision did not come back from the archive in two hours. Retry, or roll back to another revision.',
      );
    }
    return preparation.state === 'under-way'
      ? {
          patch: { preparingSince, problem: preparation.summary },
          waitMs: SLOW_POLL_MS,
        }
      : {
          patch: { preparingSince },
          effect: preparePlan(preparation.id, returnTo),
        };
  }
  return undefined;
}

/**
 * A deployment that is under way is ended and goes back by itself. Else the
 * revision is made startable, and a deployment of it is started (section 3.3
 * of the engine's specification).
 */
function returnService(
  record: RolloutRecord,
  observation: Observation,
  target: ObservedTarget,
  returnTo: Revision,
  now: number,
): Decision {
  const ends = endsFor(target, returnTo);
  if (ends) {
    const back = sendBack(record, observation, target, {
      stable: returnTo,
      ends,
    });
    return { ...back, patch: { ...back.patch, deploymentArn: undefined } };
  }
  const unprepared = prepared(record, observation, returnTo, now);
  if (unprepared) return unprepared;
  const { recordedConfiguration } = observation;
  const back = sendBack(record, observation, target, { stable: returnTo });
  return {
    ...back,
    patch: {
      ...back.patch,
      deploymentArn: undefined,
      preparingSince: undefined,
      // What an earlier rollback has not put back yet was seen before it.
      deploymentConfiguration:
        record.deploymentConfiguration ??
        recordedConfiguration ??
        target.deploymentConfiguration,
    },
  };
}

export function decideRollingBack(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const { target, intents } = observation;
  const { returnTo } = record;
  if (!target) return { waitMs: POLL_MS };
  if (!returnTo) {
    return rollbackFailed('There is no earlier revision to return to.');
  }
  const returned = intents.some(
    intent =>
      intent.step.startsWith('return') &&
      intent.outcome === 'done' &&
      !intent.after.ends &&
      intent.writtenAt >= record.stateSince &&
      (intent.after.traffic as { stable?: string }).stable === returnTo.id,
  );
  const there = target.stable?.id === returnTo.id && !target.candidate;
  // ECS may have returned by itself; an alias always gets its one write.
  if (there && (returned || target.casToken === undefined)) {
    const observedWeight = shareOf(record, target);
    return { patch: { state: 'VERIFYING_ROLLBACK', observedWeight } };
  }
  if (isService(record)) {
    if (target.readOnly) return rollbackFailed(target.readOnly);
    const state = serviceState(target, returnTo);
    if (state === 'going-back') {
      return {
        patch: { problem: 'ECS is going back by itself; it is watched.' },
        waitMs: POLL_MS,
      };
    }
    const own = target.deployment?.taskDefinition === returnTo.id;
    if (returned && own && state === 'undone') return undoneByEcs(target);
  }
  if (returned && isFollowing(leftBy(record), returnTo.id, trafficOf(target))) {
    return { patch: { state: 'VERIFYING_ROLLBACK' } };
  }
  if (returned || (!isOurs(record, intents, target) && !there)) {
    return stopForExternalChange(record, observation);
  }
  return isService(record)
    ? returnService(record, observation, target, returnTo, now)
    : sendBack(record, observation, target, { stable: returnTo });
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
      ? unverified(
          record,
          'The write was made, and the target could not be read afterwards.',
        )
      : { waitMs: POLL_MS };
  }
  const seen = trafficOf(target);
  const state = isService(record) ? serviceState(target, returnTo) : 'ready';
  if (state === 'undone') return undoneByEcs(target);
  if (seen.stable !== returnTo.id || seen.candidate) {
    // ECS undoes the rollback: its end decides.
    if (state === 'going-back' && !late) return { waitMs: POLL_MS };
    if (
      isFollowing(leftBy(record), returnTo.id, seen) &&
      ageMs(record, now) < LIMITS.provisioned
    ) {
      return { waitMs: POLL_MS };
    }
    return stopForExternalChange(record, observation);
  }
  if (state !== 'ready') {
    const { tasks } = target;
    const some = !tasks || tasks.digests.includes(returnTo.contentHash);
    if (late && isService(record) && !some && !isProven(target, returnTo)) {
      return rollbackFailed(
        `No task runs the revision that was returned to: ${
          tasks?.notRun ?? 'ECS does not say why'
        }. Retry, or roll back to another revision.`,
      );
    }
    return late
      ? unverified(
          record,
          'The service did not become steady after the rollback.',
          target,
        )
      : { waitMs: POLL_MS };
  }
  const { readiness } = observation;
  if (
    readiness?.state === 'preparing' &&
    ageMs(record, now) < LIMITS.provisioned
  ) {
    return { patch: { problem: readiness.summary }, waitMs: SLOW_POLL_MS };
  }
  // Back is not yet healthy: what watches it must be at rest, and its figures
  // must be as good as the plan asks for (INV-36).
  const figures = judgeReturn(record, observation, now);
  const sick = alarmsShut(observation) ?? figures.doubt;
  if (sick && ageMs(record, now) < LIMITS.recovery) {
    return {
      patch: { problem: `All traffic is back. ${sick}` },
      waitMs: SLOW_POLL_MS,
    };
  }
  return {
    detail: sick ?? figures.summary,
    patch: {
      state: sick ? 'ROLLED_BACK_UNVERIFIED' : 'ROLLED_BACK',
      observedWeight: record.kind === 'rollback' ? 1 : 0,
      followUp: 'settle',
      alarms: observation.alarms,
      problem:
        sick && `All traffic is back, and that is not proven to help: ${sick}`,
    },
    setsHold: true,
    move: moveOf(record, target),
    facts: {
      outcome: sick ? 'unverified' : 'rolled back',
      observedStable: seen.stable ?? null,
      observedWeight: record.kind === 'rollback' ? 1 : 0,
      tasksNotRun: target.tasks?.notRun ?? null,
      ...figures.facts,
      summary: sick ?? figures.summary ?? null,
    },
  };
}
