import type * as sdk from '@aws-sdk/client-codedeploy';
import type { TaskSet } from '@aws-sdk/client-ecs';
import {
  isActive,
  lambdaSpecOf,
  REGION,
  type DeploymentRecord,
  type GroupSettings,
} from './model';

const date = (iso: string | undefined) => (iso ? new Date(iso) : undefined);

export function toInfo(
  deployment: DeploymentRecord,
  more: { previous?: sdk.RevisionLocation; settings?: GroupSettings } = {},
): sdk.DeploymentInfo {
  const { previous, settings } = more;
  const { rollsBack, rolledBackBy, rollbackMessage } = deployment;
  const status = targetStatus(deployment);
  return {
    applicationName: deployment.application,
    deploymentGroupName: deployment.group,
    deploymentConfigName: deployment.config,
    deploymentId: deployment.id,
    revision: deployment.revision,
    previousRevision: previous,
    status: deployment.status,
    errorInformation: deployment.error,
    createTime: date(deployment.created),
    startTime: date(deployment.started),
    completeTime: date(deployment.completed),
    deploymentOverview: {
      Pending: status === 'Pending' ? 1 : 0,
      InProgress: status === 'InProgress' ? 1 : 0,
      Succeeded: status === 'Succeeded' ? 1 : 0,
      Failed: status === 'Failed' ? 1 : 0,
      Skipped: status === 'Skipped' ? 1 : 0,
      Ready: status === 'Ready' ? 1 : 0,
    },
    description: deployment.description,
    creator: deployment.creator,
    ignoreApplicationStopFailures: false,
    autoRollbackConfiguration: deployment.autoRollback,
    updateOutdatedInstancesOnly: false,
    rollbackInfo:
      rollsBack || rolledBackBy
        ? {
            rollbackDeploymentId: rolledBackBy,
            rollbackTriggeringDeploymentId: rollsBack,
            rollbackMessage,
          }
        : undefined,
    deploymentStyle: {
      deploymentType: 'BLUE_GREEN',
      deploymentOption: 'WITH_TRAFFIC_CONTROL',
    },
    computePlatform: deployment.ecs ? 'ECS' : 'Lambda',
    ...(deployment.ecs && {
      loadBalancerInfo: settings?.loadBalancerInfo,
      blueGreenDeploymentConfiguration:
        settings?.blueGreenDeploymentConfiguration,
    }),
    overrideAlarmConfiguration: deployment.alarms,
  };
}

function targetStatus(deployment: DeploymentRecord): sdk.TargetStatus {
  if (deployment.status === 'Created') return 'Pending';
  if (deployment.status === 'Ready') return 'Ready';
  if (isActive(deployment)) return 'InProgress';
  return deployment.status === 'Succeeded' ? 'Succeeded' : 'Failed';
}

export function targetIdOf(deployment: DeploymentRecord): string {
  const { ecs } = deployment;
  if (ecs) return `${ecs.cluster}:${ecs.service}`;
  const { functionName, alias } = lambdaSpecOf(deployment);
  return `${functionName}:${alias}`;
}

/** What all targets say of themselves. */
function common(deployment: DeploymentRecord) {
  const { events } = deployment;
  const ends = events.flatMap(event => event.end ?? event.start ?? []);
  return {
    deploymentId: deployment.id,
    targetId: targetIdOf(deployment),
    status: targetStatus(deployment),
    lastUpdatedAt: date(ends.sort().at(-1) ?? deployment.created),
    lifecycleEvents: events.map(event => ({
      lifecycleEventName: event.name,
      status: event.status,
      startTime: date(event.start),
      endTime: date(event.end),
    })),
  };
}

const arn = (service: string, account: string, resource: string) =>
  `arn:aws:${service}:${REGION}:${account}:${resource}`;

/** `taskSets` are those of the service, on the ECS platform. */
export function toTarget(
  deployment: DeploymentRecord,
  taskSets: TaskSet[] = [],
): sdk.DeploymentTarget {
  const { account, weight, ecs } = deployment;
  if (ecs) {
    // A deployment that takes another back has the original's share.
    const toGreen = deployment.rollsBack ? 100 - weight : weight;
    return {
      deploymentTargetType: 'ECSTarget',
      ecsTarget: {
        ...common(deployment),
        targetArn: arn('ecs', account, `service/${ecs.cluster}/${ecs.service}`),
        taskSetsInfo: taskSets
          .filter(({ id }) => id === ecs.blue || id === ecs.green)
          .map(one => ({
            identifer: one.id,
            desiredCount: one.computedDesiredCount,
            pendingCount: one.pendingCount,
            runningCount: one.runningCount,
            status: one.status,
            trafficWeight: one.id === ecs.green ? toGreen : 100 - toGreen,
            taskSetLabel: one.id === ecs.green ? 'Green' : 'Blue',
          })),
      },
    };
  }
  const spec = lambdaSpecOf(deployment);
  return {
    deploymentTargetType: 'LambdaTarget',
    lambdaTarget: {
      ...common(deployment),
      targetArn: arn('lambda', account, `function:${targetIdOf(deployment)}`),
      lambdaFunctionInfo: {
        functionName: spec.functionName,
        functionAlias: spec.alias,
        currentVersion: spec.currentVersion,
        targetVersion: spec.targetVersion,
        targetVersionWeight: weight,
      },
    },
  };
}
