import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { TrafficDeployment } from '@careplane/backstage-plugin-release-node';

const MARK = /^Careplane rollout ([0-9a-f-]{36})$/;

/** The description by which a rollout's deployment is found again. */
export const markOf = (rolloutId: string) => `Careplane rollout ${rolloutId}`;

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
  return {
    id: info.deploymentId ?? '',
    status: state as TrafficDeployment['status'],
    rolloutId: MARK.exec(info.description ?? '')?.[1],
    takesBack:
      rollbackInfo?.rollbackTriggeringDeploymentId ??
      (info.creator === 'codeDeployRollback' ? 'unknown' : undefined),
    takenBackBy: rollbackInfo?.rollbackDeploymentId,
    cause: bad ? CAUSES[code ?? ''] ?? 'other' : undefined,
  };
}
