import type {
  ServiceDeployment,
  ServiceDeploymentRollbackMonitorsStatus,
} from '@aws-sdk/client-ecs';
import { breakerThreshold } from './breaker';
import type { EcsStore } from './EcsStore';
import { STAGES } from './lifecycle';
import {
  isOver,
  isRolling,
  type DeploymentRecord,
  type ServiceRecord,
} from './model';
import { count, date } from './views';

function alarmStatus(
  deployment: DeploymentRecord,
): ServiceDeploymentRollbackMonitorsStatus {
  if (!deployment.configuration.alarms?.enable) return 'DISABLED';
  if (deployment.alarmsTriggered.length > 0) return 'TRIGGERED';
  return isOver(deployment) ? 'MONITORING_COMPLETE' : 'MONITORING';
}

function summary(
  store: EcsStore,
  service: ServiceRecord | undefined,
  deployment: DeploymentRecord,
  arn: string,
  weight: number,
) {
  const tasks = store
    .tasksOf(deployment.serviceArn)
    .filter(task => task.revision === arn);
  return {
    arn,
    requestedTaskCount:
      arn === deployment.target || !isOver(deployment)
        ? service?.desiredCount ?? 0
        : 0,
    runningTaskCount: count(tasks, 'RUNNING'),
    pendingTaskCount: count(tasks, 'PENDING'),
    ...(!isRolling(deployment) && { requestedProductionTrafficWeight: weight }),
  };
}

export function serviceDeploymentView(
  store: EcsStore,
  deployment: DeploymentRecord,
): ServiceDeployment {
  const service = store.services.get(deployment.serviceArn);
  return {
    serviceDeploymentArn: deployment.arn,
    serviceArn: deployment.serviceArn,
    clusterArn: deployment.clusterArn,
    createdAt: new Date(deployment.createdAt),
    startedAt: date(deployment.startedAt),
    finishedAt: date(deployment.finishedAt),
    stoppedAt: date(deployment.stoppedAt),
    updatedAt: new Date(deployment.updatedAt),
    sourceServiceRevisions: deployment.source
      ? [
          summary(
            store,
            service,
            deployment,
            deployment.source,
            100 - deployment.weight,
          ),
        ]
      : [],
    targetServiceRevision: summary(
      store,
      service,
      deployment,
      deployment.target,
      deployment.weight,
    ),
    status: deployment.status,
    statusReason: deployment.statusReason,
    lifecycleStage:
      isRolling(deployment) || isOver(deployment)
        ? undefined
        : STAGES[deployment.stage],
    lifecycleHookDetails: deployment.hooks.map(hook => ({
      hookId: hook.id,
      targetType: hook.call ? ('AWS_LAMBDA' as const) : ('PAUSE' as const),
      targetArn: hook.call?.arn,
      status: hook.status,
      expiresAt: new Date(hook.expiresAt),
      timeoutAction: hook.timeoutAction,
    })),
    deploymentConfiguration: deployment.configuration,
    rollback: deployment.rollback && {
      ...deployment.rollback,
      startedAt: new Date(deployment.rollback.startedAt),
    },
    deploymentCircuitBreaker: {
      status: deployment.breaker,
      failureCount: deployment.failures,
      threshold: service ? breakerThreshold(service) : 3,
    },
    alarms: {
      status: alarmStatus(deployment),
      alarmNames: deployment.configuration.alarms?.alarmNames ?? [],
      triggeredAlarmNames: deployment.alarmsTriggered,
    },
  };
}
