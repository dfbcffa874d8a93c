import type {
  ContainerDefinition,
  ServiceRevision,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { InputError } from '@backstage/errors';
import { parseArnOf } from '@careplane/aws-common';
import type { AwsClients } from '@careplane/aws-node';
import type { Revision } from '@careplane/backstage-plugin-release-common';
import type {
  Publication,
  PublisherPort,
  PublishSource,
  TargetRef,
  WriteContext,
  WriteResult,
} from '@careplane/backstage-plugin-release-node';
import type { ReleaseStore } from '../releases/ReleaseStore';
import { EcsReader } from './EcsReader';
import { isDigest, pin } from './images';
import { mainOf, pinnedDigest, primaryOf, revisionOf } from './observe';
import { readDeployment } from './readDeployment';
import { EcsRegistration } from './registration';

/** Tag of a task definition: the rollout that had it registered. */
export const PUBLISHED_BY = 'careplane:published-by';

const mark = (rolloutId: string) => ({ key: PUBLISHED_BY, value: rolloutId });

/** `registry/repository` without host, tag and digest. */
const repositoryOf = (image = ''): string =>
  image
    .replace(/@.*$/, '')
    .replace(/:[^/:]+$/, '')
    .replace(/^[^/]*[.:][^/]*\//, '');

/**
 * The containers of what runs, with the release's image by digest. An image
 * beside it that is named by a tag is pinned to what runs now (INV-19).
 *
 * @throws InputError where no container is the release's, or nobody knows what
 *   another one runs.
 */
export function withImage(
  running: Pick<TaskDefinition, 'containerDefinitions'>,
  image: string,
  resolved?: Pick<ServiceRevision, 'containerImages'>,
): ContainerDefinition[] {
  const { containerDefinitions: containers = [] } = running;
  const same = containers.filter(
    one => repositoryOf(one.image) === repositoryOf(image),
  );
  const main = mainOf(running);
  const only = main && containers.length === 1 ? [main] : [];
  const own = same.length ? same : only;
  if (!own.length) {
    throw new InputError(
      `No container of what runs has an image of ${repositoryOf(
        image,
      )}, so it is not clear which one the release is.`,
    );
  }
  return containers.map(container => {
    if (own.includes(container)) return { ...container, image };
    if (pinnedDigest(container.image)) return container;
    const digest = resolved?.containerImages?.find(
      one => one.containerName === container.name,
    )?.imageDigest;
    if (!digest || !isDigest(digest)) {
      throw new InputError(
        `Container ${container.name} names its image by a tag, and ECS does not tell which digest it runs. Name it by digest first.`,
      );
    }
    return { ...container, image: pin(container.image ?? '', digest) };
  });
}

/**
 * Publishes a release on a service that no stack publishes to: a task
 * definition like the one that runs, with the release's image by digest.
 */
export class EcsPublisher implements PublisherPort {
  readonly kind = 'ecs-service' as const;
  private readonly registration: EcsRegistration;

  constructor(
    private readonly clients: AwsClients,
    private readonly releases: ReleaseStore,
  ) {
    this.registration = new EcsRegistration(clients);
  }

  async publication(
    target: TargetRef,
    source: PublishSource,
    rollout: { id: string; made: boolean },
  ): Promise<Publication> {
    const reader = this.reader(target);
    const running = await this.running(reader);
    if (rollout.made) {
      const id = await this.registration.find(running, mark(rollout.id));
      const made = id && revisionOf(id, await reader.taskDefinition(id));
      if (made && made.contentHash === source.contentHash) {
        return { needs: 'nothing', revision: made, fingerprint: running };
      }
    }
    return { needs: 'revision', fingerprint: running };
  }

  async publish(
    target: TargetRef,
    source: PublishSource,
    { fingerprint }: Publication,
    write: WriteContext,
  ): Promise<WriteResult & { revision: Revision }> {
    const reader = this.reader(target);
    const [definition, seen, image] = await Promise.all([
      reader.taskDefinition(fingerprint),
      readDeployment(reader),
      this.image(source),
    ]);
    const containers = withImage(
      definition,
      image,
      seen?.revisionOf(fingerprint),
    );
    // What stands for the task must be what the release is.
    const main = mainOf({ containerDefinitions: containers });
    if (pinnedDigest(main?.image) !== source.contentHash) {
      throw new InputError(
        `The main container, ${main?.name}, is not the one that the release has an image of.`,
      );
    }
    const { id, requestId } = await this.registration.register(
      definition,
      containers,
      mark(write.rolloutId),
      write,
    );
    return { requestId, revision: { id, contentHash: source.contentHash } };
  }

  /** The image by digest: as published, else as an earlier stage runs it. */
  private async image(source: PublishSource): Promise<string> {
    const { contentHash, from } = source;
    const image = source.published
      ? await this.releases.image(source.component, source.releaseId)
      : await this.imageThatRan(contentHash, from);
    if (!isDigest(contentHash) || pinnedDigest(image) !== contentHash) {
      throw new InputError(
        'The image of this release is not the one that was recorded: its digest differs.',
      );
    }
    return image;
  }

  private async imageThatRan(
    contentHash: string,
    from: PublishSource['from'],
  ): Promise<string> {
    if (!from) throw new InputError('No earlier stage runs this release.');
    const reader = this.reader(from);
    const definition = await reader.taskDefinition(from.revision.id);
    const image = mainOf(definition)?.image ?? '';
    return pinnedDigest(image) ? image : pin(image, contentHash);
  }

  private reader({ arn }: { arn: string }): EcsReader {
    return new EcsReader(this.clients, parseArnOf(arn, 'ecs-service'));
  }

  private async running(reader: EcsReader): Promise<string> {
    // Under CodeDeploy a service names the one it was created with.
    const running = primaryOf(await reader.describe());
    if (!running) {
      throw new InputError('The service has no task definition to go by.');
    }
    return running;
  }
}
