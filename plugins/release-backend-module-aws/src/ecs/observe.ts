import {
  Service,
  ServiceDeployment,
  ServiceRevision,
  Task,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { Revision } from '@careplane/backstage-plugin-release-common';
import type { ObservedTarget } from '@careplane/backstage-plugin-release-node';

type Deployment = NonNullable<ObservedTarget['deployment']>;

const DIGEST = /@(sha256:[0-9a-f]{64})$/;

/** The digest that an image reference is pinned to. */
export function pinnedDigest(image: string | undefined): string | undefined {
  return image ? DIGEST.exec(image)?.[1] : undefined;
}

/** The container that stands for a task: its first essential one. */
export const mainOf = (
  definition: Pick<TaskDefinition, 'containerDefinitions'> | undefined,
) =>
  definition?.containerDefinitions?.find(c => c.essential !== false) ??
  definition?.containerDefinitions?.[0];

/**
 * The digest that stands for a revision: that of its main container, as ECS
 * resolved it, else as the task definition pins it (INV-19).
 */
export function digestOf(
  definition: TaskDefinition | undefined,
  revision?: ServiceRevision,
): string | undefined {
  const main = mainOf(definition);
  const resolved = revision?.containerImages?.find(
    image => !main || image.containerName === main.name,
  );
  return (
    resolved?.imageDigest ??
    pinnedDigest(resolved?.image) ??
    pinnedDigest(main?.image)
  );
}

/** `tag:<image>` marks what has no digest: it is comparable with no release. */
export function revisionOf(
  arn: string,
  definition: TaskDefinition | undefined,
  revision?: ServiceRevision,
): Revision {
  const image = definition?.containerDefinitions?.[0]?.image;
  return {
    id: arn,
    contentHash:
      digestOf(definition, revision) ?? (image ? `tag:${image}` : 'unknown'),
    createdAt: definition?.registeredAt?.toISOString(),
  };
}

/**
 * The state of a service deployment. AWS's SUCCESSFUL may be early: it is over
 * only when no task of the revisions before it still runs (INV-21).
 */
export function deploymentStatus(
  deployment: Pick<ServiceDeployment, 'status' | 'sourceServiceRevisions'> & {
    targetServiceRevision?: { arn?: string };
  },
): Deployment['status'] {
  const target = deployment.targetServiceRevision?.arn;
  const oldTasks = (deployment.sourceServiceRevisions ?? [])
    .filter(source => source.arn !== target)
    .reduce((sum, source) => sum + (source.runningTaskCount ?? 0), 0);
  switch (deployment.status) {
    case 'SUCCESSFUL':
      return oldTasks > 0 ? 'in-progress' : 'successful';
    case 'STOPPED':
      return 'stopped';
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return 'rolling-back';
    case 'ROLLBACK_SUCCESSFUL':
      return 'rolled-back';
    case 'ROLLBACK_FAILED':
      return 'failed';
    default:
      return 'in-progress';
  }
}

/** What the main container of every running task runs; sidecars prove nothing. */
export function digestsOf(
  tasks: Task[],
  definition: TaskDefinition | undefined,
): { digests: string[]; unproven: number } {
  const main = mainOf(definition)?.name;
  const seen = tasks.map(({ containers = [] }) => {
    const container = containers.find(c => c.name === main) ?? containers[0];
    return container?.imageDigest ?? pinnedDigest(container?.image);
  });
  const known = seen.flatMap(digest => digest ?? []);
  return {
    digests: [...new Set(known)].sort(),
    unproven: seen.length - known.length,
  };
}

/** Running tasks that fail their health check; a task without one is none. */
export const unhealthyIn = (tasks: Task[]): number =>
  tasks.filter(task => task.healthStatus === 'UNHEALTHY').length;

const HOOK_STATES: Record<
  string,
  NonNullable<Deployment['hooks']>[number]['state']
> = {
  AWAITING_ACTION: 'waiting',
  IN_PROGRESS: 'waiting',
  SUCCEEDED: 'continued',
  FAILED: 'sent-back',
  TIMED_OUT: 'timed-out',
};

/** The PAUSE hooks that a deployment met, and what became of each. */
export const hooksOf = ({
  lifecycleHookDetails = [],
}: Pick<ServiceDeployment, 'lifecycleHookDetails'>): Deployment['hooks'] =>
  lifecycleHookDetails.flatMap(({ targetType, hookId, status }) => {
    const state = HOOK_STATES[status ?? ''];
    return targetType === 'PAUSE' && hookId && state ? [{ hookId, state }] : [];
  });

/** The hook at which a deployment waits for somebody. */
export function pausedAt({
  lifecycleHookDetails = [],
  lifecycleStage,
}: Pick<
  ServiceDeployment,
  'lifecycleHookDetails' | 'lifecycleStage'
>): Deployment['paused'] {
  const hook = lifecycleHookDetails.find(
    one => one.targetType === 'PAUSE' && one.status === 'AWAITING_ACTION',
  );
  return hook?.hookId
    ? {
        hookId: hook.hookId,
        stage: lifecycleStage,
        expiresAt: hook.expiresAt?.toISOString(),
        timeoutAction: hook.timeoutAction ?? 'ROLLBACK',
      }
    : undefined;
}

export const isCodeDeploys = (service: Service): boolean =>
  service.deploymentController?.type === 'CODE_DEPLOY';

/** The task definition that has the traffic of a service. */
export const primaryOf = (service: Service): string | undefined =>
  service.taskSets?.find(set => set.status === 'PRIMARY')?.taskDefinition ??
  service.deployments?.find(one => one.status === 'PRIMARY')?.taskDefinition ??
  service.taskDefinition;

/** Why Careplane may not write a service; undefined when it may. */
export function whyReadOnly(service: Service): string | undefined {
  const name = service.serviceName;
  if (service.status === 'DRAINING') {
    return `Service ${name} is being deleted (DRAINING): ECS takes no deployment for it.`;
  }
  switch (service.deploymentController?.type ?? 'ECS') {
    case 'ECS':
      return undefined;
    case 'CODE_DEPLOY':
      return undefined;
    default:
      return `Service ${name} is deployed by an external controller (EXTERNAL), which alone makes its task sets. Careplane only reads it.`;
  }
}

/**
 * Why nothing may be promoted: a PAUSE hook that goes on when nobody answers
 * approves itself (INV-26).
 */
export function whyNotForward(service: Service): string | undefined {
  const hook = service.deploymentConfiguration?.lifecycleHooks?.find(
    one =>
      one.targetType === 'PAUSE' &&
      one.timeoutConfiguration?.action === 'CONTINUE',
  );
  return (
    hook &&
    `Service ${
      service.serviceName
    } has a pause hook at ${hook.lifecycleStages?.join(
      ', ',
    )} that continues when nobody answers: set its timeout action to ROLLBACK.`
  );
}

/** Why tasks stopped, newest first, bounded: it may be shown. */
export function whyNotRun(tasks: Task[]): string | undefined {
  const time = (task: Task) =>
    (task.stoppedAt ?? task.createdAt)?.getTime() ?? 0;
  const [newest] = [...tasks].sort((a, b) => time(b) - time(a));
  const reason =
    newest?.containers?.map(c => c.reason).find(Boolean) ??
    newest?.stoppedReason;
  return reason?.slice(0, 200);
}
