import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  Service,
  ServiceDeployment,
  ServiceDeploymentBrief,
  ServiceRevision,
  Task,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { NotFoundError } from '@backstage/errors';
import type { ResourceArnOf } from '@careplane/aws-common';
import {
  AwsClients,
  awsErrorCode,
  Lane,
  withAwsErrors,
} from '@careplane/aws-node';

export type ServiceArn = ResourceArnOf<'ecs-service'>;

/** Reads of one ECS service, errors mapped, pages and batches hidden. */
export class EcsReader {
  private readonly client: ECSClient;

  constructor(
    clients: AwsClients,
    private readonly service: ServiceArn,
    lane: Lane = 'normal',
  ) {
    this.client = clients.read(ECSClient, service, { lane });
  }

  /** @throws NotFoundError when the service is missing or was deleted. */
  async describe(): Promise<Service> {
    const { cluster, service } = this.service;
    const answer = await this.call('DescribeServices', () =>
      this.client.send(
        new DescribeServicesCommand({ cluster, services: [service] }),
      ),
    );
    const found = answer.services?.[0];
    if (!found || found.status === 'INACTIVE') {
      throw new NotFoundError(
        `Service ${service} of cluster ${cluster} does not exist in account ${this.service.accountId}.`,
      );
    }
    return found;
  }

  /** Newest first. `all` reads the 90 days that AWS keeps (INV-25). */
  async deployments(all = false): Promise<ServiceDeploymentBrief[]> {
    const found: ServiceDeploymentBrief[] = [];
    let nextToken: string | undefined;
    do {
      const token = nextToken;
      const answer = await this.call('ListServiceDeployments', () =>
        this.client.send(
          new ListServiceDeploymentsCommand({
            cluster: this.service.cluster,
            service: this.service.service,
            maxResults: 100,
            nextToken: token,
          }),
        ),
      );
      found.push(...(answer.serviceDeployments ?? []));
      nextToken = all && found.length < 1000 ? answer.nextToken : undefined;
    } while (nextToken);
    const time = (d: ServiceDeploymentBrief) => d.createdAt?.getTime() ?? 0;
    return found.sort((a, b) => time(b) - time(a));
  }

  async deployment(arn: string): Promise<ServiceDeployment | undefined> {
    const answer = await this.call('DescribeServiceDeployments', () =>
      this.client.send(
        new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
      ),
    );
    return answer.serviceDeployments?.[0];
  }

  /** By ARN; AWS takes twenty in a call. */
  async revisions(arns: string[]): Promise<Map<string, ServiceRevision>> {
    const unique = [...new Set(arns)];
    const found = new Map<string, ServiceRevision>();
    for (let i = 0; i < unique.length; i += 20) {
      const answer = await this.call('DescribeServiceRevisions', () =>
        this.client.send(
          new DescribeServiceRevisionsCommand({
            serviceRevisionArns: unique.slice(i, i + 20),
          }),
        ),
      );
      for (const revision of answer.serviceRevisions ?? []) {
        if (revision.serviceRevisionArn) {
          found.set(revision.serviceRevisionArn, revision);
        }
      }
    }
    return found;
  }

  /** All running tasks, since each proves its digest; of stopped ones the first 100. */
  async tasks(desiredStatus: 'RUNNING' | 'STOPPED'): Promise<Task[]> {
    const { cluster, service: serviceName } = this.service;
    const found: Task[] = [];
    let nextToken: string | undefined;
    do {
      const token = nextToken;
      const list = await this.call('ListTasks', () =>
        this.client.send(
          new ListTasksCommand({
            cluster,
            serviceName,
            desiredStatus,
            nextToken: token,
          }),
        ),
      );
      const tasks = list.taskArns ?? [];
      if (!tasks.length) break;
      const answer = await this.call('DescribeTasks', () =>
        this.client.send(new DescribeTasksCommand({ cluster, tasks })),
      );
      found.push(...(answer.tasks ?? []));
      nextToken = desiredStatus === 'RUNNING' ? list.nextToken : undefined;
    } while (nextToken);
    return found;
  }

  /** @throws NotFoundError when it was deleted. */
  async taskDefinition(arn: string): Promise<TaskDefinition> {
    const answer = await this.call(
      'DescribeTaskDefinition',
      () =>
        this.client
          .send(new DescribeTaskDefinitionCommand({ taskDefinition: arn }))
          .catch(error => {
            // ECS has no other word for one that was deleted.
            if (awsErrorCode(error) !== 'ClientException') throw error;
            throw new NotFoundError(
              `Task definition ${arn.split('/').pop()} does not exist.`,
            );
          }),
      `task definition ${arn.split('/').pop()}`,
    );
    if (!answer.taskDefinition) {
      throw new NotFoundError(`Task definition ${arn} does not exist.`);
    }
    return answer.taskDefinition;
  }

  private call<T>(
    operation: string,
    run: () => Promise<T>,
    resource = `service ${this.service.service}`,
  ): Promise<T> {
    const { accountId, region } = this.service;
    return withAwsErrors(
      { service: 'ecs', operation, accountId, region, resource },
      run,
    );
  }
}
