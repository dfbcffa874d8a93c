import {
  ContinueServiceDeploymentCommand,
  DeploymentConfiguration,
  ECSClient,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { AwsClients, requestIdOf, withAwsErrors } from '@careplane/aws-node';
import type {
  WriteContext,
  WriteResult,
} from '@careplane/backstage-plugin-release-node';
import { allow, releaseSession } from '../lib/sessions';
import type { ServiceArn } from './EcsReader';

/** Writes to one ECS service, each with a session cut to it. */
export class EcsWriter {
  constructor(
    private readonly clients: AwsClients,
    private readonly service: ServiceArn,
    private readonly arn: string,
    private readonly write: WriteContext,
  ) {}

  /**
   * Has ECS end a deployment and go back by itself. ABORT is never sent: AWS
   * documents ROLLBACK only (INV-23).
   *
   * @throws ConflictError for a deployment that is over.
   */
  async stop(serviceDeploymentArn: string): Promise<WriteResult> {
    const client = this.client(
      'ecs:StopServiceDeployment',
      serviceDeploymentArn,
    );
    const done = await this.call('StopServiceDeployment', () =>
      client.send(
        new StopServiceDeploymentCommand({
          serviceDeploymentArn,
          stopType: 'ROLLBACK',
        }),
      ),
    );
    return {
      requestId: requestIdOf(done),
      deploymentArn: serviceDeploymentArn,
    };
  }

  /** Answers a PAUSE hook. AWS takes a missing action for CONTINUE (INV-26). */
  async answer(
    serviceDeploymentArn: string,
    hookId: string,
    action: 'CONTINUE' | 'ROLLBACK',
  ): Promise<WriteResult> {
    const client = this.client(
      'ecs:ContinueServiceDeployment',
      serviceDeploymentArn,
    );
    const done = await this.call('ContinueServiceDeployment', () =>
      client.send(
        new ContinueServiceDeploymentCommand({
          serviceDeploymentArn,
          hookId,
          action,
        }),
      ),
    );
    return {
      requestId: requestIdOf(done),
      deploymentArn: serviceDeploymentArn,
    };
  }

  /** Without desiredCount, which auto scaling owns (INV-22). */
  async update(change: {
    taskDefinition?: string;
    deploymentConfiguration?: DeploymentConfiguration;
  }): Promise<WriteResult> {
    const { cluster, service } = this.service;
    const client = this.client('ecs:UpdateService', this.arn);
    const done = await this.call('UpdateService', () =>
      client.send(new UpdateServiceCommand({ cluster, service, ...change })),
    );
    return { requestId: requestIdOf(done) };
  }

  private client(action: string, resource: string): ECSClient {
    return this.clients.write(
      ECSClient,
      this.service,
      releaseSession(
        this.write,
        allow({ actions: [action], resources: [resource] }),
      ),
    );
  }

  private call<T>(operation: string, run: () => Promise<T>): Promise<T> {
    const { accountId, region, service } = this.service;
    return withAwsErrors(
      {
        service: 'ecs',
        operation,
        accountId,
        region,
        role: 'release',
        resource: `service ${service}`,
      },
      run,
    );
  }
}
