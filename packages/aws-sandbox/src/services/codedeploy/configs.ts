import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-codedeploy';
import { AwsError, type Operations } from '../../core';
import { page } from '../paging';
import { stateOf } from './failures';
import type { CodeDeployState, ConfigRecord } from './model';

export const ALL_AT_ONCE = 'CodeDeployDefault.LambdaAllAtOnce';
export const ECS_ALL_AT_ONCE = 'CodeDeployDefault.ECSAllAtOnce';

const canary = (percentage: number, minutes: number) => ({
  type: 'TimeBasedCanary' as const,
  timeBasedCanary: { canaryPercentage: percentage, canaryInterval: minutes },
});
const linear = (percentage: number, minutes: number) => ({
  type: 'TimeBasedLinear' as const,
  timeBasedLinear: { linearPercentage: percentage, linearInterval: minutes },
});

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html */
const PREDEFINED: Record<string, sdk.TrafficRoutingConfig> = {
  [ALL_AT_ONCE]: { type: 'AllAtOnce' },
  ...Object.fromEntries(
    [5, 10, 15, 30].map(minutes => [
      `CodeDeployDefault.LambdaCanary10Percent${minutes}Minutes`,
      canary(10, minutes),
    ]),
  ),
  ...Object.fromEntries(
    [1, 2, 3, 10].map(minutes => [
      `CodeDeployDefault.LambdaLinear10PercentEvery${minutes}Minute${
        minutes > 1 ? 's' : ''
      }`,
      linear(10, minutes),
    ]),
  ),
  [ECS_ALL_AT_ONCE]: { type: 'AllAtOnce' },
  'CodeDeployDefault.ECSCanary10Percent5Minutes': canary(10, 5),
  'CodeDeployDefault.ECSCanary10Percent15Minutes': canary(10, 15),
  'CodeDeployDefault.ECSLinear10PercentEvery1Minutes': linear(10, 1),
  'CodeDeployDefault.ECSLinear10PercentEvery3Minutes': linear(10, 3),
};

/** At most 2 days from the first shift to the last. */
const LONGEST_MINUTES = 2880;

const invalid = (message: string) =>
  new AwsError('InvalidTrafficRoutingConfigurationException', message);

function requireTraffic(traffic: sdk.TrafficRoutingConfig) {
  const { type, timeBasedCanary, timeBasedLinear } = traffic;
  if (type === 'AllAtOnce') return;
  const [percentage, minutes] =
    type === 'TimeBasedCanary'
      ? [timeBasedCanary?.canaryPercentage, timeBasedCanary?.canaryInterval]
      : [timeBasedLinear?.linearPercentage, timeBasedLinear?.linearInterval];
  if (!percentage || percentage < 1 || percentage > 99) {
    throw invalid('The percentage must be between 1 and 99');
  }
  if (!minutes || minutes < 1) throw invalid('The interval must be positive');
  const times =
    type === 'TimeBasedLinear' ? Math.ceil(100 / percentage) - 1 : 1;
  if (times * minutes > LONGEST_MINUTES) {
    throw invalid(
      `All traffic must be shifted within ${LONGEST_MINUTES} minutes`,
    );
  }
}

const predefined = (name: string): ConfigRecord | undefined =>
  PREDEFINED[name] && {
    name,
    id: `00000000-0000-0000-0000-${Buffer.from(name)
      .toString('hex')
      .slice(-12)}`,
    computePlatform: name.startsWith('CodeDeployDefault.ECS')
      ? 'ECS'
      : 'Lambda',
    traffic: PREDEFINED[name],
    created: '2017-11-01T00:00:00.000Z',
  };

export function requireConfig(
  state: CodeDeployState,
  name: string,
): ConfigRecord {
  const found = state.configs.get(name) ?? predefined(name);
  if (!found) {
    throw new AwsError(
      'DeploymentConfigDoesNotExistException',
      `No Deployment Configuration found for name: ${name}`,
    );
  }
  return found;
}

/**
 * The shifts of a configuration: the weight of the new version in percent,
 * and the minutes since the first shift.
 */
export function shiftsOf(
  traffic: sdk.TrafficRoutingConfig,
): { weight: number; minutes: number }[] {
  const { timeBasedCanary, timeBasedLinear } = traffic;
  if (traffic.type === 'TimeBasedCanary' && timeBasedCanary) {
    const { canaryPercentage = 0, canaryInterval = 0 } = timeBasedCanary;
    return [
      { weight: canaryPercentage, minutes: 0 },
      { weight: 100, minutes: canaryInterval },
    ];
  }
  if (traffic.type === 'TimeBasedLinear' && timeBasedLinear) {
    const { linearPercentage = 100, linearInterval = 0 } = timeBasedLinear;
    return Array.from(
      { length: Math.ceil(100 / linearPercentage) },
      (_, index) => ({
        weight: Math.min(100, (index + 1) * linearPercentage),
        minutes: index * linearInterval,
      }),
    );
  }
  return [{ weight: 100, minutes: 0 }];
}

export const configOperations = {
  CreateDeploymentConfig(input, context) {
    const state = stateOf(context);
    const name = input.deploymentConfigName;
    if (name.startsWith('CodeDeployDefault')) {
      throw new AwsError(
        'InvalidDeploymentConfigNameException',
        'Names that begin with CodeDeployDefault are reserved',
      );
    }
    if (state.configs.has(name)) {
      throw new AwsError(
        'DeploymentConfigAlreadyExistsException',
        `Deployment Configuration ${name} already exists`,
      );
    }
    if (input.computePlatform !== 'Lambda' && input.computePlatform !== 'ECS') {
      throw new AwsError(
        'InvalidComputePlatformException',
        'The sandbox shifts traffic of Lambda and ECS only',
      );
    }
    const traffic = input.trafficRoutingConfig ?? { type: 'AllAtOnce' };
    requireTraffic(traffic);
    const id = randomUUID();
    state.configs.set(name, {
      name,
      id,
      computePlatform: input.computePlatform,
      traffic,
      created: context.sandbox.clock.now().toISOString(),
    });
    return { deploymentConfigId: id };
  },

  GetDeploymentConfig(input, context) {
    const config = requireConfig(stateOf(context), input.deploymentConfigName);
    return {
      deploymentConfigInfo: {
        deploymentConfigId: config.id,
        deploymentConfigName: config.name,
        computePlatform: config.computePlatform,
        trafficRoutingConfig: config.traffic,
        createTime: new Date(config.created),
      },
    };
  },

  ListDeploymentConfigs(input, context) {
    const names = [
      ...Object.keys(PREDEFINED),
      ...stateOf(context).configs.keys(),
    ].sort();
    const shown = page(names, input.nextToken);
    return { deploymentConfigsList: shown.items, nextToken: shown.next };
  },

  DeleteDeploymentConfig(input, context) {
    const state = stateOf(context);
    const name = input.deploymentConfigName;
    if (name.startsWith('CodeDeployDefault')) {
      throw new AwsError(
        'InvalidOperationException',
        'A predefined deployment configuration cannot be deleted',
      );
    }
    if (state.groups.values().some(group => group.config === name)) {
      throw new AwsError(
        'DeploymentConfigInUseException',
        `Deployment Configuration ${name} is in use`,
      );
    }
    state.configs.delete(name);
  },
} satisfies Operations<typeof sdk>;
