import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-codedeploy';
import { AwsError, type Operations } from '../../core';
import { page } from '../paging';
import { ALL_AT_ONCE, ECS_ALL_AT_ONCE, requireConfig } from './configs';
import { requireApplication, requireGroup, stateOf } from './failures';
import {
  isActive,
  type ApplicationRecord,
  type CodeDeployState,
  type GroupRecord,
  type GroupSettings,
} from './model';

const SETTINGS: readonly (keyof GroupSettings)[] = [
  'triggerConfigurations',
  'alarmConfiguration',
  'autoRollbackConfiguration',
  'outdatedInstancesStrategy',
  'deploymentStyle',
  'blueGreenDeploymentConfiguration',
  'loadBalancerInfo',
  'ecsServices',
];
const MOST_ALARMS = 10;
const MOST_APPLICATIONS = 100;

function settingsOf(input: GroupSettings): GroupSettings {
  const { alarmConfiguration, deploymentStyle } = input;
  if ((alarmConfiguration?.alarms?.length ?? 0) > MOST_ALARMS) {
    throw new AwsError(
      'AlarmsLimitExceededException',
      `A deployment group watches at most ${MOST_ALARMS} alarms`,
    );
  }
  if (deploymentStyle && deploymentStyle.deploymentType !== 'BLUE_GREEN') {
    throw new AwsError(
      'InvalidDeploymentStyleException',
      'For Lambda and ECS deployments, the deployment type must be BLUE_GREEN',
    );
  }
  return Object.fromEntries(
    SETTINGS.flatMap(key => (input[key] ? [[key, input[key]]] : [])),
  );
}

const wrong = (what: string, message: string) =>
  new AwsError(`Invalid${what}Exception`, message);

/**
 * A group of the ECS platform names one service, which no other group has, and
 * the pair of target groups that its traffic moves between:
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-groups-create-ecs.html
 */
function requireEcs(
  state: CodeDeployState,
  { settings, ...own }: Pick<GroupRecord, 'application' | 'name' | 'settings'>,
) {
  const [service, ...more] = settings.ecsServices ?? [];
  if (!service?.serviceName || !service.clusterName || more.length) {
    throw wrong('ECSService', 'Exactly one ECS service must be specified');
  }
  const [pair] = settings.loadBalancerInfo?.targetGroupPairInfoList ?? [];
  if (
    pair?.targetGroups?.length !== 2 ||
    !pair.prodTrafficRoute?.listenerArns?.length
  ) {
    throw wrong(
      'LoadBalancerInfo',
      'Two target groups and a production listener must be specified',
    );
  }
  if (!settings.blueGreenDeploymentConfiguration) {
    throw wrong(
      'BlueGreenDeploymentConfiguration',
      'The blue/green deployment configuration must be specified',
    );
  }
  const other = state.groups
    .values()
    .find(
      group =>
        `${group.application}/${group.name}` !==
          `${own.application}/${own.name}` &&
        group.settings.ecsServices?.some(
          one =>
            one.serviceName === service.serviceName &&
            one.clusterName === service.clusterName,
        ),
    );
  if (other) {
    throw new AwsError(
      'ECSServiceMappingLimitExceededException',
      `The ECS service is associated with deployment group ${other.name} already`,
    );
  }
}

function lastOf(state: CodeDeployState, id: string | undefined) {
  const found = id ? state.deployments.get(id) : undefined;
  return (
    found && {
      deploymentId: found.id,
      status: found.status,
      createTime: new Date(found.created),
      endTime: found.completed ? new Date(found.completed) : undefined,
    }
  );
}

function toGroup(
  state: CodeDeployState,
  group: GroupRecord,
): sdk.DeploymentGroupInfo {
  const application = requireApplication(state, group.application);
  return {
    applicationName: group.application,
    deploymentGroupId: group.id,
    deploymentGroupName: group.name,
    deploymentConfigName: group.config,
    serviceRoleArn: group.serviceRoleArn,
    computePlatform: application.computePlatform,
    autoScalingGroups: [],
    ...group.settings,
    deploymentStyle: group.settings.deploymentStyle ?? {
      deploymentType: 'BLUE_GREEN',
      deploymentOption: 'WITH_TRAFFIC_CONTROL',
    },
    lastAttemptedDeployment: lastOf(state, group.lastAttempted),
    lastSuccessfulDeployment: lastOf(state, group.lastSuccessful),
  };
}

function toApplication(found: ApplicationRecord): sdk.ApplicationInfo {
  return {
    applicationId: found.id,
    applicationName: found.name,
    computePlatform: found.computePlatform,
    createTime: new Date(found.created),
    linkedToGitHub: false,
  };
}

/** Applications and their deployment groups. */
export const groupOperations = {
  CreateApplication(input, context) {
    const state = stateOf(context);
    if (state.applications.has(input.applicationName)) {
      throw new AwsError(
        'ApplicationAlreadyExistsException',
        `Application name already exists: ${input.applicationName}`,
      );
    }
    const computePlatform = input.computePlatform ?? 'Server';
    if (computePlatform === 'Server') {
      throw new AwsError(
        'InvalidComputePlatformException',
        'The sandbox has no servers: say Lambda or ECS',
      );
    }
    const id = randomUUID();
    state.applications.set(input.applicationName, {
      name: input.applicationName,
      id,
      computePlatform,
      created: context.sandbox.clock.now().toISOString(),
      tags: input.tags ?? [],
    });
    return { applicationId: id };
  },

  GetApplication(input, context) {
    const found = requireApplication(stateOf(context), input.applicationName);
    return { application: toApplication(found) };
  },

  BatchGetApplications(input, context) {
    const state = stateOf(context);
    if (input.applicationNames.length > MOST_APPLICATIONS) {
      throw new AwsError(
        'BatchLimitExceededException',
        `At most ${MOST_APPLICATIONS} applications can be read at once`,
      );
    }
    return {
      applicationsInfo: input.applicationNames.flatMap(name => {
        const found = state.applications.get(name);
        return found ? [toApplication(found)] : [];
      }),
    };
  },

  ListApplications(input, context) {
    const names = stateOf(context).applications.keys().sort();
    const shown = page(names, input.nextToken);
    return { applications: shown.items, nextToken: shown.next };
  },

  DeleteApplication(input, context) {
    const state = stateOf(context);
    for (const group of state.groups.values()) {
      if (group.application === input.applicationName) {
        state.groups.delete(`${group.application}/${group.name}`);
      }
    }
    state.applications.delete(input.applicationName);
  },

  CreateDeploymentGroup(input, context) {
    const state = stateOf(context);
    const application = requireApplication(state, input.applicationName);
    const name = input.deploymentGroupName;
    if (state.group(application.name, name)) {
      throw new AwsError(
        'DeploymentGroupAlreadyExistsException',
        `Deployment group name already exists: ${name}`,
      );
    }
    const isEcs = application.computePlatform === 'ECS';
    const config =
      input.deploymentConfigName ?? (isEcs ? ECS_ALL_AT_ONCE : ALL_AT_ONCE);
    requireConfig(state, config);
    const settings = settingsOf(input);
    if (isEcs) {
      requireEcs(state, { application: application.name, name, settings });
    }
    const id = randomUUID();
    state.putGroup({
      application: application.name,
      name,
      id,
      config,
      serviceRoleArn: input.serviceRoleArn,
      settings,
      tags: input.tags ?? [],
    });
    return { deploymentGroupId: id };
  },

  UpdateDeploymentGroup(input, context) {
    const state = stateOf(context);
    const before = requireGroup(
      state,
      input.applicationName,
      input.currentDeploymentGroupName,
    );
    const config = input.deploymentConfigName ?? before.config;
    requireConfig(state, config);
    state.groups.delete(`${before.application}/${before.name}`);
    state.putGroup({
      ...before,
      name: input.newDeploymentGroupName ?? before.name,
      config,
      serviceRoleArn: input.serviceRoleArn ?? before.serviceRoleArn,
      settings: { ...before.settings, ...settingsOf(input) },
    });
    return { hooksNotCleanedUp: [] };
  },

  GetDeploymentGroup(input, context) {
    const state = stateOf(context);
    const group = requireGroup(
      state,
      input.applicationName,
      input.deploymentGroupName,
    );
    return { deploymentGroupInfo: toGroup(state, group) };
  },

  BatchGetDeploymentGroups(input, context) {
    const state = stateOf(context);
    requireApplication(state, input.applicationName);
    return {
      deploymentGroupsInfo: input.deploymentGroupNames.flatMap(name => {
        const group = state.group(input.applicationName, name);
        return group ? [toGroup(state, group)] : [];
      }),
    };
  },

  ListDeploymentGroups(input, context) {
    const state = stateOf(context);
    requireApplication(state, input.applicationName);
    const names = state.groups
      .values()
      .filter(group => group.application === input.applicationName)
      .map(group => group.name)
      .sort();
    const shown = page(names, input.nextToken);
    return {
      applicationName: input.applicationName,
      deploymentGroups: shown.items,
      nextToken: shown.next,
    };
  },

  DeleteDeploymentGroup(input, context) {
    const state = stateOf(context);
    const { applicationName, deploymentGroupName } = input;
    requireApplication(state, applicationName);
    if (
      state.deploymentsOf(applicationName, deploymentGroupName).some(isActive)
    ) {
      throw new AwsError(
        'InvalidOperationException',
        'The deployment group has a deployment in progress',
      );
    }
    state.groups.delete(`${applicationName}/${deploymentGroupName}`);
    return { hooksNotCleanedUp: [] };
  },
} satisfies Operations<typeof sdk>;
