import type * as sdk from '@aws-sdk/client-codedeploy';
import { isActive, REGION, type DeploymentRecord } from './model';

const date = (iso: string | undefined) => (iso ? new Date(iso) : undefined);

export function toInfo(
  deployment: DeploymentRecord,
  previous?: sdk.RevisionLocation,
): sdk.DeploymentInfo {
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
      Ready: 0,
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
    computePlatform: 'Lambda',
    overrideAlarmConfiguration: deployment.alarms,
  };
}

function targetStatus(deployment: DeploymentRecord): sdk.TargetStatus {
  if (deployment.status === 'Created') return 'Pending';
  if (isActive(deployment)) return 'InProgress';
  return deployment.status === 'Succeeded' ? 'Succeeded' : 'Failed';
}

export const targetIdOf = ({ spec }: DeploymentRecord) =>
  `${spec.functionName}:${spec.alias}`;

export function toTarget(deployment: DeploymentRecord): sdk.DeploymentTarget {
  const { spec, account, events, weight } = deployment;
  const ends = events.flatMap(event => event.end ?? event.start ?? []);
  return {
    deploymentTargetType: 'LambdaTarget',
    lambdaTarget: {
      deploymentId: deployment.id,
      targetId: targetIdOf(deployment),
      targetArn: `arn:aws:lambda:${REGION}:${account}:function:${targetIdOf(
        deployment,
      )}`,
      status: targetStatus(deployment),
      lastUpdatedAt: date(ends.sort().at(-1) ?? deployment.created),
      lifecycleEvents: events.map(event => ({
        lifecycleEventName: event.name,
        status: event.status,
        startTime: date(event.start),
        endTime: date(event.end),
      })),
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
