import {
  DeploymentConfiguration,
  ECSClient,
  Service,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import { parseArnOf } from '@careplane/aws-common';
import { AwsClients, requestIdOf, withAwsErrors } from '@careplane/aws-node';
import type { Revision } from '@careplane/backstage-plugin-release-common';
import type {
  ObservedTarget,
  TargetDriver,
  TargetRef,
  WriteContext,
  WriteResult,
} from '@careplane/backstage-plugin-release-node';
import { Check, check, fail, pass } from '../lib/checks';
import { TargetTrail } from '../lib/TargetTrail';
import { allow, releaseSession } from '../lib/sessions';
import { atOnce } from './configuration';
import { EcsReader, ServiceArn } from './EcsReader';
import { serviceHistory } from './history';
import { imageChecks } from './images';
import { deploymentStatus, digestsOf, revisionOf, whyNotRun } from './observe';

const serviceOf = (target: TargetRef): ServiceArn =>
  parseArnOf(target.arn, 'ecs-service');

/** Deploys task definitions to an ECS service with ECS's own deployments. */
export class EcsServiceDriver implements TargetDriver {
  readonly kind = 'ecs-service' as const;

  constructor(
    private readonly clients: AwsClients,
    private readonly trail = new TargetTrail(clients),
  ) {}

  async supports(target: TargetRef) {
    const service = await this.reader(target).describe();
    const strategy = service.deploymentConfiguration?.strategy ?? 'ROLLING';
    return {
      canary: {
        allowed: false,
        reason: `ECS carries traffic by the strategy of the service itself, which is ${strategy}.`,
      },
    };
  }

  async observe(
    target: TargetRef,
    options: { rollback?: boolean; deploymentArn?: string } = {},
  ): Promise<ObservedTarget> {
    const reader = this.reader(target, options.rollback);
    let service: Service;
    try {
      service = await reader.describe();
    } catch (error) {
      if (error instanceof NotFoundError) return { exists: false };
      throw error;
    }
    const primary =
      service.deployments?.find(d => d.status === 'PRIMARY')?.taskDefinition ??
      service.taskDefinition;
    const deployment = await this.deployment(reader, options.deploymentArn);
    const tasks = await reader.tasks('RUNNING');
    const desired = service.desiredCount ?? 0;
    const running = service.runningCount ?? 0;
    return {
      exists: true,
      ...(primary && {
        stable: revisionOf(primary, await reader.taskDefinition(primary)),
      }),
      ...(deployment && { deployment }),
      deploymentConfiguration: { ...service.deploymentConfiguration },
      tasks: {
        desired,
        running,
        digests: digestsOf(tasks),
        ...(running < desired && {
          notRun: whyNotRun(await reader.tasks('STOPPED')),
        }),
      },
    };
  }

  async viability(target: TargetRef, revision: Revision): Promise<Check[]> {
    const reader = this.reader(target);
    let definition;
    try {
      definition = await reader.taskDefinition(revision.id);
    } catch (error) {
      const gone = error instanceof NotFoundError;
      return [
        {
          id: 'task-definition-exists',
          state: gone ? 'fail' : 'unknown',
          summary: gone
            ? 'Its task definition was deleted.'
            : (error as Error).message,
        },
      ];
    }
    return [
      await check('task-definition-active', async () =>
        definition.status === 'ACTIVE'
          ? pass('Its task definition is active.')
          : fail(
              `Its task definition is ${definition.status}: ECS starts no deployment with it.`,
            ),
      ),
      ...(await imageChecks(this.clients, definition)),
    ];
  }

  /**
   * One write. A rollback of a deployment that is under way, and that came from
   * the wanted task definition, stops it (AWS goes back by itself, INV-23);
   * everything else is an UpdateService with the full task definition ARN,
   * without desiredCount, which auto scaling owns (INV-22).
   */
  async shift(
    target: TargetRef,
    expected: ObservedTarget,
    to: { stable: Revision; candidate?: unknown },
    write: WriteContext,
  ): Promise<WriteResult> {
    if (to.candidate) {
      throw new InputError(
        'ECS shares traffic by the strategy of the service, not by a weight.',
      );
    }
    parseArnOf(to.stable.id, 'ecs-task-definition');
    const reader = this.reader(target, write.rollback);
    const service = await reader.describe();
    this.refuseForeign(service, expected);

    const under = await this.deployment(reader, undefined);
    if (write.rollback && under?.status === 'rolling-back') {
      return { deploymentArn: under.arn };
    }
    if (
      write.rollback &&
      under?.status === 'in-progress' &&
      under.taskDefinition !== to.stable.id &&
      under.sources.includes(to.stable.id)
    ) {
      return this.stop(target, under.arn, write);
    }
    return this.update(target, write, 'UpdateService', {
      taskDefinition: to.stable.id,
      ...(write.rollback && {
        deploymentConfiguration: atOnce(service.deploymentConfiguration),
      }),
    });
  }

  async restoreConfiguration(
    target: TargetRef,
    configuration: Record<string, unknown>,
    write: WriteContext,
  ): Promise<WriteResult> {
    return this.update(target, write, 'UpdateService', {
      deploymentConfiguration: configuration as DeploymentConfiguration,
    });
  }

  async history(target: TargetRef) {
    return serviceHistory(this.reader(target), await this.trail.of(target));
  }

  private reader(target: TargetRef, rollback = false): EcsReader {
    return new EcsReader(
      this.clients,
      serviceOf(target),
      rollback ? 'rollback' : 'normal',
    );
  }

  private async deployment(reader: EcsReader, arn: string | undefined) {
    const wanted = arn ?? (await reader.deployments())[0]?.serviceDeploymentArn;
    const found = wanted && (await reader.deployment(wanted));
    if (!found || !found.targetServiceRevision?.arn) return undefined;
    const sourceArns = (found.sourceServiceRevisions ?? []).flatMap(s =>
      s.arn ? [s.arn] : [],
    );
    const revisions = await reader.revisions([
      found.targetServiceRevision.arn,
      ...sourceArns,
    ]);
    const definitionOf = (revision: string) =>
      revisions.get(revision)?.taskDefinition;
    return {
      arn: wanted,
      taskDefinition: definitionOf(found.targetServiceRevision.arn) ?? '',
      status: deploymentStatus(found),
      reason: found.statusReason?.slice(0, 300),
      sources: sourceArns.flatMap(source => definitionOf(source) ?? []),
    };
  }

  /** Before a write: what was read must still hold (ECS has no RevisionId). */
  private refuseForeign(service: Service, expected: ObservedTarget) {
    const controller = service.deploymentController?.type ?? 'ECS';
    if (controller !== 'ECS') {
      throw new InputError(
        `Service ${service.serviceName} is deployed by ${controller}; only its own controller may change it.`,
      );
    }
    if (expected.stable && service.taskDefinition !== expected.stable.id) {
      throw new ConflictError(
        `Service ${service.serviceName} no longer has the task definition that was read. Nothing was overwritten.`,
      );
    }
  }

  private async stop(
    target: TargetRef,
    deploymentArn: string,
    write: WriteContext,
  ): Promise<WriteResult> {
    const client = this.clients.write(
      ECSClient,
      serviceOf(target),
      releaseSession(
        write,
        allow({
          actions: ['ecs:StopServiceDeployment'],
          resources: [deploymentArn],
        }),
      ),
    );
    const done = await this.call(target, 'StopServiceDeployment', () =>
      client.send(
        new StopServiceDeploymentCommand({
          serviceDeploymentArn: deploymentArn,
          stopType: 'ROLLBACK',
        }),
      ),
    );
    return { requestId: requestIdOf(done), deploymentArn };
  }

  private async update(
    target: TargetRef,
    write: WriteContext,
    operation: string,
    change: {
      taskDefinition?: string;
      deploymentConfiguration?: DeploymentConfiguration;
    },
  ): Promise<WriteResult> {
    const { cluster, service } = serviceOf(target);
    const client = this.clients.write(
      ECSClient,
      serviceOf(target),
      releaseSession(
        write,
        allow({ actions: ['ecs:UpdateService'], resources: [target.arn] }),
      ),
    );
    const done = await this.call(target, operation, () =>
      client.send(new UpdateServiceCommand({ cluster, service, ...change })),
    );
    return { requestId: requestIdOf(done) };
  }

  private call<T>(target: TargetRef, operation: string, run: () => Promise<T>) {
    const { accountId, region, service } = serviceOf(target);
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
