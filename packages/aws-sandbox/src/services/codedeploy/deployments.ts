import type * as sdk from '@aws-sdk/client-codedeploy';
import { AwsError, type Operations } from '../../core';
import { page } from '../paging';
import { fetched, readEcsSpec, readLambdaSpec } from './appSpec';
import { requireConfig } from './configs';
import { endBadly, open } from './ending';
import {
  requireApplication,
  requireDeployment,
  requireGroup,
  stateOf,
} from './failures';
import {
  isActive,
  newDeploymentId,
  type CodeDeployState,
  type DeploymentRecord,
} from './model';
import { Runner } from './Runner';
import { toInfo } from './views';

function infoOf(state: CodeDeployState, deployment: DeploymentRecord) {
  const previous = state
    .deploymentsOf(deployment.application, deployment.group)
    .find(
      one =>
        one.status === 'Succeeded' &&
        one.id !== deployment.id &&
        one.created < deployment.created,
    );
  const { application, group } = deployment;
  return toInfo(deployment, {
    previous: previous?.revision,
    settings: state.group(application, group)?.settings,
  });
}

/** Deployments: made, listed, read and stopped. */
export const deploymentOperations = {
  CreateDeployment(input, context) {
    const state = stateOf(context);
    const application = requireApplication(state, input.applicationName);
    const groupName = input.deploymentGroupName;
    if (!groupName) {
      throw new AwsError(
        'DeploymentGroupNameRequiredException',
        'The deployment group name must be specified',
      );
    }
    const group = requireGroup(state, application.name, groupName);
    const config = requireConfig(
      state,
      input.deploymentConfigName ?? group.config,
    );
    if (config.computePlatform !== application.computePlatform) {
      throw new AwsError(
        'InvalidDeploymentConfigNameException',
        `The deployment configuration ${config.name} is for another compute platform`,
      );
    }
    if (!input.revision) {
      throw new AwsError(
        'RevisionRequiredException',
        'The revision must be specified',
      );
    }
    const [service] = group.settings.ecsServices ?? [];
    const isEcs = application.computePlatform === 'ECS';
    const appSpec = fetched(context.sandbox, input.revision);
    const spec = isEcs ? readEcsSpec(appSpec) : readLambdaSpec(appSpec);
    const active = state
      .deploymentsOf(application.name, group.name)
      .find(isActive);
    if (active) {
      throw new AwsError(
        'DeploymentLimitExceededException',
        `The Deployment Group '${group.name}' already has an active Deployment '${active.id}'`,
      );
    }
    const deployment = open(state, {
      id: newDeploymentId(),
      account: context.account,
      application: application.name,
      group: group.name,
      config: config.name,
      description: input.description,
      creator: 'user',
      revision: input.revision,
      spec,
      ...(isEcs && {
        ecs: {
          cluster: service?.clusterName ?? 'default',
          service: service?.serviceName ?? '',
        },
      }),
      status: 'Created',
      created: context.sandbox.clock.now().toISOString(),
      autoRollback:
        input.autoRollbackConfiguration ??
        group.settings.autoRollbackConfiguration,
      alarms:
        input.overrideAlarmConfiguration ?? group.settings.alarmConfiguration,
      events: [],
      shifts: 0,
      weight: 0,
    });
    Runner.of(context.sandbox).wake(deployment);
    return { deploymentId: deployment.id };
  },

  GetDeployment(input, context) {
    const state = stateOf(context);
    const deployment = requireDeployment(state, input.deploymentId);
    return { deploymentInfo: infoOf(state, deployment) };
  },

  BatchGetDeployments(input, context) {
    const state = stateOf(context);
    if (input.deploymentIds.length > 25) {
      throw new AwsError(
        'BatchLimitExceededException',
        'At most 25 deployments can be asked for at once',
      );
    }
    return {
      deploymentsInfo: input.deploymentIds.map(id =>
        infoOf(state, requireDeployment(state, id)),
      ),
    };
  },

  ListDeployments(input, context) {
    const state = stateOf(context);
    const { applicationName, deploymentGroupName, createTimeRange } = input;
    if (applicationName && !deploymentGroupName) {
      throw new AwsError(
        'DeploymentGroupNameRequiredException',
        'With an application name, the deployment group name must be specified',
      );
    }
    if (deploymentGroupName) {
      if (!applicationName) {
        throw new AwsError(
          'ApplicationNameRequiredException',
          'With a deployment group name, the application name must be specified',
        );
      }
      requireGroup(state, applicationName, deploymentGroupName);
    }
    const ids = state
      .deploymentsOf(applicationName, deploymentGroupName)
      .filter(one => {
        const statuses = input.includeOnlyStatuses;
        const at = Date.parse(one.created);
        return (
          (!statuses?.length || statuses.includes(one.status)) &&
          at >= (createTimeRange?.start?.getTime() ?? -Infinity) &&
          at <= (createTimeRange?.end?.getTime() ?? Infinity)
        );
      })
      .map(one => one.id);
    const shown = page(ids, input.nextToken);
    return { deployments: shown.items, nextToken: shown.next };
  },

  async ContinueDeployment(input, context) {
    const state = stateOf(context);
    const { id } = requireDeployment(state, input.deploymentId);
    const wait = input.deploymentWaitType ?? 'READY_WAIT';
    if (wait !== 'READY_WAIT' && wait !== 'TERMINATION_WAIT') {
      throw new AwsError(
        'InvalidDeploymentWaitTypeException',
        'The wait type is READY_WAIT or TERMINATION_WAIT',
      );
    }
    const runner = Runner.of(context.sandbox);
    await runner.inTurn(id, async () => {
      const deployment = requireDeployment(state, id);
      const { ecs, status } = deployment;
      if (!isActive(deployment)) {
        throw new AwsError(
          'DeploymentAlreadyCompletedException',
          `The deployment ${id} is already in a terminal state`,
        );
      }
      if (!ecs) {
        throw new AwsError(
          'UnsupportedActionForDeploymentTypeException',
          'Lambda deployments do not wait',
        );
      }
      if (wait === 'READY_WAIT' ? status !== 'Ready' : !ecs.reroutedAt) {
        throw new AwsError(
          'DeploymentIsNotInReadyStateException',
          `The deployment ${id} does not wait for that`,
        );
      }
      state.put({
        ...deployment,
        status: 'InProgress',
        ecs: {
          ...ecs,
          ...(wait === 'READY_WAIT'
            ? { rerouted: true }
            : { terminates: true }),
        },
      });
      runner.wake(deployment, 0);
    });
  },

  async StopDeployment(input, context) {
    const state = stateOf(context);
    const { id } = requireDeployment(state, input.deploymentId);
    const runner = Runner.of(context.sandbox);
    await runner.inTurn(id, async () => {
      const deployment = requireDeployment(state, id);
      if (!isActive(deployment)) {
        throw new AwsError(
          'DeploymentAlreadyCompletedException',
          `The deployment ${id} is already in a terminal state`,
        );
      }
      const rollback = endBadly(context.sandbox, state, deployment, {
        status: 'Stopped',
        error: {
          code: 'MANUAL_STOP',
          message: 'The deployment was stopped by a user',
        },
        event: 'DEPLOYMENT_STOP_ON_REQUEST',
        rollback: input.autoRollbackEnabled,
      });
      if (rollback) runner.wake(rollback);
    });
    return { status: 'Succeeded', statusMessage: `${id} was stopped` };
  },
} satisfies Operations<typeof sdk>;
