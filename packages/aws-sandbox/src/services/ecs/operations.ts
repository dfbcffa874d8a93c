import * as sdk from '@aws-sdk/client-ecs';
import { AwsError, type CallContext, type Operations } from '../../core';
import { page } from '../paging';
import { EcsStore } from './EcsStore';
import type { ClusterRecord, TaskDefinitionRecord } from './model';
import {
  clusterView,
  definitionView,
  tagList,
  tagRecord,
  taskView,
} from './views';

export const storeOf = (context: CallContext): EcsStore =>
  new EcsStore(context.sandbox, context.account);
export const client = (message: string): AwsError =>
  new AwsError('ClientException', message);
const missing = (arn: string) => ({ arn, reason: 'MISSING' });

/** @throws AwsError ClientException as AWS words it. */
export function needDefinition(
  store: EcsStore,
  reference: string | undefined,
): TaskDefinitionRecord {
  const found = store.findDefinition(reference);
  if (!found) throw client('Unable to describe task definition.');
  return found;
}

/** The holder of tags behind an ARN, and how to save it. */
function tagged(
  store: EcsStore,
  arn: string | undefined,
): { tags: Record<string, string>; save(tags: Record<string, string>): void } {
  const cluster = store.clusters.values().find(item => item.arn === arn);
  if (cluster)
    return {
      tags: cluster.tags,
      save: tags => store.clusters.set(cluster.name, { ...cluster, tags }),
    };
  const service = store.services.get(arn ?? '');
  if (service)
    return {
      tags: service.tags,
      save: tags => store.saveService({ ...service, tags }),
    };
  const definition = store.definitions.values().find(item => item.arn === arn);
  if (definition) {
    return {
      tags: definition.tags,
      save: tags =>
        store.definitions.set(`${definition.family}:${definition.revision}`, {
          ...definition,
          tags,
        }),
    };
  }
  throw new AwsError(
    'InvalidParameterException',
    `The specified resource is not found: ${arn}`,
  );
}

export const clusterOperations: Operations<typeof sdk> = {
  CreateCluster(input, context) {
    const store = storeOf(context);
    const name = input.clusterName ?? 'default';
    const cluster: ClusterRecord = store.clusters.get(name) ?? {
      name,
      arn: store.arn('cluster', name),
      tags: tagRecord(input.tags),
      settings: input.settings ?? [
        { name: 'containerInsights', value: 'disabled' },
      ],
    };
    store.clusters.set(name, cluster);
    return { cluster: clusterView(store, cluster) };
  },

  DescribeClusters(input, context) {
    const store = storeOf(context);
    const names = input.clusters?.length ? input.clusters : ['default'];
    const found = names.map(
      name => [name, store.clusters.get(name.split('/').pop()!)] as const,
    );
    return {
      clusters: found.flatMap(([, cluster]) =>
        cluster ? [clusterView(store, cluster)] : [],
      ),
      failures: found.flatMap(([name, cluster]) =>
        cluster
          ? []
          : [
              missing(
                name.startsWith('arn:') ? name : store.arn('cluster', name),
              ),
            ],
      ),
    };
  },

  ListClusters(input, context) {
    const { items, next } = page(
      storeOf(context).clusters.values(),
      input.nextToken,
      input.maxResults,
    );
    return { clusterArns: items.map(cluster => cluster.arn), nextToken: next };
  },

  DeleteCluster(input, context) {
    const store = storeOf(context);
    const cluster = store.cluster(input.cluster);
    if (
      store.services
        .values()
        .some(
          service =>
            service.cluster === cluster.name && service.status === 'ACTIVE',
        )
    ) {
      throw new AwsError(
        'ClusterContainsServicesException',
        'The Cluster cannot be deleted while Services are active.',
      );
    }
    store.clusters.delete(cluster.name);
    return { cluster: { ...clusterView(store, cluster), status: 'INACTIVE' } };
  },

  RegisterTaskDefinition(input, context) {
    const store = storeOf(context);
    const family = input.family!;
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(family))
      throw client('Family contains invalid characters.');
    if (input.containerDefinitions!.length === 0)
      throw client('Container list cannot be empty.');
    for (const container of input.containerDefinitions!) {
      if (!container.name || !container.image)
        throw client('Container.image should not be null or empty.');
    }
    const revision =
      1 +
      Math.max(
        0,
        ...store.definitions
          .values()
          .filter(item => item.family === family)
          .map(item => item.revision),
      );
    const record: TaskDefinitionRecord = {
      family,
      revision,
      arn: store.arn('task-definition', `${family}:${revision}`),
      status: 'ACTIVE',
      registeredAt: store.now(),
      registeredBy: context.principal.arn,
      tags: tagRecord(input.tags),
      definition: input as TaskDefinitionRecord['definition'],
    };
    store.definitions.set(`${family}:${revision}`, record);
    return {
      taskDefinition: definitionView(record),
      tags: tagList(record.tags),
    };
  },

  DescribeTaskDefinition(input, context) {
    const record = needDefinition(storeOf(context), input.taskDefinition);
    return {
      taskDefinition: definitionView(record),
      tags: input.include?.includes('TAGS') ? tagList(record.tags) : undefined,
    };
  },

  ListTaskDefinitions(input, context) {
    const all = storeOf(context)
      .definitions.values()
      .filter(
        item =>
          item.status === (input.status ?? 'ACTIVE') &&
          (!input.familyPrefix || item.family === input.familyPrefix),
      )
      .sort(
        (a, b) => a.family.localeCompare(b.family) || a.revision - b.revision,
      );
    if (input.sort === 'DESC') all.reverse();
    const { items, next } = page(all, input.nextToken, input.maxResults);
    return { taskDefinitionArns: items.map(item => item.arn), nextToken: next };
  },

  DeregisterTaskDefinition(input, context) {
    const store = storeOf(context);
    if (!input.taskDefinition!.split('/').pop()!.includes(':'))
      throw client('Task definition must include a revision.');
    const record = needDefinition(store, input.taskDefinition);
    const gone: TaskDefinitionRecord = {
      ...record,
      status: 'INACTIVE',
      deregisteredAt: store.now(),
    };
    store.definitions.set(`${record.family}:${record.revision}`, gone);
    return { taskDefinition: definitionView(gone) };
  },

  ListTasks(input, context) {
    const store = storeOf(context);
    const cluster = store.cluster(input.cluster);
    const stopped = input.desiredStatus === 'STOPPED';
    const service = input.serviceName
      ? store.findService(input.serviceName, input.cluster)
      : undefined;
    if (input.serviceName && !service)
      throw new AwsError('ServiceNotFoundException', 'Service not found.');
    const all = store.tasks
      .values()
      .filter(
        task =>
          task.clusterArn === cluster.arn &&
          (task.status === 'STOPPED') === stopped &&
          (!service || task.serviceArn === service.arn) &&
          (!input.family ||
            task.taskDefinition
              .split('/')
              .pop()!
              .startsWith(`${input.family}:`)) &&
          (!input.startedBy || task.deploymentId === input.startedBy),
      );
    const { items, next } = page(all, input.nextToken, input.maxResults);
    return { taskArns: items.map(task => task.arn), nextToken: next };
  },

  DescribeTasks(input, context) {
    const store = storeOf(context);
    const cluster = store.cluster(input.cluster);
    const found = input.tasks!.map(reference => {
      const arn = reference.startsWith('arn:')
        ? reference
        : store.arn('task', cluster.name, reference);
      return [arn, store.tasks.get(arn)] as const;
    });
    return {
      tasks: found.flatMap(([, task]) => (task ? [taskView(store, task)] : [])),
      failures: found.flatMap(([arn, task]) => (task ? [] : [missing(arn)])),
    };
  },

  TagResource(input, context) {
    const holder = tagged(storeOf(context), input.resourceArn);
    holder.save({ ...holder.tags, ...tagRecord(input.tags) });
    return {};
  },

  UntagResource(input, context) {
    const holder = tagged(storeOf(context), input.resourceArn);
    holder.save(
      Object.fromEntries(
        Object.entries(holder.tags).filter(
          ([key]) => !input.tagKeys!.includes(key),
        ),
      ),
    );
    return {};
  },

  ListTagsForResource(input, context) {
    return { tags: tagList(tagged(storeOf(context), input.resourceArn).tags) };
  },
};
