import type {
  DeploymentPause,
  Revision,
} from '@careplane/backstage-plugin-release-common';
import type {
  ObservedTarget,
  TrafficDeployment,
} from '@careplane/backstage-plugin-release-node';
import type { Decision, Observation } from './decision';
import { ageMs, LIMITS, MINUTE, POLL_MS, SLOW_POLL_MS } from './decision';
import { whyEnded } from './decideDelegated';
import { answerPause } from './decidePause';
import { blocked } from './gatesShut';
import { prepared, rollbackFailed } from './decideReturn';
import { decidePreflight } from './decideTraffic';
import { deployServicePlan, proceedPlan, stopPlan } from './effects';
import { IntentRecord, iso, RolloutRecord } from './model';
import { stopForExternalChange } from './resume';
import { isOurs } from './traffic';

/** CodeDeploy begins its rollback a moment after a deployment has ended. */
const ROLLBACK_BEGINS_MS = 15_000;

const noGroup = ({ stage }: RolloutRecord) =>
  `CodeDeploy deploys this service, and no deployment group of the account names it. Name the group in careplane.dev/codedeploy-group.${stage}, or make one.`;

/**
 * How long a deployment may take to go on after it was told to; it shows the
 * same wait while it terminates what it replaced.
 */
export const goesOnWithin = ({ after }: IntentRecord): number =>
  after.wait === 'termination' ? LIMITS.termination : LIMITS.readBack;

/** What a record keeps of a deployment that was made for it. */
export const madeBy = (
  { delegate }: RolloutRecord,
  group: string,
  deploymentId: string,
  returnsTo?: string,
): Partial<RolloutRecord> =>
  returnsTo
    ? { returning: { group, deploymentId, revisionId: returnsTo } }
    : {
        delegate: { config: 'group default', ...delegate, group, deploymentId },
      };

/** The deployment that returns to what the record returns to now. */
export const returningOf = ({
  returning,
  returnTo,
}: Pick<RolloutRecord, 'returning' | 'returnTo'>): RolloutRecord['returning'] =>
  returning?.revisionId === returnTo?.id ? returning : undefined;

/** Learned once from the target: from then on CodeDeploy is asked, too. */
export const learnsCodeDeploy = (
  { byCodeDeploy }: RolloutRecord,
  target: ObservedTarget | undefined,
): Decision | undefined =>
  target?.controller === 'code-deploy' && !byCodeDeploy
    ? { patch: { byCodeDeploy: true } }
    : undefined;

/** The last checks of a service whose every move is a deployment of its group. */
export function decideServicePreflight(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const { delegation } = observation;
  if (delegation?.running) {
    return blocked(
      `A deployment that somebody else started, ${delegation.running.id}, is under way on ${record.stage} in CodeDeploy. Nothing has moved: wait for its end, or stop it there, and ask again.`,
    );
  }
  const next = decidePreflight(record, observation, now);
  if (next.patch?.state !== 'CUTOVER') return next;
  if (!delegation) {
    return ageMs(record, now) > LIMITS.preflight
      ? blocked(
          'CodeDeploy could not be asked whether it deploys this service.',
        )
      : { waitMs: SLOW_POLL_MS };
  }
  const { group } = delegation;
  if (!group) return blocked(noGroup(record));
  return {
    ...next,
    patch: {
      ...next.patch,
      state: 'SHIFTING',
      deploymentGroup: group.arn,
      delegate: { group: group.arn, config: group.config ?? 'group default' },
    },
    detail: `CodeDeploy replaces the tasks, blue/green, by ${
      group.config ?? 'the configuration of its group'
    }`,
  };
}

const pauseSentence = ({ expiresAt }: DeploymentPause) =>
  `CodeDeploy waits for somebody before it reroutes traffic${
    expiresAt ? ` until ${expiresAt}, and stops then` : ''
  }. Continue it, or send it back.`;

/** BAKING: the deployment of a promote that is under way. */
export function followService(
  record: RolloutRecord,
  own: TrafficDeployment,
  observation: Observation,
  now: number,
): Decision {
  const shown: Partial<RolloutRecord> = {
    observedWeight: own.weight,
    requestedWeight: 1,
  };
  const { delegate } = record;
  if (own.waits?.for === 'reroute' && delegate) {
    const pause: DeploymentPause = {
      hookId: `reroute-${own.id}`,
      by: 'codedeploy',
      stage: 'AllowTraffic',
      expiresAt: own.waits.until,
      timeoutAction: 'ROLLBACK',
    };
    return answerPause(record, observation, now, {
      pause,
      shown: { ...shown, observedWeight: 0 },
      sentence: pauseSentence(pause),
      plan: (step, by) =>
        proceedPlan(delegate.group, own.id, 'reroute', step, by),
    });
  }
  const keeps = own.waits?.for === 'termination';
  return {
    patch: {
      ...shown,
      pause: undefined,
      problem: undefined,
      bakeUntil: keeps ? own.waits?.until : undefined,
    },
    waitMs: SLOW_POLL_MS,
  };
}

/**
 * ROLLING_BACK of a service under CodeDeploy: what runs is stopped and taken
 * back by CodeDeploy; else the earlier task definition is a new deployment, at
 * once. ECS is never told a task definition (INV-22).
 */
export function decideServiceReturn(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const { target, delegation, intents } = observation;
  const { returnTo } = record;
  const returning = returningOf(record);
  if (!target || !delegation) return { waitMs: POLL_MS };
  if (!returnTo) {
    return rollbackFailed('There is no earlier revision to return to.');
  }
  if (target.readOnly) return rollbackFailed(target.readOnly);
  const there = target.stable?.id === returnTo.id;
  if (returning) {
    return followReturn(record, returning, observation, there, now);
  }
  const { groupArn, running } = delegation;
  if (running?.takesBack) {
    return {
      patch: {
        problem: `CodeDeploy takes ${record.stage} back; it is watched.`,
      },
      waitMs: POLL_MS,
    };
  }
  const stops = intents.filter(intent => intent.step.startsWith('stop-'));
  if (running && groupArn) {
    return { effect: stopPlan(groupArn, running.id, stops.length + 1) };
  }
  if (there) {
    const observedWeight = record.kind === 'rollback' ? 1 : 0;
    return { patch: { state: 'VERIFYING_ROLLBACK', observedWeight } };
  }
  const ended = stops.at(-1)?.observedAt;
  const since = Date.parse(ended ?? record.stateSince);
  if ((ended || record.delegate?.ended) && now - since < ROLLBACK_BEGINS_MS) {
    return { waitMs: POLL_MS };
  }
  if (!isOurs(record, intents, target)) {
    return stopForExternalChange(record, observation);
  }
  if (!groupArn) return rollbackFailed(noGroup(record));
  return (
    prepared(record, observation, returnTo, now) ?? {
      patch: {
        deploymentGroup: groupArn,
        preparingSince: undefined,
        requestedWeight: record.kind === 'rollback' ? 1 : 0,
      },
      effect: deployServicePlan(
        record,
        groupArn,
        target.stable ?? returnTo,
        returnTo,
        `return-deploy-${
          intents.filter(({ step }) => step.startsWith('return-deploy'))
            .length + 1
        }`,
      ),
    }
  );
}

/** Its waits are ended at once: a return waits for nobody. */
function followReturn(
  record: RolloutRecord,
  returning: NonNullable<RolloutRecord['returning']>,
  observation: Observation,
  there: boolean,
  now: number,
): Decision {
  const own = observation.delegation?.own;
  if (!own) return { waitMs: POLL_MS };
  if (own.status === 'in-progress') {
    const { weight, waits } = own;
    const share = record.kind === 'rollback' ? weight : 1 - (weight ?? 0);
    const began = observation.intents
      .filter(({ step }) => step.startsWith('return-deploy'))
      .at(-1)?.writtenAt;
    const late =
      now - Date.parse(began ?? record.stateSince) > LIMITS.verifyService;
    const patch = {
      // A person is told; it is followed all the same.
      stuck: late || undefined,
      problem: late
        ? `The deployment of the rollback, ${own.id}, has not ended for ${
            LIMITS.verifyService / MINUTE
          } min. Look at it in CodeDeploy: it is followed on. To return to another revision, roll back to it.`
        : undefined,
      observedWeight: weight === undefined ? undefined : share,
    };
    const proceeds = observation.intents.filter(({ step }) =>
      step.startsWith('return-proceed'),
    );
    // CodeDeploy takes its time to go on after it was told to.
    const told = proceeds.at(-1);
    const lately =
      told?.outcome === 'done' &&
      told.after.wait === waits?.for &&
      now - Date.parse(told.acceptedAt ?? told.writtenAt) < goesOnWithin(told);
    if (!waits || lately) return { patch, waitMs: POLL_MS };
    const step = `return-proceed-${proceeds.length + 1}`;
    return {
      patch,
      effect: proceedPlan(returning.group, own.id, waits.for, step),
    };
  }
  if (own.status === 'succeeded') {
    if (there) {
      const observedWeight = record.kind === 'rollback' ? 1 : 0;
      return { patch: { state: 'VERIFYING_ROLLBACK', observedWeight } };
    }
    // The service may have been read before the deployment's last move.
    const endedAt = returning.endedAt ?? iso(now);
    return now - Date.parse(endedAt) < LIMITS.readBack
      ? { patch: { returning: { ...returning, endedAt } }, waitMs: POLL_MS }
      : stopForExternalChange(record, observation);
  }
  const failed = rollbackFailed(
    `The deployment of the rollback, ${own.id}, failed: ${whyEnded(
      own,
    )}. What ran before still runs. Retry, or roll back to another revision.`,
  );
  return { ...failed, patch: { ...failed.patch, returning: undefined } };
}

/** The revision that a service under CodeDeploy is deployed to. */
export const deployService = (
  record: RolloutRecord,
  from: Revision,
  candidate: Revision,
) =>
  deployServicePlan(
    record,
    record.delegate?.group ?? '',
    from,
    candidate,
    'deploy',
  );
