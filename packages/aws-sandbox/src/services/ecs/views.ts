import type {
  Cluster,
  Compatibility,
  Deployment,
  Service,
  ServiceRevision,
  Tag,
  Task,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { EcsStore } from './EcsStore';
import {
  isOver,
  type ClusterRecord,
  type DeploymentRecord,
  type RevisionRecord,
  type ServiceRecord,
  type TaskDefinitionRecord,
  type TaskRecord,
} from './model';

export const date = (text: string | undefined) =>
  text ? new Date(text) : undefined;
export const tagList = (tags: Record<string, string>): Tag[] =>
  Object.entries(tags).map(([key, value]) => ({ key, value }));
export const tagRecord = (tags: Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(tag => [tag.key ?? '', tag.value ?? '']));

export const clusterView = (
  store: EcsStore,
  cluster: ClusterRecord,
): Cluster => ({
  clusterArn: cluster.arn,
  clusterName: cluster.name,
  status: 'ACTIVE',
  activeServicesCount: store.services
    .values()
    .filter(item => item.cluster === cluster.name && item.status === 'ACTIVE')
    .length,
  runningTasksCount: store.tasks
    .values()
    .filter(
      task => task.clusterArn === cluster.arn && task.status === 'RUNNING',
    ).length,
  pendingTasksCount: store.tasks
    .values()
    .filter(
      task => task.clusterArn === cluster.arn && task.status === 'PENDING',
    ).length,
  registeredContainerInstancesCount: 0,
  settings: cluster.settings as Cluster['settings'],
  tags: tagList(cluster.tags),
});

/**
 * Which kinds of capacity could run it, asked for or not: Fargate takes network
 * mode awsvpc with the task's own CPU and memory.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html
 */
function compatibilitiesOf({
  networkMode,
  cpu,
  memory,
}: TaskDefinitionRecord['definition']): Compatibility[] {
  const isForFargate = networkMode === 'awsvpc' && cpu && memory;
  return isForFargate ? ['EC2', 'FARGATE'] : ['EC2'];
}

export function definitionView(record: TaskDefinitionRecord): TaskDefinition {
  const { tags: _tags, ...definition } = record.definition;
  return {
    ...definition,
    containerDefinitions: definition.containerDefinitions?.map(container => ({
      cpu: 0,
      ...container,
    })),
    taskDefinitionArn: record.arn,
    revision: record.revision,
    status: record.status,
    registeredAt: new Date(record.registeredAt),
    registeredBy: record.registeredBy,
    deregisteredAt: date(record.deregisteredAt),
    compatibilities: compatibilitiesOf(record.definition),
  };
}

export const count = (tasks: TaskRecord[], status: TaskRecord['status']) =>
  tasks.filter(task => task.status === status).length;

function deploymentViews(
  store: EcsStore,
  service: ServiceRecord,
  tasks: TaskRecord[],
): Deployment[] {
  const newest = service.deployment
    ? store.deployments.get(service.deployment)
    : undefined;
  if (!newest) return [];
  const view = (
    deployment: DeploymentRecord,
    revisionArn: string,
    status: string,
    rolloutState: Deployment['rolloutState'],
    reason: string,
  ): Deployment => {
    const own = tasks.filter(task => task.revision === revisionArn);
    return {
      id: deployment.id,
      status,
      taskDefinition: store.revisions.get(revisionArn)?.taskDefinition,
      desiredCount: service.desiredCount,
      runningCount: count(own, 'RUNNING'),
      pendingCount: count(own, 'PENDING'),
      failedTasks: deployment.failures,
      createdAt: new Date(deployment.createdAt),
      updatedAt: new Date(deployment.updatedAt),
      launchType: service.settings.launchType,
      rolloutState,
      rolloutStateReason: reason,
    };
  };
  const back =
    newest.status.startsWith('ROLLBACK') &&
    newest.status !== 'ROLLBACK_FAILED' &&
    newest.source;
  if (isOver(newest)) {
    const failed =
      newest.status === 'STOPPED' || newest.status === 'ROLLBACK_FAILED';
    const shown = back ? newest.source! : newest.target;
    return [
      view(
        newest,
        shown,
        'PRIMARY',
        failed ? 'FAILED' : 'COMPLETED',
        failed
          ? newest.statusReason ?? ''
          : `ECS deployment ${newest.id} completed.`,
      ),
    ];
  }
  const primary = view(
    newest,
    back ? newest.source! : newest.target,
    'PRIMARY',
    'IN_PROGRESS',
    newest.statusReason ?? `ECS deployment ${newest.id} in progress.`,
  );
  const other = back ? newest.target : newest.source;
  const earlier =
    store.deploymentsOf(service.arn).find(item => item.target === other) ??
    newest;
  return other
    ? [
        primary,
        view(
          earlier,
          other,
          'ACTIVE',
          back ? 'FAILED' : 'COMPLETED',
          `ECS deployment ${earlier.id} completed.`,
        ),
      ]
    : [primary];
}

export function serviceView(
  store: EcsStore,
  service: ServiceRecord,
  withTags: boolean,
): Service {
  const tasks = store.tasksOf(service.arn);
  return {
    ...service.settings,
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.clusterArn,
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: count(tasks, 'RUNNING'),
    pendingCount: count(tasks, 'PENDING'),
    taskDefinition: service.taskDefinition,
    deploymentConfiguration: service.deploymentConfiguration,
    deploymentController: service.settings.deploymentController ?? {
      type: 'ECS',
    },
    currentServiceDeployment: service.deployment,
    deployments:
      service.status === 'INACTIVE'
        ? []
        : deploymentViews(store, service, tasks),
    events: service.events.map(event => ({
      id: event.id,
      createdAt: new Date(event.at),
      message: event.message,
    })),
    createdAt: new Date(service.createdAt),
    createdBy: service.createdBy,
    tags: withTags ? tagList(service.tags) : undefined,
  };
}

export const revisionView = (revision: RevisionRecord): ServiceRevision => ({
  serviceRevisionArn: revision.arn,
  serviceArn: revision.serviceArn,
  clusterArn: revision.clusterArn,
  taskDefinition: revision.taskDefinition,
  launchType: revision.launchType as ServiceRevision['launchType'],
  containerImages: revision.images,
  createdAt: new Date(revision.createdAt),
});

/** Attribute that says why no process stands behind a task. */
const NOT_RUN = 'careplane.dev/sandbox-not-run';

export function taskView(store: EcsStore, task: TaskRecord): Task {
  const notRun = task.containers.every(item => item.notRun)
    ? task.containers.map(item => `${item.name}: ${item.notRun}`).join('; ')
    : undefined;
  const id = task.arn.split('/').pop()!;
  const service = store.services.get(task.serviceArn);
  return {
    taskArn: task.arn,
    clusterArn: task.clusterArn,
    taskDefinitionArn: task.taskDefinition,
    group: `service:${service?.name ?? ''}`,
    startedBy: task.deploymentId,
    launchType: service?.settings.launchType ?? 'FARGATE',
    createdAt: new Date(task.createdAt),
    startedAt: date(task.startedAt),
    stoppedAt: date(task.stoppedAt),
    lastStatus: task.status,
    desiredStatus: task.status === 'STOPPED' ? 'STOPPED' : 'RUNNING',
    healthStatus: task.health,
    stoppedReason: task.stoppedReason,
    stopCode: task.stopCode as Task['stopCode'],
    attributes: notRun ? [{ name: NOT_RUN, value: notRun }] : [],
    containers: task.containers.map(container => ({
      containerArn: store.arn('container', id, container.name),
      taskArn: task.arn,
      name: container.name,
      image: container.image,
      imageDigest: container.imageDigest,
      lastStatus: task.status,
      exitCode: container.exitCode,
      reason: container.notRun,
      healthStatus: container.notRun ? 'UNKNOWN' : task.health,
      networkBindings: container.hostPort
        ? [
            {
              bindIP: '127.0.0.1',
              hostPort: container.hostPort,
              containerPort: container.containerPort,
              protocol: 'tcp' as const,
            },
          ]
        : [],
    })),
  };
}
