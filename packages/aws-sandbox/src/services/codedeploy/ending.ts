import type * as sdk from '@aws-sdk/client-codedeploy';
import type { Sandbox } from '../../core';
import { reverseEcsRevision, reverseRevision } from './appSpec';
import { ALL_AT_ONCE, ECS_ALL_AT_ONCE } from './configs';
import {
  ecsSpecOf,
  lambdaSpecOf,
  newDeploymentId,
  type CodeDeployState,
  type DeploymentRecord,
} from './model';

/** A deployment that begins soon, and the group's last one. */
export function open(
  state: CodeDeployState,
  deployment: DeploymentRecord,
): DeploymentRecord {
  state.put(deployment);
  const group = state.group(deployment.application, deployment.group);
  if (group) state.putGroup({ ...group, lastAttempted: deployment.id });
  return deployment;
}

/** What a deployment does that takes another one back. */
function reverseOf(
  deployment: DeploymentRecord,
): Pick<DeploymentRecord, 'config' | 'revision' | 'spec' | 'ecs'> {
  const { ecs } = deployment;
  if (!ecs) {
    const spec = lambdaSpecOf(deployment);
    return {
      config: ALL_AT_ONCE,
      revision: reverseRevision(spec),
      spec: {
        ...spec,
        currentVersion: spec.targetVersion,
        targetVersion: spec.currentVersion,
        hooks: {},
      },
    };
  }
  const spec = ecsSpecOf(deployment);
  const taskDefinition = ecs.blueDefinition ?? spec.taskDefinition;
  const { cluster, service, blue, green, blueDefinition } = ecs;
  return {
    config: ECS_ALL_AT_ONCE,
    revision: reverseEcsRevision(spec, taskDefinition),
    spec: { ...spec, taskDefinition, hooks: {} },
    ecs: { cluster, service, blue, green, blueDefinition },
  };
}

/**
 * Ends a deployment badly. Where traffic has moved and a rollback is wanted, it
 * is a deployment of its own with a new id; without one the alias keeps what it
 * had, two versions included.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/deployments-rollback-and-redeploy.html
 *
 * @returns the rollback's deployment
 */
export function endBadly(
  sandbox: Sandbox,
  state: CodeDeployState,
  deployment: DeploymentRecord,
  end: {
    status: 'Failed' | 'Stopped';
    error: { code: sdk.ErrorCode; message: string };
    event: sdk.AutoRollbackEvent;
    /** Asked for with the stop, whatever the group says. */
    rollback?: boolean;
  },
): DeploymentRecord | undefined {
  const now = sandbox.clock.now().toISOString();
  const { enabled, events = [] } = deployment.autoRollback ?? {};
  const configured = Boolean(enabled) && events.includes(end.event);
  const { rollsBack, shifts, ecs } = deployment;
  const moved = rollsBack === undefined && (shifts > 0 || ecs?.green);
  const wanted = Boolean(moved) && (end.rollback ?? configured);
  const ended: DeploymentRecord = {
    ...deployment,
    status: end.status,
    error: end.error,
    completed: now,
    events: deployment.events.map(event =>
      event.status === 'InProgress'
        ? { ...event, status: 'Failed', end: now }
        : event,
    ),
  };
  if (!wanted) {
    state.put(ended);
    return undefined;
  }
  const id = newDeploymentId();
  state.put({
    ...ended,
    rolledBackBy: id,
    rollbackMessage: `Deployment ${id} rolls it back`,
  });
  return open(state, {
    id,
    account: deployment.account,
    application: deployment.application,
    group: deployment.group,
    creator: 'codeDeployRollback',
    ...reverseOf(deployment),
    status: 'Created',
    created: now,
    rollsBack: deployment.id,
    events: [],
    shifts: 0,
    weight: 0,
  });
}
