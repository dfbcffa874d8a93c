import { deploymentConfigOf } from '@careplane/backstage-plugin-release-common';
import type { TrafficDeployment } from '@careplane/backstage-plugin-release-node';
import type { Decision, Observation } from './decision';
import { ageMs, LIMITS, MINUTE, POLL_MS, SLOW_POLL_MS } from './decision';
import { alarmsHold } from './decideAlarms';
import { blocked, gatesShut } from './gatesShut';
import { decidePreflight } from './decideTraffic';
import { deployPlan, stopPlan } from './effects';
import { iso, RolloutRecord } from './model';
import { stopForExternalChange } from './resume';
import { isService } from './service';
import {
  decideServicePreflight,
  deployService,
  followService,
} from './serviceDeployments';
import { isDelegatedTraffic, shareOf } from './traffic';

/** CodeDeploy begins its rollback a moment after the stop. */
const ROLLBACK_BEGINS_MS = 15_000;

const WHY: Record<NonNullable<TrafficDeployment['cause']>, string> = {
  alarm: 'an alarm that the deployment group watches went off',
  hook: 'a test that the deployment calls did not pass',
  stopped: 'somebody stopped the deployment in CodeDeploy',
  alias: 'the alias was not as the deployment expected it',
  service: 'ECS did not take the new task definition',
  timeout:
    'it waited longer than it may, for steady tasks or for somebody to let traffic be rerouted',
  other: 'CodeDeploy ended the deployment by itself',
};

/** Why CodeDeploy ended a deployment, as part of a sentence. */
export const whyEnded = ({ cause }: TrafficDeployment): string =>
  WHY[cause ?? 'other'];

/**
 * The last checks, and who shifts: canary and linear on an alias with a
 * deployment group are CodeDeploy's (INV-13). Nothing moves while a deployment
 * of the group runs.
 */
export function decideDelegatedPreflight(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  if (record.byCodeDeploy) {
    return decideServicePreflight(record, observation, now);
  }
  if (isService(record)) return decidePreflight(record, observation, now);
  const { delegation } = observation;
  const stranger = delegation?.running;
  if (stranger) {
    return blocked(
      `A deployment that somebody else started, ${stranger.id}, shifts the traffic of ${record.stage} in CodeDeploy. Nothing has moved: wait for its end, or stop it there, and ask again.`,
    );
  }
  const next = decidePreflight(record, observation, now);
  const moves = ['SHIFTING', 'CUTOVER'].includes(next.patch?.state ?? '');
  if (!moves) return next;
  if (!delegation) {
    return ageMs(record, now) > LIMITS.preflight
      ? blocked(
          'CodeDeploy could not be asked whether it shifts the traffic of this alias.',
        )
      : { waitMs: SLOW_POLL_MS };
  }
  const { group } = delegation;
  if (!group) {
    return { ...next, patch: { ...next.patch, deploymentGroup: undefined } };
  }
  const patch = { ...next.patch, deploymentGroup: group.arn };
  if (!record.strategy.steps.length) return { ...next, patch };
  const config = deploymentConfigOf(record.strategy);
  if ('reason' in config) {
    return blocked(
      `${config.reason} This alias has a deployment group, so that only CodeDeploy shifts its traffic. Choose other steps, or promote all at once.`,
    );
  }
  return {
    ...next,
    patch: { ...patch, delegate: { group: group.arn, config: config.name } },
    detail: `CodeDeploy shifts the traffic by ${config.name}`,
  };
}

/** SHIFTING: the one deployment is made, and from then on followed. */
export function decideDeploying(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const { target, intents } = observation;
  const { candidate, from, delegate } = record;
  const made = intents.some(
    intent => intent.step === 'deploy' && intent.outcome === 'done',
  );
  if (made) {
    return {
      patch: { state: 'BAKING', step: 0, problem: undefined },
      detail: `CodeDeploy deployment ${delegate?.deploymentId ?? ''}`,
      facts: { deployment: delegate?.deploymentId ?? null },
    };
  }
  if (!target || !candidate || !from || !delegate) return { waitMs: POLL_MS };
  if (target.stable?.id !== from.id || target.candidate) {
    return stopForExternalChange(record, observation);
  }
  if (record.stuck) return { waitMs: MINUTE };
  return (
    gatesShut(record, observation, now) ??
    alarmsHold(record, observation, now) ?? {
      patch: { alarms: observation.alarms },
      effect: record.byCodeDeploy
        ? deployService(record, from, candidate)
        : deployPlan(record, delegate, from, candidate),
    }
  );
}

/** BAKING: CodeDeploy shifts, and is followed by the deployment's id. */
export function decideFollowing(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const { target, delegation } = observation;
  const own = delegation?.own;
  if (!target || !own) return { waitMs: SLOW_POLL_MS };
  const { candidate, delegate } = record;
  if (own.status === 'in-progress') {
    if (!isDelegatedTraffic(record, target)) {
      return stopForExternalChange(record, observation);
    }
    return record.byCodeDeploy
      ? followService(record, own, observation, now)
      : { patch: progress(record, observation, now), waitMs: SLOW_POLL_MS };
  }
  if (own.status === 'succeeded') {
    if (target.stable?.id === candidate?.id && !target.candidate) {
      return {
        patch: {
          state: 'VERIFYING',
          requestedWeight: 1,
          observedWeight: 1,
          bakeUntil: undefined,
          pause: undefined,
          wish: undefined,
          problem: undefined,
        },
        facts: { deployment: own.id, requestedWeight: 1, observedWeight: 1 },
      };
    }
    // The alias may have been read before the deployment's last move.
    const since = Date.parse(delegate?.endedAt ?? iso(now));
    return now - since < LIMITS.readBack
      ? {
          patch: delegate && {
            delegate: { ...delegate, endedAt: iso(since) },
          },
          waitMs: POLL_MS,
        }
      : stopForExternalChange(record, observation);
  }
  const waited = own.cause === 'timeout' && record.pause;
  const problem = waited
    ? `Nobody let CodeDeploy reroute traffic on ${record.stage} until ${
        waited.expiresAt ?? 'its deadline'
      }, and it stopped the deployment by itself.`
    : `CodeDeploy took ${record.stage} back: ${whyEnded(own)}.`;
  return {
    patch: {
      state: 'ROLLING_BACK',
      observedWeight: shareOf(record, target),
      delegate: delegate && { ...delegate, ended: problem },
      bakeUntil: undefined,
      pause: undefined,
      wish: undefined,
      problem,
    },
    detail: problem,
    facts: { deployment: own.id, reason: `codedeploy ${own.cause ?? 'other'}` },
  };
}

/** Where the deployment is among the steps that were planned. */
function progress(
  record: RolloutRecord,
  { target }: Observation,
  now: number,
): Partial<RolloutRecord> {
  const observedWeight = target && shareOf(record, target);
  const steps = record.strategy.steps;
  const reached = steps.filter(
    ({ weight }) => weight <= (observedWeight ?? 0) + 1e-6,
  ).length;
  const shown = { observedWeight, problem: undefined };
  if (!reached) return { ...shown, requestedWeight: steps[0].weight };
  const { weight, bakeSeconds } = steps[reached - 1];
  const same = record.step === reached - 1 && record.bakeUntil;
  return {
    ...shown,
    step: reached - 1,
    requestedWeight: weight,
    bakeUntil: same ? record.bakeUntil : iso(now + bakeSeconds * 1000),
  };
}

/**
 * ROLLING_BACK on an alias with a deployment group: what runs is stopped and
 * taken back by CodeDeploy, and followed to its end. Undefined when none runs:
 * then the alias itself is written, or was returned already (INV-07).
 */
export function decideStopping(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision | undefined {
  const { delegation, target, intents } = observation;
  if (!record.deploymentGroup) return undefined;
  if (!target) return { waitMs: POLL_MS };
  if (!delegation) {
    // Whether CodeDeploy shifts is not known: it alone may write then, unless
    // nothing says that it does. Traffic comes first (INV-08).
    const mayRun = target.candidate || record.delegate?.deploymentId;
    return mayRun ? { waitMs: POLL_MS } : undefined;
  }
  const stops = intents.filter(intent => intent.step.startsWith('stop-'));
  const { running } = delegation;
  const observedWeight = shareOf(record, target);
  if (running?.takesBack) {
    return {
      patch: {
        observedWeight,
        problem:
          ageMs(record, now) > LIMITS.verifyAlias
            ? `CodeDeploy is still taking ${record.stage} back (${running.id}). Only CodeDeploy may write the alias until it has ended.`
            : record.problem,
      },
      waitMs: POLL_MS,
    };
  }
  if (running) {
    return {
      patch: {
        observedWeight,
        requestedWeight: record.kind === 'rollback' ? 1 : 0,
      },
      effect: stopPlan(record.deploymentGroup, running.id, stops.length + 1),
    };
  }
  const isBack = target.stable?.id === record.returnTo?.id && !target.candidate;
  const last = stops[stops.length - 1];
  const returned =
    record.delegate !== undefined ||
    stops.some(intent => intent.writtenAt >= record.stateSince);
  if (isBack && returned) {
    return { patch: { state: 'VERIFYING_ROLLBACK', observedWeight } };
  }
  const sinceStop =
    now - Date.parse(last?.observedAt ?? last?.acceptedAt ?? record.stateSince);
  return returned && target.candidate && sinceStop < ROLLBACK_BEGINS_MS
    ? { waitMs: POLL_MS }
    : undefined;
}
