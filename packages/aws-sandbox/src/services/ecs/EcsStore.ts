import { AwsError, type Sandbox } from '../../core';
import type {
  ClusterRecord,
  DeploymentRecord,
  RevisionRecord,
  ServiceRecord,
  TaskDefinitionRecord,
  TaskRecord,
  TaskSetRecord,
} from './model';

const STOPPED_TASKS_KEPT = 20;

/** Everything ECS keeps of one account. */
export class EcsStore {
  readonly region = 'us-east-1';

  constructor(private readonly sandbox: Sandbox, readonly account: string) {}

  private collection<T>(name: string) {
    return this.sandbox.store<T>('ecs', this.account, name);
  }
  get clusters() {
    return this.collection<ClusterRecord>('clusters');
  }
  get definitions() {
    return this.collection<TaskDefinitionRecord>('taskDefinitions');
  }
  get services() {
    return this.collection<ServiceRecord>('services');
  }
  get revisions() {
    return this.collection<RevisionRecord>('revisions');
  }
  get deployments() {
    return this.collection<DeploymentRecord>('deployments');
  }
  get taskSets() {
    return this.collection<TaskSetRecord>('taskSets');
  }
  get tasks() {
    return this.collection<TaskRecord>('tasks');
  }

  arn(kind: string, ...parts: string[]): string {
    return `arn:aws:ecs:${this.region}:${this.account}:${kind}/${parts.join(
      '/',
    )}`;
  }

  now(): string {
    return this.sandbox.clock.now().toISOString();
  }

  /** @throws AwsError ClusterNotFoundException */
  cluster(nameOrArn: string | undefined): ClusterRecord {
    const cluster = this.clusters.get(
      (nameOrArn ?? 'default').split('/').pop()!,
    );
    if (!cluster)
      throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
    return cluster;
  }

  findService(
    nameOrArn: string | undefined,
    cluster: string | undefined,
  ): ServiceRecord | undefined {
    if (!nameOrArn) return undefined;
    const parts = nameOrArn.split('/');
    const clusterName =
      nameOrArn.startsWith('arn:') && parts.length === 3
        ? parts[1]
        : (cluster ?? 'default').split('/').pop()!;
    return this.services.get(this.arn('service', clusterName, parts.at(-1)!));
  }

  /** @throws AwsError ServiceNotFoundException, ServiceNotActiveException */
  service(
    nameOrArn: string | undefined,
    cluster: string | undefined,
  ): ServiceRecord {
    const service = this.findService(nameOrArn, cluster);
    if (!service) {
      if (!nameOrArn?.startsWith('arn:')) this.cluster(cluster);
      throw new AwsError('ServiceNotFoundException', 'Service not found.');
    }
    if (service.status !== 'ACTIVE')
      throw new AwsError(
        'ServiceNotActiveException',
        'Service was not ACTIVE.',
      );
    return service;
  }

  /** By ARN, `family:revision` or `family` (its latest ACTIVE). */
  findDefinition(
    reference: string | undefined,
  ): TaskDefinitionRecord | undefined {
    const name = reference?.split('/').pop() ?? '';
    if (name.includes(':')) return this.definitions.get(name);
    return this.definitions
      .values()
      .filter(item => item.family === name && item.status === 'ACTIVE')
      .sort((a, b) => b.revision - a.revision)[0];
  }

  /** Newest first. */
  deploymentsOf(serviceArn: string): DeploymentRecord[] {
    return this.deployments
      .values()
      .filter(item => item.serviceArn === serviceArn)
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  }

  /** The primary first. */
  taskSetsOf(serviceArn: string): TaskSetRecord[] {
    return this.taskSets
      .values()
      .filter(item => item.serviceArn === serviceArn)
      .sort((a, b) => b.status.localeCompare(a.status));
  }

  tasksOf(serviceArn: string): TaskRecord[] {
    return this.tasks.values().filter(task => task.serviceArn === serviceArn);
  }

  saveService(service: ServiceRecord): void {
    this.services.set(service.arn, service);
  }

  event(service: ServiceRecord, message: string): void {
    service.events = [
      {
        id: `${Date.now().toString(36)}-${service.events.length}`,
        at: this.now(),
        message: `(service ${service.name}) ${message}`,
      },
      ...service.events,
    ].slice(0, 100);
  }

  /** Tells EventBridge of a deployment, in the words of its event names. */
  tell(deployment: DeploymentRecord, eventName: string, reason: string): void {
    this.sandbox.events.emit({
      account: this.account,
      source: 'aws.ecs',
      detailType: 'ECS Deployment State Change',
      resources: [deployment.serviceArn],
      detail: {
        eventType: eventName.endsWith('FAILED') ? 'ERROR' : 'INFO',
        eventName,
        deploymentId: deployment.id,
        updatedAt: this.now(),
        reason,
      },
    });
  }

  /** Keeps the newest stopped tasks of a service only, as AWS keeps them an hour. */
  prune(serviceArn: string): void {
    this.tasksOf(serviceArn)
      .filter(task => task.status === 'STOPPED')
      .sort((a, b) => (b.stoppedAt ?? '').localeCompare(a.stoppedAt ?? ''))
      .slice(STOPPED_TASKS_KEPT)
      .forEach(task => this.tasks.delete(task.arn));
  }
}
