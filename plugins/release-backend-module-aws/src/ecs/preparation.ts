import {
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { ConflictError, InputError } from '@backstage/errors';
import { parseArnOf } from '@careplane/aws-common';
import { AwsClients, requestIdOf, withAwsErrors } from '@careplane/aws-node';
import type { Revision } from '@careplane/backstage-plugin-release-common';
import type {
  Preparation,
  WriteContext,
  WriteResult,
} from '@careplane/backstage-plugin-release-node';
import { allow, releaseSession } from '../lib/sessions';
import type { EcsReader } from './EcsReader';
import { EcrImages, ecrImage, imagesOf, isDigest, pin } from './images';
import { pinnedDigest } from './observe';

/** Tag of a copy: family, number and digest of what it is a pinned copy of. */
export const PINNED_COPY_OF = 'careplane:pinned-copy-of';
/** So many of a family's newest task definitions are looked through for a copy. */
const COPIES = 20;

const markerOf = (revision: Revision): string =>
  `${revision.id.split('/').pop()}@${revision.contentHash}`;

const familyOf = (revision: Revision): string =>
  revision.id.split('/').pop()!.split(':')[0];

/** Whether an image of a task definition is named by a tag. */
export const isLoose = (definition: TaskDefinition): boolean =>
  imagesOf(definition).some(image => !pinnedDigest(image));

/** What may be registered again of a task definition, its one loose image pinned. */
function copyOf(definition: TaskDefinition, digest: string) {
  const loose = (definition.containerDefinitions ?? []).filter(
    container => !pinnedDigest(container.image),
  );
  if (!isDigest(digest) || loose.length !== 1) {
    throw new InputError(
      loose.length > 1
        ? `${loose.length} images of this task definition are named by tag: only one can be pinned to the digest that ran.`
        : 'Nobody knows which image this task definition ran: its tag may have moved.',
    );
  }
  const {
    taskDefinitionArn: _arn,
    revision: _revision,
    status: _status,
    requiresAttributes: _attributes,
    compatibilities: _compatibilities,
    registeredAt: _at,
    registeredBy: _by,
    deregisteredAt: _gone,
    deleteRequestedAt: _deleted,
    containerDefinitions,
    family,
    ...rest
  } = definition;
  return {
    ...rest,
    family: family ?? '',
    containerDefinitions: (containerDefinitions ?? []).map(container =>
      container === loose[0]
        ? { ...container, image: pin(container.image ?? '', digest) }
        : container,
    ),
  };
}

/** What has to be done before ECS can start an earlier revision again. */
export class EcsPreparation {
  private readonly images: EcrImages;

  constructor(private readonly clients: AwsClients) {
    this.images = new EcrImages(clients);
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
    const found = await this.findCopy(revision);
    if (found) return { revision: { ...revision, id: found } };
    const definition = await reader.taskDefinition(revision.id);
    const input = copyOf(definition, revision.contentHash);
    const { accountId, region } = parseArnOf(
      revision.id,
      'ecs-task-definition',
    );
    const roles = [definition.taskRoleArn, definition.executionRoleArn];
    const client = this.clients.write(
      ECSClient,
      { accountId, region },
      releaseSession(
        write,
        allow(
          {
            actions: ['ecs:RegisterTaskDefinition', 'ecs:TagResource'],
            resources: [
              `arn:aws:ecs:${region}:${accountId}:task-definition/${definition.family}:*`,
            ],
          },
          ...(roles.some(Boolean)
            ? [
                {
                  actions: ['iam:PassRole'],
                  resources: roles.flatMap(role => role ?? []),
                },
              ]
            : []),
        ),
      ),
    );
    const done = await this.call(revision, 'RegisterTaskDefinition', async () =>
      client.send(
        new RegisterTaskDefinitionCommand({
          ...input,
          tags: [
            // Tags of AWS's own cannot be given to another resource.
            ...((await this.tagsOf(revision.id)) ?? []).filter(
              tag => !tag.key?.startsWith('aws:'),
            ),
            { key: PINNED_COPY_OF, value: markerOf(revision) },
          ],
        }),
      ),
    );
    const id = done.taskDefinition?.taskDefinitionArn;
    if (!id) throw new ConflictError('ECS did not say what it registered.');
    return { requestId: requestIdOf(done), revision: { ...revision, id } };
  }

  private async findCopy(revision: Revision): Promise<string | undefined> {
    const { accountId, region } = parseArnOf(
      revision.id,
      'ecs-task-definition',
    );
    const client = this.clients.read(ECSClient, { accountId, region });
    const { taskDefinitionArns = [] } = await this.call(
      revision,
      'ListTaskDefinitions',
      () =>
        client.send(
          new ListTaskDefinitionsCommand({
            familyPrefix: familyOf(revision),
            status: 'ACTIVE',
            sort: 'DESC',
            maxResults: COPIES,
          }),
        ),
    );
    for (const arn of taskDefinitionArns) {
      const tags = await this.tagsOf(arn);
      const copies = tags?.some(
        tag => tag.key === PINNED_COPY_OF && tag.value === markerOf(revision),
      );
      if (copies) return arn;
    }
    return undefined;
  }

  private async tagsOf(arn: string) {
    const { accountId, region } = parseArnOf(arn, 'ecs-task-definition');
    const answer = await this.call(
      { id: arn, contentHash: '' },
      'DescribeTaskDefinition',
      () =>
        this.clients.read(ECSClient, { accountId, region }).send(
          new DescribeTaskDefinitionCommand({
            taskDefinition: arn,
            include: ['TAGS'],
          }),
        ),
    );
    return answer.tags;
  }

  private call<T>(
    revision: Revision,
    operation: string,
    run: () => Promise<T>,
  ): Promise<T> {
    const { accountId, region } = parseArnOf(
      revision.id,
      'ecs-task-definition',
    );
    return withAwsErrors(
      {
        service: 'ecs',
        operation,
        accountId,
        region,
        resource: `task definition ${revision.id.split('/').pop()}`,
      },
      run,
    );
  }
}
