import type { Revision } from '@careplane/backstage-plugin-release-common';
import type {
  CanaryDeadline,
  ObservedTarget,
  Preparation,
  Publication,
} from '@careplane/backstage-plugin-release-node';
import type { Effect, EffectPlan } from './decision';
import type { IntentRecord, RolloutRecord } from './model';
import { trafficOf } from './traffic';

const shiftApi = (record: RolloutRecord) =>
  record.targetArn.includes(':lambda:')
    ? 'lambda:UpdateAlias'
    : 'ecs:UpdateService';

const endApi = ({ hookId }: { hookId?: string }) =>
  hookId ? 'ecs:ContinueServiceDeployment' : 'ecs:StopServiceDeployment';

/** Plans the one write that moves traffic; before and after in full. */
export function shiftPlan(
  record: RolloutRecord,
  target: ObservedTarget,
  step: string,
  forward: boolean,
  to: Extract<Effect, { type: 'shift' }>['to'],
): EffectPlan {
  return {
    step,
    api: to.ends ? endApi(to.ends) : shiftApi(record),
    before: { traffic: trafficOf(target) },
    after: {
      traffic: trafficOf(to),
      forward,
      to,
      ...(to.ends && { ends: to.ends }),
    },
    effect: { type: 'shift', forward, to },
    automatic: !forward && record.automatic && !record.sentBackBy,
  };
}

/** Plans the deployment that shifts all traffic, step by step. */
export function deployPlan(
  record: RolloutRecord,
  delegate: NonNullable<RolloutRecord['delegate']>,
  from: Revision,
  candidate: Revision,
): EffectPlan {
  const { group, config } = delegate;
  return {
    step: 'deploy',
    api: 'codedeploy:CreateDeployment',
    before: { stable: from.id },
    after: {
      deployment: { group, config },
      from,
      candidate,
      toRevision: candidate.id,
    },
    effect: {
      type: 'deploy',
      group,
      strategy: record.strategy,
      from,
      candidate,
    },
  };
}

/**
 * Plans a deployment of an ECS service under CodeDeploy, which brings a task
 * definition by its full ARN.
 */
export function deployServicePlan(
  record: RolloutRecord,
  group: string,
  from: Revision,
  candidate: Revision,
  step: string,
): EffectPlan {
  const returns = step !== 'deploy';
  return {
    step,
    api: 'codedeploy:CreateDeployment',
    before: { stable: from.id },
    after: {
      deployment: { group },
      service: true,
      forward: !returns,
      from,
      candidate,
      toRevision: candidate.id,
    },
    effect: {
      type: 'deploy',
      group,
      strategy: record.strategy,
      from,
      candidate,
      service: true,
      returns,
    },
    automatic: returns && record.automatic && !record.sentBackBy,
  };
}

/** Ends a wait of a deployment of CodeDeploy. */
export function proceedPlan(
  group: string,
  deploymentId: string,
  wait: 'reroute' | 'termination',
  step: string,
  by?: string,
): EffectPlan {
  const returns = by === undefined;
  return {
    step,
    api: 'codedeploy:ContinueDeployment',
    before: { waitsFor: wait },
    after: { proceeds: deploymentId, wait, group },
    effect: { type: 'proceed', group, deploymentId, wait, returns },
    by,
  };
}

/** Stops a deployment and has CodeDeploy take traffic back. */
export function stopPlan(
  group: string,
  deploymentId: string,
  attempt: number,
): EffectPlan {
  return {
    step: `stop-${attempt}`,
    api: 'codedeploy:StopDeployment',
    before: {},
    after: { stops: deploymentId, group },
    effect: { type: 'stopDeployment', group, deploymentId },
  };
}

/** Answers the pause that a deployment waits at; the action is always named. */
export function continuePlan(
  deploymentArn: string,
  hookId: string,
  by: string,
  step: string,
): EffectPlan {
  return {
    step,
    api: 'ecs:ContinueServiceDeployment',
    before: { waitsAt: hookId },
    after: { continues: deploymentArn, hookId, action: 'CONTINUE' },
    effect: { type: 'continue', deploymentArn, hookId },
    by,
  };
}

export function createChangeSetPlan(
  record: RolloutRecord,
  liveValue: string,
): EffectPlan {
  return {
    step: 'create-change-set',
    api: 'cloudformation:CreateChangeSet',
    before: { liveValue },
    after: { releaseId: record.to.releaseId, liveValue },
    effect: { type: 'createChangeSet', liveValue },
  };
}

export function executeChangeSetPlan(changeSetArn: string): EffectPlan {
  return {
    step: 'execute-change-set',
    api: 'cloudformation:ExecuteChangeSet',
    before: {},
    after: { changeSetArn },
    effect: { type: 'executeChangeSet', changeSetArn },
  };
}

const PUBLISH_API = {
  code: 'lambda:UpdateFunctionCode',
  revision: 'lambda:PublishVersion',
  definition: 'ecs:RegisterTaskDefinition',
};

/** The next write of a release that no stack publishes. */
export function publishPlan(
  record: RolloutRecord,
  needs: 'code' | 'revision',
  { contentHash, fingerprint }: Publication,
): EffectPlan {
  const isEcs = record.targetArn.includes(':ecs:');
  return {
    step: `publish-${needs}`,
    api: PUBLISH_API[isEcs ? 'definition' : needs],
    before: { contentHash: contentHash ?? null, fingerprint },
    after: { publishes: needs, contentHash: record.to.contentHash },
    effect: { type: 'publish', needs },
  };
}

/** `attempt` counts settles of this rollout: each is a step of its own. */
export function settlePlan(
  before: string | undefined,
  liveValue: string,
  attempt: number,
): EffectPlan {
  return {
    step: `settle-${attempt}`,
    api: 'cloudformation:UpdateStack',
    before: { liveValue: before ?? null },
    after: { liveValue },
    effect: { type: 'settle', liveValue },
  };
}

/** Lets others' stack updates move the target again. */
export function unprotectPlan(): EffectPlan {
  return {
    step: 'unprotect',
    api: 'cloudformation:SetStackPolicy',
    before: { protected: true },
    after: { protected: false },
    effect: { type: 'unprotect' },
  };
}

/**
 * Makes or moves the schedule that returns a canary without Careplane.
 * `forStep` is the write that it comes before.
 */
export function armPlan(
  before: CanaryDeadline | undefined,
  deadline: CanaryDeadline,
  forStep: string,
  attempt: number,
): EffectPlan {
  return {
    step: `arm-${attempt}`,
    api: before ? 'scheduler:UpdateSchedule' : 'scheduler:CreateSchedule',
    before: { at: before?.at ?? null },
    after: { ...deadline, for: forStep },
    effect: { type: 'arm', deadline },
  };
}

export function disarmPlan(before: CanaryDeadline): EffectPlan {
  return {
    step: 'disarm',
    api: 'scheduler:DeleteSchedule',
    before: { at: before.at },
    after: { deleted: true },
    effect: { type: 'disarm' },
  };
}

const PREPARE_API: Record<Preparation['id'], string> = {
  'restore-image': 'ecr:UpdateImageStorageClass',
  'pin-image': 'ecs:RegisterTaskDefinition',
};

/** Makes a revision one that ECS can start again. */
export function preparePlan(
  preparation: Preparation['id'],
  revision: Revision,
): EffectPlan {
  return {
    step: `prepare-${preparation}`,
    api: PREPARE_API[preparation],
    before: {},
    after: { preparation, revision },
    effect: { type: 'prepare', preparation, revision },
  };
}

/** Puts back how an ECS service deploys; starts no deployment. */
export function restorePlan(
  configuration: Record<string, unknown>,
): EffectPlan {
  return {
    step: 'restore-configuration',
    api: 'ecs:UpdateService',
    before: {},
    after: { restores: 'deploymentConfiguration' },
    effect: { type: 'restore', configuration },
  };
}

/** The effect of a recorded intent, so that it can be sent again as it was. */
export function effectOf(record: RolloutRecord, intent: IntentRecord): Effect {
  if ('traffic' in intent.after) {
    return {
      type: 'shift',
      forward: intent.after.forward === true,
      to: intent.after.to as Extract<Effect, { type: 'shift' }>['to'],
    };
  }
  if ('continues' in intent.after) {
    return {
      type: 'continue',
      deploymentArn: String(intent.after.continues),
      hookId: String(intent.after.hookId),
    };
  }
  if ('proceeds' in intent.after) {
    return {
      type: 'proceed',
      group: String(intent.after.group),
      deploymentId: String(intent.after.proceeds),
      wait: intent.after.wait === 'reroute' ? 'reroute' : 'termination',
      returns: intent.step.startsWith('return'),
    };
  }
  if ('publishes' in intent.after) {
    return {
      type: 'publish',
      needs: intent.after.publishes as 'code' | 'revision',
    };
  }
  if ('stops' in intent.after) {
    return {
      type: 'stopDeployment',
      group: String(intent.after.group),
      deploymentId: String(intent.after.stops),
    };
  }
  if ('deployment' in intent.after) {
    return {
      type: 'deploy',
      group: (intent.after.deployment as { group: string }).group,
      strategy: record.strategy,
      from: intent.after.from as Revision,
      candidate: intent.after.candidate as Revision,
      service: intent.after.service === true,
      returns: intent.step !== 'deploy',
    };
  }
  if (intent.step === 'restore-configuration') {
    return {
      type: 'restore',
      configuration: record.deploymentConfiguration ?? {},
    };
  }
  if (intent.step.startsWith('arm-')) {
    const { at, stable, candidate } = intent.after;
    return {
      type: 'arm',
      deadline: {
        at: String(at),
        stable: String(stable),
        candidate: String(candidate),
      },
    };
  }
  if (intent.step === 'disarm') return { type: 'disarm' };
  if (intent.step.startsWith('prepare')) {
    return {
      type: 'prepare',
      preparation: intent.after.preparation as Preparation['id'],
      revision: intent.after.revision as Revision,
    };
  }
  if (intent.step === 'unprotect') return { type: 'unprotect' };
  if (intent.step === 'create-change-set') {
    return {
      type: 'createChangeSet',
      liveValue: String(intent.after.liveValue),
    };
  }
  if (intent.step === 'execute-change-set') {
    return {
      type: 'executeChangeSet',
      changeSetArn: String(intent.after.changeSetArn ?? record.changeSetArn),
    };
  }
  return { type: 'settle', liveValue: String(intent.after.liveValue) };
}
