import { InputError } from '@backstage/errors';
import type { AwsClients } from '@careplane/aws-node';
import type { Revision } from '@careplane/backstage-plugin-release-common';
import type {
  Preparation,
  WriteContext,
  WriteResult,
} from '@careplane/backstage-plugin-release-node';
import type { EcsReader } from './EcsReader';
import { EcrImages, ecrImage, imagesOf } from './images';
import { digestsThatRan, looseOf, pinnedContainers } from './pinning';
import { EcsRegistration } from './registration';

/** Tag of a copy: family, number and digest of what it is a pinned copy of. */
export const PINNED_COPY_OF = 'careplane:pinned-copy-of';

const markerOf = (revision: Revision): string =>
  `${revision.id.split('/').pop()}@${revision.contentHash}`;

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
    if (looseOf(definition).length) {
      return {
        id: 'pin-image',
        state: 'needed',
        summary:
          'Its task definition names an image by a tag: a copy with the digest that ran is registered.',
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
   * Registers the task definition once more with every image by the digest
   * that ran (INV-19), or finds the copy of an earlier try by its tag (SC-X10).
   *
   * @throws InputError where a digest that ran is not known.
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
    const containers = pinnedContainers(
      definition,
      await digestsThatRan(reader, definition, revision.contentHash),
    );
    const left = looseOf({ containerDefinitions: containers });
    if (left.length) {
      throw new InputError(
        `Nobody knows which image ${left
          .map(container => container.name)
          .join(' and ')} of this task definition ran: its tag may have moved.`,
      );
    }
    const { id, requestId } = await this.registration.register(
      definition,
      containers,
      mark,
      write,
    );
    return { requestId, revision: { ...revision, id } };
  }
}
