import * as sdk from '@aws-sdk/client-ecs';
import type { LoadBalancer, TaskSet } from '@aws-sdk/client-ecs';
import { AwsError, type CallContext, type Operations } from '../../core';
import { newId, newRevision } from './deploy';
import type { EcsStore } from './EcsStore';
import { isCodeDeploys, type ServiceRecord, type TaskSetRecord } from './model';
import { client, needDefinition, storeOf } from './operations';
import { wake } from './runtime';
import { count } from './views';

/** A task set of the service, not saved yet. */
function newTaskSet(
  store: EcsStore,
  service: ServiceRecord,
  made: {
    taskDefinition: string;
    status: TaskSetRecord['status'];
    startedBy: string;
    externalId?: string;
    loadBalancers?: LoadBalancer[];
  },
): TaskSetRecord {
  const at = store.now();
  const number = newId(19);
  return {
    ...made,
    id: `ecs-svc/${number}`,
    arn: store.arn(
      'task-set',
      service.cluster,
      service.name,
      `ecs-svc/${number}`,
    ),
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    revision: newRevision(store, service, at, made.taskDefinition).arn,
    createdAt: at,
    updatedAt: at,
  };
}

/** The first task set of a service that CodeDeploy deploys. */
export function firstTaskSet(
  context: CallContext,
  store: EcsStore,
  service: ServiceRecord,
): void {
  const made = newTaskSet(store, service, {
    taskDefinition: service.taskDefinition,
    status: 'PRIMARY',
    startedBy: context.principal.arn,
    loadBalancers: service.settings.loadBalancers,
  });
  store.taskSets.set(made.arn, made);
  store.saveService(service);
  wake(context.sandbox, store.account, service.arn);
}

export function taskSetView(
  store: EcsStore,
  service: ServiceRecord,
  set: TaskSetRecord,
): TaskSet {
  const tasks = store
    .tasksOf(service.arn)
    .filter(task => task.revision === set.revision);
  const running = count(tasks, 'RUNNING');
  const pending = count(tasks, 'PENDING');
  return {
    id: set.id,
    taskSetArn: set.arn,
    serviceArn: set.serviceArn,
    clusterArn: set.clusterArn,
    startedBy: set.startedBy,
    externalId: set.externalId,
    status: set.status,
    taskDefinition: set.taskDefinition,
    computedDesiredCount: service.desiredCount,
    runningCount: running,
    pendingCount: pending,
    createdAt: new Date(set.createdAt),
    updatedAt: new Date(set.updatedAt),
    launchType: service.settings.launchType,
    loadBalancers: set.loadBalancers,
    scale: { value: 100, unit: 'PERCENT' },
    stabilityStatus:
      running === service.desiredCount && pending === 0
        ? 'STEADY_STATE'
        : 'STABILIZING',
  };
}

/**
 * The service, where the caller may change its task sets: of those under the
 * CODE_DEPLOY controller only CodeDeploy may.
 */
function controlled(
  input: { service?: string; cluster?: string },
  context: CallContext,
): { store: EcsStore; service: ServiceRecord } {
  const store = storeOf(context);
  const service = store.service(input.service, input.cluster);
  const byCodeDeploy =
    context.principal.invokedBy === 'codedeploy.amazonaws.com';
  if (!isCodeDeploys(service) || !byCodeDeploy) {
    const type = service.settings.deploymentController?.type ?? 'ECS';
    throw new AwsError(
      'InvalidParameterException',
      `Task sets cannot be changed on services with a ${type} deployment controller.`,
    );
  }
  return { store, service };
}

function needTaskSet(
  store: EcsStore,
  service: ServiceRecord,
  id: string | undefined,
): TaskSetRecord {
  const found = store
    .taskSetsOf(service.arn)
    .find(set => set.id === id || set.arn === id);
  if (!found) {
    throw new AwsError(
      'TaskSetNotFoundException',
      'The specified task set was not found.',
    );
  }
  return found;
}

export const taskSetOperations: Operations<typeof sdk> = {
  CreateTaskSet(input, context) {
    const { store, service } = controlled(input, context);
    const definition = needDefinition(store, input.taskDefinition);
    if (definition.status === 'INACTIVE') {
      throw client('TaskDefinition is inactive');
    }
    const made = newTaskSet(store, service, {
      taskDefinition: definition.arn,
      status: 'ACTIVE',
      startedBy: 'CODE_DEPLOY',
      externalId: input.externalId,
      loadBalancers: input.loadBalancers,
    });
    store.taskSets.set(made.arn, made);
    wake(context.sandbox, store.account, service.arn);
    return { taskSet: taskSetView(store, service, made) };
  },

  DescribeTaskSets(input, context) {
    const store = storeOf(context);
    const service = store.service(input.service, input.cluster);
    const all = store.taskSetsOf(service.arn);
    const wanted = input.taskSets ?? all.map(set => set.id);
    const found = wanted.map(
      id => [id, all.find(set => set.id === id || set.arn === id)] as const,
    );
    return {
      taskSets: found.flatMap(([, set]) =>
        set ? [taskSetView(store, service, set)] : [],
      ),
      failures: found.flatMap(([arn, set]) =>
        set ? [] : [{ arn, reason: 'MISSING' }],
      ),
    };
  },

  UpdateServicePrimaryTaskSet(input, context) {
    const { store, service } = controlled(input, context);
    const primary = needTaskSet(store, service, input.primaryTaskSet);
    for (const set of store.taskSetsOf(service.arn)) {
      const status = set.arn === primary.arn ? 'PRIMARY' : 'ACTIVE';
      store.taskSets.set(set.arn, {
        ...set,
        status,
        updatedAt: store.now(),
      });
    }
    service.taskDefinition = primary.taskDefinition;
    service.currentRevision = primary.revision;
    store.event(service, `updated primary task set to ${primary.id}.`);
    store.saveService(service);
    const now = needTaskSet(store, service, primary.id);
    return { taskSet: taskSetView(store, service, now) };
  },

  DeleteTaskSet(input, context) {
    const { store, service } = controlled(input, context);
    const set = needTaskSet(store, service, input.taskSet);
    if (set.status === 'PRIMARY') {
      throw new AwsError(
        'InvalidParameterException',
        'The primary task set cannot be deleted.',
      );
    }
    store.taskSets.delete(set.arn);
    wake(context.sandbox, store.account, service.arn);
    return { taskSet: taskSetView(store, service, set) };
  },
};
