import type { DeploymentInfo, ECSTarget } from '@aws-sdk/client-codedeploy';
import type { TrafficDeployment } from '@careplane/backstage-plugin-release-node';

const MARK = /^Careplane rollout ([0-9a-f-]{36})(?: ([a-z0-9-]+))?$/;

/** The description by which a rollout's deployment is found again. */
export const markOf = (rolloutId: string, step?: string) =>
  `Careplane rollout ${rolloutId}${step ? ` ${step}` : ''}`;

/** Statuses of a deployment that has not ended. */
export const ACTIVE = [
  'Created',
  'Queued',
  'InProgress',
  'Baking',
  'Ready',
] as const;

const CAUSES: Record<string, TrafficDeployment['cause']> = {
  ALARM_ACTIVE: 'alarm',
  HOOK_EXECUTION_FAILURE: 'hook',
  MANUAL_STOP: 'stopped',
  INVALID_LAMBDA_CONFIGURATION: 'alias',
  INVALID_LAMBDA_FUNCTION: 'alias',
  INVALID_ECS_SERVICE: 'service',
  ECS_UPDATE_ERROR: 'service',
  TIMEOUT: 'timeout',
};

/** What is kept of a deployment: codes and ids, no text of AWS. */
export function factsOf(info: DeploymentInfo): TrafficDeployment {
  const { status, rollbackInfo } = info;
  const ended = {
    Succeeded: 'succeeded',
    Stopped: 'stopped',
    Failed: 'failed',
  };
  const state = ended[status as keyof typeof ended] ?? ('in-progress' as const);
  const bad = state === 'stopped' || state === 'failed';
  const code = info.errorInformation?.code;
  const mark = MARK.exec(info.description ?? '');
  return {
    id: info.deploymentId ?? '',
    status: state as TrafficDeployment['status'],
    rolloutId: mark?.[1],
    step: mark?.[2],
    takesBack:
      rollbackInfo?.rollbackTriggeringDeploymentId ??
      (info.creator === 'codeDeployRollback' ? 'unknown' : undefined),
    takenBackBy: rollbackInfo?.rollbackDeploymentId,
    cause: bad ? CAUSES[code ?? ''] ?? 'other' : undefined,
  };
}

const MINUTE_MS = 60_000;

/** What the target of an ECS deployment adds: where traffic is, and a wait. */
export function ecsFactsOf(
  info: DeploymentInfo,
  target: ECSTarget | undefined,
): Pick<TrafficDeployment, 'weight' | 'waits'> {
  const green = target?.taskSetsInfo?.find(set => set.taskSetLabel === 'Green');
  const weight =
    green?.trafficWeight === undefined ? undefined : green.trafficWeight / 100;
  const events = target?.lifecycleEvents ?? [];
  const lastEnd = Math.max(
    ...events.flatMap(event => event.endTime?.getTime() ?? []),
  );
  const after = (minutes: number | undefined) =>
    minutes && Number.isFinite(lastEnd)
      ? new Date(lastEnd + minutes * MINUTE_MS).toISOString()
      : undefined;
  const {
    deploymentReadyOption: ready,
    terminateBlueInstancesOnDeploymentSuccess: blue,
  } = info.blueGreenDeploymentConfiguration ?? {};
  const rerouted = events.some(
    event =>
      event.lifecycleEventName === 'AllowTraffic' &&
      event.status === 'Succeeded',
  );
  const busy = events.some(({ status }) => status === 'InProgress');
  if (info.status === 'Ready' && !rerouted) {
    const until = after(ready?.waitTimeInMinutes);
    return { weight, waits: { for: 'reroute', until } };
  }
  const waiting = ['InProgress', 'Ready', 'Baking'].includes(info.status ?? '');
  if (waiting && rerouted && !busy && weight === 1) {
    const until = after(blue?.terminationWaitTimeInMinutes);
    return { weight, waits: { for: 'termination', until } };
  }
  return { weight };
}
