import type {
  DeploymentGroup,
  DeploymentPort,
  TargetRef,
  TrafficDeployment,
} from '@careplane/backstage-plugin-release-node';
import type { IntentRecord, RolloutRecord } from './model';
import { isDeploymentIntent } from './resumeDelegated';

/** What CodeDeploy says of a target. Missing parts were not asked for. */
export interface Delegation {
  group?: DeploymentGroup;
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
  if (!record.targetArn.includes(':lambda:')) return false;
  if (pending) return isDeploymentIntent(pending);
  const { state, kind } = record;
  if (state === 'PREFLIGHT') return kind === 'promote';
  if (FOLLOWED.includes(state)) return record.delegate !== undefined;
  return state === 'ROLLING_BACK' && record.deploymentGroup !== undefined;
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
    return group
      ? { group, running: await port.running(target, group.arn) }
      : {};
  }
  const { delegate } = record;
  if (FOLLOWED.includes(record.state) && !pending) {
    const id = delegate?.deploymentId;
    return id ? { own: await port.follow(target, id) } : {};
  }
  const group = delegate?.group ?? record.deploymentGroup;
  if (!group) return {};
  const rollback = record.state === 'ROLLING_BACK';
  const running = await port.running(target, group, { rollback });
  if (!pending || !('deployment' in pending.after)) return { running };
  const { writtenAt } = pending;
  return {
    running,
    own: await port.find(target, group, record.id, writtenAt),
  };
}
