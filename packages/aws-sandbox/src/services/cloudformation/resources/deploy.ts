import type { Json, JsonObject } from '../template';
import {
  bool,
  ignoreMissing,
  list,
  lowerCamel,
  number,
  object,
  tagMap,
  text,
  type ResourceContext,
  type ResourceHandler,
} from './handler';

const tagsOf = (properties: JsonObject, context: ResourceContext) =>
  Object.entries(tagMap(properties.Tags, context.tags)).map(([Key, Value]) => ({
    Key,
    Value,
  }));

const application: ResourceHandler = {
  replaceOn: ['ApplicationName', 'ComputePlatform'],
  taggable: true,
  async create(properties, context) {
    const name = text(properties.ApplicationName) ?? context.uniqueName(100);
    await context.call('codedeploy', 'CreateApplication', {
      applicationName: name,
      computePlatform: text(properties.ComputePlatform) ?? 'Server',
      tags: tagsOf(properties, context),
    });
    return { physicalId: name };
  },
  async update(physicalId) {
    return { physicalId };
  },
  delete: (name, _properties, context) =>
    ignoreMissing(
      context.call('codedeploy', 'DeleteApplication', {
        applicationName: name,
      }),
    ),
};

const FLAGS = new Set(['enabled', 'ignorePollAlarmFailure']);

/** Text booleans of a template where the API wants booleans. */
function typed(value: Json): Json {
  if (Array.isArray(value)) return value.map(typed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      FLAGS.has(key) ? bool(item) ?? false : typed(item),
    ]),
  );
}

const settings = (properties: JsonObject) => {
  const {
    Tags: _tags,
    ApplicationName,
    DeploymentGroupName: _name,
    ECSServices,
    ...rest
  } = properties;
  return {
    ...object(typed(lowerCamel(rest))),
    applicationName: text(ApplicationName),
    ...(ECSServices !== undefined && {
      ecsServices: list(ECSServices).map(one => lowerCamel(one)),
    }),
  };
};

const group: ResourceHandler = {
  replaceOn: ['ApplicationName', 'DeploymentGroupName'],
  taggable: true,
  async create(properties, context) {
    const name =
      text(properties.DeploymentGroupName) ?? context.uniqueName(100);
    await context.call('codedeploy', 'CreateDeploymentGroup', {
      ...settings(properties),
      deploymentGroupName: name,
      tags: tagsOf(properties, context),
    });
    return { physicalId: name };
  },
  async update(physicalId, wanted, _before, context) {
    await context.call('codedeploy', 'UpdateDeploymentGroup', {
      ...settings(wanted),
      currentDeploymentGroupName: physicalId,
    });
    return { physicalId };
  },
  delete: (name, properties, context) =>
    ignoreMissing(
      context.call('codedeploy', 'DeleteDeploymentGroup', {
        applicationName: text(properties.ApplicationName),
        deploymentGroupName: name,
      }),
    ),
};

const routing = (properties: JsonObject) => {
  const { Type, TimeBasedCanary, TimeBasedLinear } = object(
    properties.TrafficRoutingConfig,
  );
  const canary = object(TimeBasedCanary);
  const linear = object(TimeBasedLinear);
  return {
    type: text(Type),
    ...(TimeBasedCanary !== undefined && {
      timeBasedCanary: {
        canaryPercentage: number(canary.CanaryPercentage),
        canaryInterval: number(canary.CanaryInterval),
      },
    }),
    ...(TimeBasedLinear !== undefined && {
      timeBasedLinear: {
        linearPercentage: number(linear.LinearPercentage),
        linearInterval: number(linear.LinearInterval),
      },
    }),
  };
};

const configuration: ResourceHandler = {
  replaceOn: [
    'DeploymentConfigName',
    'ComputePlatform',
    'TrafficRoutingConfig',
  ],
  async create(properties, context) {
    const name =
      text(properties.DeploymentConfigName) ?? context.uniqueName(100);
    await context.call('codedeploy', 'CreateDeploymentConfig', {
      deploymentConfigName: name,
      computePlatform: text(properties.ComputePlatform) ?? 'Server',
      trafficRoutingConfig:
        properties.TrafficRoutingConfig && routing(properties),
    });
    return { physicalId: name };
  },
  async update(physicalId) {
    return { physicalId };
  },
  delete: (name, _properties, context) =>
    ignoreMissing(
      context.call('codedeploy', 'DeleteDeploymentConfig', {
        deploymentConfigName: name,
      }),
    ),
};

/** CodeDeploy's applications, groups and configurations. */
export const deployResources: Record<string, ResourceHandler> = {
  'AWS::CodeDeploy::Application': application,
  'AWS::CodeDeploy::DeploymentGroup': group,
  'AWS::CodeDeploy::DeploymentConfig': configuration,
};
