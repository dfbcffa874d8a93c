import { NotFoundError } from '@backstage/errors';
import type { Stage } from '@careplane/backstage-plugin-release-common';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import type { RolloutRecord } from './model';

/** The target of a rollout, as recorded: annotations may change meanwhile. */
export function targetOfRecord(
  record: Pick<
    RolloutRecord,
    | 'id'
    | 'stage'
    | 'targetArn'
    | 'component'
    | 'stackName'
    | 'alarmNames'
    | 'deploymentGroup'
    | 'sharesFunction'
  >,
  stages: Stage[],
): TargetRef {
  const stage = stages.find(one => one.name === record.stage);
  if (!stage) {
    throw new NotFoundError(
      `Stage '${record.stage}' of rollout ${record.id} is not in the config any more.`,
    );
  }
  return {
    arn: record.targetArn,
    kind: record.targetArn.includes(':ecs:') ? 'ecs-service' : 'lambda-alias',
    stage,
    component: record.component,
    stackName: record.stackName,
    alarms: record.alarmNames,
    deploymentGroup: record.deploymentGroup,
    sharesFunction: record.sharesFunction,
  };
}
