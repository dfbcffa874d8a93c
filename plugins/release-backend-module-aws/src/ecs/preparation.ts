import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { InputError } from '@backstage/errors';
import type { AwsClients } from '@careplane/aws-node';
import type { Revision } from '@careplane/backstage-plugin-release-common';
import type {
  Preparation,
  WriteContext,
  WriteResult,
} from '@careplane/backstage-plugin-release-node';
import type { EcsReader } from './EcsReader';
import { EcrImages, ecrImage, imagesOf, isDigest, pin } from './images';
import { pinnedDigest } from './observe';
import { EcsRegistration } from './registration';

/** Tag of a copy: family, number and digest of what it is a pinned copy of. */
export const PINNED_COPY_OF = 'careplane:pinned-copy-of';

const markerOf = (revision: Revision): string =>
  `${revision.id.split('/').pop()}@${revision.contentHash}`;

/** Whether an image of a task definition is named by a tag. */
export const isLoose = (definition: TaskDefinition): boolean =>
  imagesOf(definition).some(image => !pinnedDigest(image));

/** Containers of a task definition, the one loose image of them pinned. */
function pinnedContainers(definition: TaskDefinition, digest: string) {
  const { containerDefinitions: containers = [] } = definition;
  const loose = containers.filter(container => !pinnedDigest(container.image));
  if (!isDigest(digest) || loose.length !== 1) {
    throw new InputError(
      loose.length > 1
        ? `${loose.length} images of this task definition are named by tag: only one can be pinned to the digest that ran.`
        : 'Nobody knows which image this task definition ran: its tag may have moved.',
    );
  }
  return containers.map(container =>
    container === loose[0]
      ? { ...container, image: pin(container.image ?? '', digest) }
      : container,
  );
}

/** What has to be done before ECS can start an earlier revision again. */
export class EcsPreparation {
  private readonly images: EcrImages;
  private readonly registration: EcsRegistration;

  constructor(clients: AwsClients) {
    this.images = new EcrImages(clients);
    this.registration = new EcsRegistration(clients);
  }

  async needed(
    reader: EcsReader,
    revision: Revision,
  ): Promise<Preparation | undefined> {
    const definition = await reader.taskDefinition(revision.id);
    if (isLoose(definition)) {
      return {
        id: 'pin-image',
        state: 'needed',
        summary:
          'Its task definition names the image by a tag: a copy with the digest that ran is registered.',
      };
    }
    for (const image of imagesOf(definition)) {
      const parts = ecrImage(image);
      // An image that cannot be looked up does not stop a rollback: ECS tells.
      const status =
        parts && (await this.images.status(parts).catch(() => undefined));
      if (status === 'ARCHIVED' || status === 'ACTIVATING') {
        return {
          id: 'restore-image',
          state: status === 'ARCHIVED' ? 'needed' : 'under-way',
          summary:
            'Its image is being restored from the archive; AWS does not say how long that takes.',
        };
      }
    }
    return undefined;
  }

  /** Asks for an archived image of the revision, one at a time. */
  async restoreImages(
    reader: EcsReader,
    revision: Revision,
    write: WriteContext,
  ): Promise<WriteResult & { revision: Revision }> {
    const definition = await reader.taskDefinition(revision.id);
    for (const image of imagesOf(definition)) {
      const parts = ecrImage(image);
      if (parts && (await this.images.status(parts)) === 'ARCHIVED') {
        return { requestId: await this.images.restore(parts, write), revision };
      }
    }
    return { revision };
  }

  /**
   * Registers the task definition once more with its main image by digest
   * (INV-19), or finds the copy of an earlier try by its tag (SC-X10).
   *
   * @throws InputError where the digest that ran is not known, or other
   *   images are named by tag too.
   */
  async pinnedCopy(
    reader: EcsReader,
    revision: Revision,
    write: WriteContext,
  ): Promise<WriteResult & { revision: Revision }> {
    const mark = { key: PINNED_COPY_OF, value: markerOf(revision) };
    const found = await this.registration.find(revision.id, mark);
    if (found) return { revision: { ...revision, id: found } };
    const definition = await reader.taskDefinition(revision.id);
    const { id, requestId } = await this.registration.register(
      definition,
      pinnedContainers(definition, revision.contentHash),
      mark,
      write,
    );
    return { requestId, revision: { ...revision, id } };
  }
}
