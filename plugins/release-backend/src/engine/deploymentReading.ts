import type { PreflightCheck } from '@careplane/backstage-plugin-release-common';
import type {
  DeploymentGroup,
  DeploymentPort,
  TargetRef,
  TrafficDeployment,
} from '@careplane/backstage-plugin-release-node';
import type { IntentRecord, RolloutRecord } from './model';
import { isDeploymentIntent } from './resumeDelegated';
import { isService } from './service';
import { returningOf } from './serviceDeployments';

/** What CodeDeploy says of a target. Missing parts were not asked for. */
export interface Delegation {
  group?: DeploymentGroup;
  /** ARN of the group, where it was known or found. */
  groupArn?: string;
  /** Checks of the group before a deployment of an ECS service. */
  checks?: PreflightCheck[];
  /** The deployment of this rollout. */
  own?: TrafficDeployment;
  /** The deployment of the group that has not ended, whoever made it. */
  running?: TrafficDeployment;
}

const FOLLOWED: readonly RolloutRecord['state'][] = ['BAKING', 'PAUSED'];

/** Whether the next decision depends on CodeDeploy. */
export function needsDeployment(
  record: RolloutRecord,
  pending: IntentRecord | undefined,
): boolean {
  if (isService(record) && !record.byCodeDeploy) return false;
  if (pending) return isDeploymentIntent(pending);
  const { state, kind } = record;
  if (state === 'PREFLIGHT') return kind === 'promote';
  if (FOLLOWED.includes(state)) return record.delegate !== undefined;
  if (state !== 'ROLLING_BACK') return false;
  return record.byCodeDeploy || record.deploymentGroup !== undefined;
}

/** Reads it. Without a module for CodeDeploy there are no groups. */
export async function readDeployment(
  record: RolloutRecord,
  target: TargetRef,
  port: DeploymentPort | undefined,
  pending: IntentRecord | undefined,
): Promise<Delegation> {
  if (!port) return {};
  if (record.state === 'PREFLIGHT') {
    const group = await port.groupOf(target);
    if (!group) return {};
    const { candidate } = record;
    const running = await port.running(target, group.arn);
    const checks =
      record.byCodeDeploy && candidate
        ? await port.checks(target, group.arn, candidate)
        : undefined;
    return { group, groupArn: group.arn, running, checks };
  }
  const { delegate } = record;
  const returning = returningOf(record);
  const rollback = record.state === 'ROLLING_BACK';
  const proceeds = pending && 'proceeds' in pending.after;
  if ((FOLLOWED.includes(record.state) && !pending) || proceeds) {
    const id = proceeds
      ? String(pending.after.proceeds)
      : delegate?.deploymentId;
    return id ? { own: await port.follow(target, id, { rollback }) } : {};
  }
  if (rollback && returning && !pending) {
    const own = await port.follow(target, returning.deploymentId, {
      rollback,
    });
    return { groupArn: returning.group, own };
  }
  const groupArn =
    delegate?.group ??
    record.deploymentGroup ??
    (record.byCodeDeploy
      ? (await port.groupOf(target, { rollback }))?.arn
      : undefined);
  if (!groupArn) return {};
  const running = await port.running(target, groupArn, { rollback });
  if (!pending || !('deployment' in pending.after)) {
    return { groupArn, running };
  }
  const { writtenAt, step } = pending;
  const mark = step === 'deploy' ? undefined : step;
  return {
    groupArn,
    running,
    own: await port.find(target, groupArn, record.id, writtenAt, mark, {
      rollback,
    }),
  };
}
