import type {
  DeploymentConfiguration,
  Service,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import { parseArnOf } from '@careplane/aws-common';
import type { AwsClients } from '@careplane/aws-node';
import type { Revision } from '@careplane/backstage-plugin-release-common';
import type {
  ObservedTarget,
  PastMoves,
  Preparation,
  TargetDriver,
  TargetRef,
  WriteContext,
  WriteResult,
} from '@careplane/backstage-plugin-release-node';
import { Check, check, fail, pass } from '../lib/checks';
import type { PastDeployments } from '../codedeploy/PastDeployments';
import { TargetTrail, unreadOf } from '../lib/TargetTrail';
import { atOnce, isStillAtOnce } from './configuration';
import { EcsReader, ServiceArn } from './EcsReader';
import { EcsWriter } from './EcsWriter';
import { serviceHistory } from './history';
import { EcrImages } from './images';
import {
  digestsOf,
  isCodeDeploys,
  primaryOf,
  revisionOf,
  whyNotForward,
  whyNotRun,
  whyReadOnly,
  unhealthyIn,
} from './observe';
import { digestsThatRan, pinnedContainers } from './pinning';
import { EcsPreparation } from './preparation';
import { taskConfiguration } from './taskConfiguration';
import { readDeployment, SeenDeployment } from './readDeployment';

const serviceOf = (target: TargetRef): ServiceArn =>
  parseArnOf(target.arn, 'ecs-service');

/** Deploys task definitions to an ECS service with ECS's own deployments. */
export class EcsServiceDriver implements TargetDriver {
  readonly kind = 'ecs-service' as const;
  private readonly images: EcrImages;
  private readonly preparing: EcsPreparation;

  constructor(
    private readonly clients: AwsClients,
    private readonly trail = new TargetTrail(clients),
    private readonly past?: PastDeployments,
  ) {
    this.images = new EcrImages(clients);
    this.preparing = new EcsPreparation(clients);
  }

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
    const primary = primaryOf(service);
    const byCodeDeploy = isCodeDeploys(service);
    const seen = byCodeDeploy
      ? undefined
      : await readDeployment(reader, options.deploymentArn);
    const definition = primary
      ? await reader.taskDefinition(primary)
      : undefined;
    return {
      exists: true,
      ...(primary && {
        stable: revisionOf(primary, definition, seen?.revisionOf(primary)),
      }),
      ...(definition && { configuration: taskConfiguration(definition) }),
      ...(seen && { deployment: seen.deployment }),
      ...(byCodeDeploy
        ? { controller: 'code-deploy' as const }
        : { deploymentConfiguration: { ...service.deploymentConfiguration } }),
      tasks: await this.tasks(reader, service, definition),
      readOnly: whyReadOnly(service),
      forwardBlocked: whyNotForward(service),
    };
  }

  private async tasks(
    reader: EcsReader,
    service: Service,
    definition: TaskDefinition | undefined,
  ): Promise<ObservedTarget['tasks']> {
    const desired = service.desiredCount ?? 0;
    const running = service.runningCount ?? 0;
    const tasks = await reader.tasks('RUNNING');
    return {
      desired,
      running,
      ...digestsOf(tasks, definition),
      unhealthy: unhealthyIn(tasks),
      ...(running < desired && {
        notRun: whyNotRun(await reader.tasks('STOPPED')),
      }),
    };
  }

  async viability(
    target: TargetRef,
    revision: Revision,
    options: { rollback?: boolean } = {},
  ): Promise<Check[]> {
    const reader = this.reader(target, options.rollback);
    const images = options.rollback
      ? new EcrImages(this.clients, 'rollback')
      : this.images;
    let definition: TaskDefinition;
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
      ...(await images.checks(
        definition,
        await this.pinned(reader, definition, revision),
        revision.contentHash,
      )),
    ];
  }

  /** As a pinned copy of it would be, as far as the digests that ran are known. */
  private async pinned(
    reader: EcsReader,
    definition: TaskDefinition,
    { contentHash }: Revision,
  ): Promise<TaskDefinition> {
    // What cannot be read is not known, and its check says so.
    const ran = await digestsThatRan(reader, definition, contentHash).catch(
      () => new Map<string, string>(),
    );
    return { containerDefinitions: pinnedContainers(definition, ran) };
  }

  /**
   * One write. With `ends`, the deployment that is under way is told to go back
   * (INV-23), after it was read once more; everything else is an UpdateService
   * with the full task definition ARN.
   *
   * @throws ConflictError where what was read holds no longer.
   * @throws InputError for a weight, a family without number, or a service
   *   that is not Careplane's to write.
   */
  async shift(
    target: TargetRef,
    expected: ObservedTarget,
    to: Parameters<TargetDriver['shift']>[2],
    write: WriteContext,
  ): Promise<WriteResult> {
    if (to.candidate) {
      throw new InputError(
        'ECS shares traffic by the strategy of the service, not by a weight.',
      );
    }
    parseArnOf(to.stable.id, 'ecs-task-definition');
    const reader = this.reader(target, write.rollback);
    const writer = this.writer(target, write);
    const service = await reader.describe();
    const readOnly = whyReadOnly(service);
    if (readOnly) throw new InputError(readOnly);
    if (isCodeDeploys(service)) {
      throw new InputError(
        `Service ${service.serviceName} is deployed by CodeDeploy: ECS takes no task definition for it but by a deployment of its group.`,
      );
    }
    if (to.ends) return this.end(reader, writer, to.ends);
    if (expected.stable && service.taskDefinition !== expected.stable.id) {
      throw new ConflictError(
        `Service ${service.serviceName} no longer has the task definition that was read. Nothing was overwritten.`,
      );
    }
    const before = (await reader.deployments())[0]?.serviceDeploymentArn;
    const done = await writer.update({
      taskDefinition: to.stable.id,
      ...(write.rollback && {
        deploymentConfiguration: atOnce(service.deploymentConfiguration),
      }),
    });
    // The deployment that this write started, where it is there already (INV-21).
    const after = await readDeployment(reader).catch(() => undefined);
    const own =
      after?.deployment.arn !== before &&
      after?.deployment.taskDefinition === to.stable.id;
    return { ...done, deploymentArn: own ? after?.deployment.arn : undefined };
  }

  private async end(
    reader: EcsReader,
    writer: EcsWriter,
    ends: { deploymentArn: string; hookId?: string },
  ): Promise<WriteResult> {
    const now: SeenDeployment | undefined = await readDeployment(
      reader,
      ends.deploymentArn,
    );
    // ECS goes back already: nothing is sent, it is only watched.
    if (now?.deployment.status === 'rolling-back') {
      return { deploymentArn: ends.deploymentArn };
    }
    if (!now?.deployment.canStop) {
      throw new ConflictError(
        'The deployment ended before it could be stopped. It is looked at again.',
      );
    }
    const { deploymentArn, hookId } = ends;
    const waits = (seen?: SeenDeployment) =>
      seen?.deployment.paused?.hookId === hookId;
    // One that was continued meanwhile waits no more: it is stopped.
    if (!hookId || !waits(now)) return writer.stop(deploymentArn);
    try {
      return await writer.answer(deploymentArn, hookId, 'ROLLBACK');
    } catch (error) {
      // It may have been answered, or have timed out, after it was read.
      if (
        error instanceof InputError &&
        !waits(await readDeployment(reader, deploymentArn))
      ) {
        throw new ConflictError(
          'The deployment no longer waits at that pause hook. It is looked at again.',
        );
      }
      throw error;
    }
  }

  async continueDeployment(
    target: TargetRef,
    pause: { deploymentArn: string; hookId: string },
    write: WriteContext,
  ): Promise<WriteResult> {
    const { deploymentArn, hookId } = pause;
    const reader = this.reader(target);
    const waits = async () =>
      (await readDeployment(reader, deploymentArn))?.deployment.paused
        ?.hookId === hookId;
    const over = () =>
      new ConflictError(
        'The deployment no longer waits at that pause hook. Nothing was sent.',
      );
    if (!(await waits())) throw over();
    try {
      return await this.writer(target, write).answer(
        deploymentArn,
        hookId,
        'CONTINUE',
      );
    } catch (error) {
      // It may have been answered, or have timed out, after it was read.
      if (error instanceof InputError && !(await waits())) throw over();
      throw error;
    }
  }

  async preparation(
    target: TargetRef,
    revision: Revision,
  ): Promise<Preparation | undefined> {
    return this.preparing.needed(this.reader(target, true), revision);
  }

  async prepare(
    target: TargetRef,
    revision: Revision,
    preparation: Preparation['id'],
    write: WriteContext,
  ) {
    const reader = this.reader(target, true);
    return preparation === 'pin-image'
      ? this.preparing.pinnedCopy(reader, revision, write)
      : this.preparing.restoreImages(reader, revision, write);
  }

  /** Writes nothing where somebody has changed the configuration meanwhile. */
  async restoreConfiguration(
    target: TargetRef,
    configuration: Record<string, unknown>,
    write: WriteContext,
  ): Promise<WriteResult> {
    const recorded = configuration as DeploymentConfiguration;
    const service = await this.reader(target).describe();
    return isStillAtOnce(service.deploymentConfiguration, recorded)
      ? this.writer(target, write).update({ deploymentConfiguration: recorded })
      : {};
  }

  async history(target: TargetRef): Promise<PastMoves> {
    const reader = this.reader(target);
    const { deploymentController } = await reader.describe();
    const past =
      deploymentController?.type === 'CODE_DEPLOY'
        ? await this.past?.of(target)
        : undefined;
    const trail = await this.trail.of(target);
    return {
      moves: await serviceHistory(reader, trail.found, past?.deployed),
      unread: [...unreadOf(trail), ...(past?.unread ?? [])],
    };
  }

  private reader(target: TargetRef, rollback = false): EcsReader {
    return new EcsReader(
      this.clients,
      serviceOf(target),
      rollback ? 'rollback' : 'normal',
    );
  }

  private writer(target: TargetRef, write: WriteContext): EcsWriter {
    return new EcsWriter(this.clients, serviceOf(target), target.arn, write);
  }
}
