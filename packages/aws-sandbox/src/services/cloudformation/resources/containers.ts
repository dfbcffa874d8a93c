import { AwsError } from '../../../core';
import type { Json, JsonObject } from '../template';
import {
  bool,
  ignoreMissing,
  lowerCamel,
  number,
  object,
  tagMap,
  text,
  type ResourceContext,
  type ResourceHandler,
} from './handler';

const lowerTags = (properties: JsonObject, context: ResourceContext) =>
  Object.entries(tagMap(properties.Tags, context.tags)).map(([key, value]) => ({
    key,
    value,
  }));

/** Maps whose keys are the user's own. */
const FREE_FORM = new Set([
  'Options',
  'DockerLabels',
  'DriverOpts',
  'Labels',
  'HookDetails',
]);

const NUMBERS = new Set([
  'containerPort',
  'hostPort',
  'interval',
  'timeout',
  'retries',
  'startPeriod',
  'startTimeout',
  'stopTimeout',
  'sizeInGiB',
  'softLimit',
  'hardLimit',
  'maximumPercent',
  'minimumHealthyPercent',
  'bakeTimeInMinutes',
  'canaryPercent',
  'canaryBakeTimeInMinutes',
  'stepPercent',
  'stepBakeTimeInMinutes',
  'timeoutInMinutes',
  'desiredCount',
  'memoryReservation',
]);
const BOOLEANS = new Set([
  'essential',
  'readonlyRootFilesystem',
  'privileged',
  'enable',
  'rollback',
  'resetOnHealthyTask',
  'readOnly',
  'interactive',
  'pseudoTerminal',
  'initProcessEnabled',
  'disableNetworking',
]);

function typed(value: Json, key = ''): Json {
  if (Array.isArray(value)) return value.map(item => typed(item, key));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, typed(item, name)]),
    );
  }
  if (NUMBERS.has(key)) return Number(value);
  if (BOOLEANS.has(key)) return String(value) === 'true';
  return value;
}

const wire = (value: Json): JsonObject =>
  typed(lowerCamel(value, FREE_FORM)) as JsonObject;

const cluster: ResourceHandler = {
  replaceOn: ['ClusterName'],
  taggable: true,
  async create(properties, context) {
    const clusterName = text(properties.ClusterName) ?? context.uniqueName(255);
    await context.call('ecs', 'CreateCluster', {
      clusterName,
      settings:
        properties.ClusterSettings && lowerCamel(properties.ClusterSettings),
      tags: lowerTags(properties, context),
    });
    return {
      physicalId: clusterName,
      attributes: {
        Arn: `arn:aws:ecs:${context.region}:${context.account}:cluster/${clusterName}`,
      },
    };
  },
  async update(physicalId) {
    return { physicalId };
  },
  delete: (name, _properties, context) =>
    ignoreMissing(context.call('ecs', 'DeleteCluster', { cluster: name })),
};

const TASK_DEFINITION_PROPERTIES = [
  'ContainerDefinitions',
  'Cpu',
  'EphemeralStorage',
  'ExecutionRoleArn',
  'Family',
  'IpcMode',
  'Memory',
  'NetworkMode',
  'PidMode',
  'PlacementConstraints',
  'ProxyConfiguration',
  'RequiresCompatibilities',
  'RuntimePlatform',
  'TaskRoleArn',
  'Volumes',
];

const taskDefinition: ResourceHandler = {
  replaceOn: TASK_DEFINITION_PROPERTIES,
  taggable: true,
  async create(properties, context) {
    const rest = { ...properties };
    delete rest.Tags;
    const wired = wire(rest);
    const made = await context.call<{
      taskDefinition: { taskDefinitionArn: string };
    }>('ecs', 'RegisterTaskDefinition', {
      ...wired,
      containerDefinitions: (
        wired.containerDefinitions as JsonObject[] | undefined
      )?.map(container => ({
        ...container,
        cpu: number(container.cpu),
        memory: number(container.memory),
      })),
      family: text(properties.Family) ?? context.uniqueName(255),
      cpu: text(properties.Cpu),
      memory: text(properties.Memory),
      tags: lowerTags(properties, context),
    });
    const arn = made.taskDefinition.taskDefinitionArn;
    return { physicalId: arn, attributes: { TaskDefinitionArn: arn } };
  },
  async update(physicalId) {
    return { physicalId };
  },
  delete: (arn, _properties, context) =>
    ignoreMissing(
      context.call('ecs', 'DeregisterTaskDefinition', { taskDefinition: arn }),
    ),
};

const serviceInput = (properties: JsonObject) => {
  const rest = { ...properties };
  for (const key of [
    'Tags',
    'ServiceName',
    'Cluster',
    'TaskDefinition',
    'VolumeConfigurations',
    'ForceNewDeployment',
    'LaunchType',
    'Role',
    'SchedulingStrategy',
    'DeploymentController',
  ]) {
    delete rest[key];
  }
  return {
    ...wire(rest),
    cluster: text(properties.Cluster) ?? 'default',
    taskDefinition: text(properties.TaskDefinition),
    enableExecuteCommand: bool(properties.EnableExecuteCommand),
    enableECSManagedTags: bool(properties.EnableECSManagedTags),
    enableEcsManagedTags: undefined,
    healthCheckGracePeriodSeconds: number(
      properties.HealthCheckGracePeriodSeconds,
    ),
    desiredCount: number(properties.DesiredCount),
  };
};

interface ServiceView {
  serviceArn: string;
  serviceName: string;
  status: string;
  runningCount: number;
  desiredCount: number;
  taskDefinition: string;
  /** Under CodeDeploy in place of deployments. */
  taskSets?: { status: string; stabilityStatus: string }[];
  deployments: {
    id: string;
    status: string;
    rolloutState?: string;
    rolloutStateReason?: string;
  }[];
}

async function view(
  arn: string,
  properties: JsonObject,
  context: ResourceContext,
) {
  const { services } = await context.call<{ services: ServiceView[] }>(
    'ecs',
    'DescribeServices',
    {
      cluster: text(properties.Cluster) ?? 'default',
      services: [arn],
    },
  );
  return services[0];
}

const service: ResourceHandler = {
  replaceOn: [
    'ServiceName',
    'Cluster',
    'LaunchType',
    'SchedulingStrategy',
    'Role',
    'DeploymentController',
  ],
  taggable: true,
  async create(properties, context) {
    const serviceName = text(properties.ServiceName) ?? context.uniqueName(255);
    const made = await context.call<{ service: ServiceView }>(
      'ecs',
      'CreateService',
      {
        ...serviceInput(properties),
        serviceName,
        launchType: text(properties.LaunchType),
        schedulingStrategy: text(properties.SchedulingStrategy),
        deploymentController:
          properties.DeploymentController &&
          lowerCamel(properties.DeploymentController),
        desiredCount: number(properties.DesiredCount) ?? 1,
        tags: lowerTags(properties, context),
      },
    );
    return {
      physicalId: made.service.serviceArn,
      attributes: { ServiceArn: made.service.serviceArn, Name: serviceName },
    };
  },
  async update(physicalId, wanted, before, context) {
    // CloudFormation sends what changed; an unchanged count stays auto scaling's.
    const { desiredCount, ...input } = serviceInput(wanted);
    const { Type } = object(wanted.DeploymentController);
    // UpdateService takes none for a service under CodeDeploy.
    const keeps =
      Type === 'CODE_DEPLOY' && wanted.TaskDefinition === before.TaskDefinition;
    await context.call('ecs', 'UpdateService', {
      ...input,
      service: physicalId,
      ...(keeps && { taskDefinition: undefined }),
      ...(wanted.DesiredCount !== before.DesiredCount && { desiredCount }),
    });
    return { physicalId };
  },
  async delete(arn, properties, context) {
    await ignoreMissing(
      context.call('ecs', 'DeleteService', {
        cluster: text(properties.Cluster) ?? 'default',
        service: arn,
        force: true,
      }),
    );
  },
  async isStable(arn, properties, context) {
    const now = await view(arn, properties, context);
    if (!now || now.status !== 'ACTIVE') return true;
    const set = now.taskSets?.find(one => one.status === 'PRIMARY');
    if (set) return set.stabilityStatus === 'STEADY_STATE';
    const primary = now.deployments.find(
      deployment => deployment.status === 'PRIMARY',
    );
    const wanted = text(properties.TaskDefinition)?.split('/').pop();
    const settled =
      now.deployments.length === 1 && primary?.rolloutState === 'COMPLETED';
    if (
      primary?.rolloutState === 'FAILED' ||
      (settled &&
        wanted?.includes(':') &&
        now.taskDefinition.split('/').pop() !== wanted)
    ) {
      throw new AwsError(
        'NotStabilized',
        "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'.",
      );
    }
    return settled && now.runningCount >= Math.min(now.desiredCount, 1);
  },
};

export const containerResources: Record<string, ResourceHandler> = {
  'AWS::ECS::Cluster': cluster,
  'AWS::ECS::TaskDefinition': taskDefinition,
  'AWS::ECS::Service': service,
};
