import * as sdk from '@aws-sdk/client-ecs';
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { AwsError, type Operations } from '../../core';
import { page } from '../paging';
import { startDeployment } from './deploy';
import { EcsStore } from './EcsStore';
import { checkHooks } from './hooks';
import {
  isCodeDeploys,
  type ServiceRecord,
  type ServiceSettings,
} from './model';
import { client, needDefinition, storeOf } from './operations';
import { wake } from './runtime';
import { firstTaskSet, taskSetView } from './taskSets';
import { serviceView, tagRecord } from './views';

const SETTINGS: readonly (keyof ServiceSettings)[] = [
  'launchType',
  'schedulingStrategy',
  'networkConfiguration',
  'loadBalancers',
  'serviceRegistries',
  'healthCheckGracePeriodSeconds',
  'enableExecuteCommand',
  'enableECSManagedTags',
  'propagateTags',
  'platformVersion',
  'capacityProviderStrategy',
  'deploymentController',
  'availabilityZoneRebalancing',
];

/** Changes of these start a deployment (ECS, UpdateService). */
const DEPLOYING: readonly (keyof ServiceSettings)[] = [
  'networkConfiguration',
  'loadBalancers',
  'serviceRegistries',
  'platformVersion',
  'capacityProviderStrategy',
];

const pick = (input: object): ServiceSettings =>
  Object.fromEntries(
    SETTINGS.filter(key => (input as ServiceSettings)[key] !== undefined).map(
      key => [key, (input as ServiceSettings)[key]],
    ),
  );

function activeDefinition(
  store: EcsStore,
  reference: string | undefined,
): string {
  const definition = needDefinition(store, reference);
  if (definition.status === 'INACTIVE')
    throw client('TaskDefinition is inactive');
  return definition.arn;
}

const withDefaults = (
  configuration: DeploymentConfiguration | undefined,
): DeploymentConfiguration => ({
  strategy: 'ROLLING',
  maximumPercent: 200,
  minimumHealthyPercent: 100,
  bakeTimeInMinutes: 0,
  ...configuration,
});

const view = (store: EcsStore, service: ServiceRecord, withTags: boolean) => ({
  ...serviceView(store, service, withTags),
  ...(isCodeDeploys(service) && {
    taskSets: store
      .taskSetsOf(service.arn)
      .map(set => taskSetView(store, service, set)),
  }),
});

export const serviceOperations: Operations<typeof sdk> = {
  CreateService(input, context) {
    const store = storeOf(context);
    const cluster = store.cluster(input.cluster);
    const arn = store.arn('service', cluster.name, input.serviceName!);
    checkHooks(input.deploymentConfiguration ?? {});
    if (store.services.get(arn)?.status === 'ACTIVE') {
      throw new AwsError(
        'InvalidParameterException',
        'Creation of service was not idempotent.',
      );
    }
    const service: ServiceRecord = {
      arn,
      name: input.serviceName!,
      cluster: cluster.name,
      clusterArn: cluster.arn,
      status: 'ACTIVE',
      desiredCount: input.desiredCount ?? 1,
      taskDefinition: activeDefinition(store, input.taskDefinition),
      createdAt: store.now(),
      createdBy: context.principal.arn,
      deploymentConfiguration: withDefaults(input.deploymentConfiguration),
      settings: pick(input),
      tags: tagRecord(input.tags),
      events: [],
    };
    if (isCodeDeploys(service)) firstTaskSet(context, store, service);
    else startDeployment(context.sandbox, store, service);
    return { service: view(store, service, true) };
  },

  UpdateService(input, context) {
    const store = storeOf(context);
    const service = store.service(input.service, input.cluster);
    const controller = service.settings.deploymentController?.type ?? 'ECS';
    if (
      controller !== 'ECS' &&
      (input.taskDefinition !== undefined || input.forceNewDeployment)
    ) {
      throw new AwsError(
        'InvalidParameterException',
        `Unable to update task definition on services with a ${controller} deployment controller.`,
      );
    }
    checkHooks(input.deploymentConfiguration ?? {});
    const wanted = pick(input);
    let deploys = input.forceNewDeployment === true;
    if (input.taskDefinition !== undefined) {
      const arn = activeDefinition(store, input.taskDefinition);
      deploys ||= arn !== service.taskDefinition;
      service.taskDefinition = arn;
    }
    deploys ||= DEPLOYING.some(
      key =>
        wanted[key] !== undefined &&
        JSON.stringify(wanted[key]) !== JSON.stringify(service.settings[key]),
    );
    service.settings = { ...service.settings, ...wanted };
    if (input.deploymentConfiguration) {
      service.deploymentConfiguration = {
        ...service.deploymentConfiguration,
        ...input.deploymentConfiguration,
      };
    }
    if (input.desiredCount !== undefined)
      service.desiredCount = input.desiredCount;
    if (deploys) {
      startDeployment(context.sandbox, store, service);
    } else {
      store.saveService(service);
      wake(context.sandbox, store.account, service.arn);
    }
    return { service: view(store, service, true) };
  },

  DescribeServices(input, context) {
    const store = storeOf(context);
    const cluster = (input.cluster ?? 'default').split('/').pop()!;
    if (!input.services!.some(name => name.startsWith('arn:')))
      store.cluster(input.cluster);
    const found = input.services!.map(
      name => [name, store.findService(name, input.cluster)] as const,
    );
    return {
      services: found.flatMap(([, service]) =>
        service
          ? [view(store, service, input.include?.includes('TAGS') ?? false)]
          : [],
      ),
      failures: found.flatMap(([name, service]) =>
        service
          ? []
          : [
              {
                arn: name.startsWith('arn:')
                  ? name
                  : store.arn('service', cluster, name),
                reason: 'MISSING',
              },
            ],
      ),
    };
  },

  ListServices(input, context) {
    const store = storeOf(context);
    const cluster = store.cluster(input.cluster);
    const all = store.services
      .values()
      .filter(
        service =>
          service.cluster === cluster.name && service.status === 'ACTIVE',
      );
    const { items, next } = page(all, input.nextToken, input.maxResults ?? 10);
    return { serviceArns: items.map(service => service.arn), nextToken: next };
  },

  DeleteService(input, context) {
    const store = storeOf(context);
    const service = store.service(input.service, input.cluster);
    if (service.desiredCount > 0 && !input.force) {
      throw new AwsError(
        'InvalidParameterException',
        'The service cannot be stopped while it is scaled above 0.',
      );
    }
    const gone: ServiceRecord = {
      ...service,
      status: 'DRAINING',
      deletedAt: store.now(),
      desiredCount: 0,
    };
    store.saveService(gone);
    wake(context.sandbox, store.account, service.arn);
    return { service: view(store, gone, true) };
  },
};
