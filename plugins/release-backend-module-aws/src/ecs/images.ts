import {
  DescribeImagesCommand,
  ECRClient,
  GetLifecyclePolicyCommand,
  UpdateImageStorageClassCommand,
} from '@aws-sdk/client-ecr';
import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { NotFoundError } from '@backstage/errors';
import {
  AwsClients,
  requestIdOf,
  withAwsErrors,
  Lane,
} from '@careplane/aws-node';
import type { WriteContext } from '@careplane/backstage-plugin-release-node';
import { Check, check, fail, pass } from '../lib/checks';
import { allow, releaseSession } from '../lib/sessions';
import { mainOf, pinnedDigest } from './observe';

const ECR_IMAGE =
  /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^@:]+)(?::[^@]+)?(?:@(sha256:[0-9a-f]{64}))?$/;

export interface EcrImage {
  accountId: string;
  region: string;
  repositoryName: string;
  imageDigest: string;
}

/** The parts of an ECR image that is named by digest. */
export function ecrImage(image: string): EcrImage | undefined {
  const parts = ECR_IMAGE.exec(image);
  if (!parts?.[4]) return undefined;
  const [, accountId, region, repositoryName, imageDigest] = parts;
  return { accountId, region, repositoryName, imageDigest };
}

export const isDigest = (hash: string): boolean =>
  /^sha256:[0-9a-f]{64}$/.test(hash);

const shortDigest = (digest: string): string => digest.slice(0, 19);

/** The image that a tag-based reference is pinned to: `repository@digest`. */
export const pin = (image: string, digest: string): string =>
  `${image.replace(/@.*$/, '').replace(/:[^/:]+$/, '')}@${digest}`;

export const imagesOf = (definition: TaskDefinition): string[] =>
  (definition.containerDefinitions ?? []).flatMap(c => c.image ?? []);

/** Images in ECR: whether they are there, and how they come back. */
export class EcrImages {
  constructor(
    private readonly clients: AwsClients,
    private readonly lane: Lane = 'normal',
  ) {}

  /** @returns `GONE` for an image that no longer exists. */
  async status(
    image: EcrImage,
  ): Promise<'ACTIVE' | 'ACTIVATING' | 'ARCHIVED' | 'GONE'> {
    const { accountId, repositoryName, imageDigest } = image;
    try {
      const { imageDetails } = await this.call(image, 'DescribeImages', () =>
        this.clients.read(ECRClient, image, { lane: this.lane }).send(
          new DescribeImagesCommand({
            registryId: accountId,
            repositoryName,
            imageIds: [{ imageDigest }],
          }),
        ),
      );
      return imageDetails?.length
        ? imageDetails[0].imageStatus ?? 'ACTIVE'
        : 'GONE';
    } catch (error) {
      if (error instanceof NotFoundError) return 'GONE';
      throw error;
    }
  }

  /**
   * Whether every image of a task definition can be pulled, by digest (INV-20),
   * and whether the main one is the release's.
   *
   * @param pinned - The definition with the digests that ran in it.
   */
  async checks(
    definition: TaskDefinition,
    pinned: TaskDefinition,
    contentHash: string,
  ): Promise<Check[]> {
    const loose = imagesOf(definition).filter(image => !pinnedDigest(image));
    const left = imagesOf(pinned).filter(image => !pinnedDigest(image));
    const byDigest = imagesOf(pinned).filter(image => pinnedDigest(image));
    return Promise.all([
      check('image-by-digest', async () => {
        if (!loose.length) return pass('Its images are named by digest.');
        return left.length
          ? fail(
              `${left.length} of ${
                imagesOf(definition).length
              } images are named by tag, which may have moved since, and what ran is not known.`,
            )
          : pass(
              'Its image is named by a tag: a copy with the digest that ran here is registered before the rollback.',
            );
      }),
      check('same-artifact', async () => {
        const digest = pinnedDigest(mainOf(pinned)?.image);
        if (!digest || !isDigest(contentHash)) {
          return {
            state: 'unknown',
            summary:
              'Which image it ran is not recorded by digest, so that it is the same cannot be proved.',
          };
        }
        return digest === contentHash
          ? pass(
              `Its main image is ${shortDigest(digest)}, the digest on record.`,
            )
          : fail(
              `Its main image is ${shortDigest(
                digest,
              )}, and the record says ${shortDigest(
                contentHash,
              )}: it is another artifact.`,
            );
      }),
      ...byDigest.map((image, i) =>
        check(i ? `image-present-${i + 1}` : 'image-present', () =>
          this.present(image),
        ),
      ),
    ]);
  }

  async present(image: string): Promise<Omit<Check, 'id'>> {
    const parts = ecrImage(image);
    if (!parts) {
      return {
        state: 'unknown',
        summary: 'Its image is not in ECR, so nobody can tell if it is there.',
      };
    }
    const { repositoryName } = parts;
    switch (await this.status(parts)) {
      case 'ACTIVE':
        return pass('Its image is in ECR.');
      case 'GONE':
        return fail(
          `Its image is gone from ${repositoryName}. ${await this.whyGone(
            parts,
          )}`,
        );
      default:
        return pass(
          `Its image is in the archive of ${repositoryName}: it is restored before the rollback, and AWS does not say how long that takes.`,
        );
    }
  }

  /** Asks for an archived image; it is ACTIVATING until it can be pulled. */
  async restore(
    image: EcrImage,
    write: WriteContext,
  ): Promise<string | undefined> {
    const { accountId, region, repositoryName, imageDigest } = image;
    const arn = `arn:aws:ecr:${region}:${accountId}:repository/${repositoryName}`;
    const client = this.clients.write(
      ECRClient,
      image,
      releaseSession(
        write,
        allow({ actions: ['ecr:UpdateImageStorageClass'], resources: [arn] }),
      ),
    );
    const done = await this.call(image, 'UpdateImageStorageClass', () =>
      client.send(
        new UpdateImageStorageClassCommand({
          registryId: accountId,
          repositoryName,
          imageId: { imageDigest },
          targetStorageClass: 'STANDARD',
        }),
      ),
    );
    return requestIdOf(done);
  }

  /** The lifecycle rule that took it, as far as the policy of today tells. */
  private async whyGone(image: EcrImage): Promise<string> {
    const unknown = 'Somebody deleted it, or a lifecycle rule did.';
    try {
      const { lifecyclePolicyText } = await this.call(
        image,
        'GetLifecyclePolicy',
        () =>
          this.clients.read(ECRClient, image, { lane: this.lane }).send(
            new GetLifecyclePolicyCommand({
              registryId: image.accountId,
              repositoryName: image.repositoryName,
            }),
          ),
      );
      const names = expiringRules(lifecyclePolicyText);
      return names.length
        ? `Its lifecycle policy expires images by ${names.join(', ')}.`
        : unknown;
    } catch {
      return unknown;
    }
  }

  private call<T>(
    { accountId, region, repositoryName }: EcrImage,
    operation: string,
    run: () => Promise<T>,
  ): Promise<T> {
    return withAwsErrors(
      {
        service: 'ecr',
        operation,
        accountId,
        region,
        resource: `an image of ${repositoryName}`,
      },
      run,
    );
  }
}

interface Rule {
  rulePriority?: number;
  description?: string;
  action?: { type?: string };
}

/** Names of the rules of a lifecycle policy that delete images. */
export function expiringRules(policy: string | undefined): string[] {
  const { rules = [] } = JSON.parse(policy ?? '{}') as { rules?: Rule[] };
  return rules
    .filter(rule => rule.action?.type === 'expire')
    .map(({ rulePriority, description }) =>
      description
        ? `rule ${rulePriority} (${description.slice(0, 80)})`
        : `rule ${rulePriority}`,
    );
}
