import { DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { NotFoundError } from '@backstage/errors';
import { AwsClients, toBackstageError } from '@careplane/aws-node';
import { Check, check, fail, pass } from '../lib/checks';
import { pinnedDigest } from './observe';

const ECR_IMAGE =
  /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^@:]+)(?::[^@]+)?(?:@(sha256:[0-9a-f]{64}))?$/;

/** Whether every image of a task definition is there, by digest (INV-20). */
export async function imageChecks(
  clients: AwsClients,
  definition: TaskDefinition,
): Promise<Check[]> {
  const images = (definition.containerDefinitions ?? []).flatMap(c =>
    c.image ? [c.image] : [],
  );
  const loose = images.filter(image => !pinnedDigest(image));
  return Promise.all([
    check('image-by-digest', async () =>
      loose.length
        ? fail(
            `${loose.length} of ${images.length} images are named by tag, which may have moved since.`,
          )
        : pass('Its images are named by digest.'),
    ),
    ...images
      .filter(image => pinnedDigest(image))
      .map((image, i) =>
        check(i ? `image-present-${i + 1}` : 'image-present', () =>
          imagePresent(clients, image),
        ),
      ),
  ]);
}

async function imagePresent(
  clients: AwsClients,
  image: string,
): Promise<Omit<Check, 'id'>> {
  const parts = ECR_IMAGE.exec(image);
  if (!parts) {
    return {
      state: 'unknown',
      summary: 'Its image is not in ECR, so nobody can tell if it is there.',
    };
  }
  const [, accountId, region, repositoryName, imageDigest] = parts;
  const client = clients.read(ECRClient, { accountId, region });
  try {
    const { imageDetails } = await client.send(
      new DescribeImagesCommand({
        registryId: accountId,
        repositoryName,
        imageIds: [{ imageDigest }],
      }),
    );
    const found = imageDetails?.[0];
    if (!found) return fail(`Its image is gone from ${repositoryName}.`);
    const status = found.imageStatus ?? 'ACTIVE';
    if (status === 'ACTIVE') return pass('Its image is in ECR.');
    return fail(
      `Its image is ${status.toLowerCase()} in ${repositoryName} and must be restored before it can be pulled.`,
    );
  } catch (error) {
    const mapped = toBackstageError(error, {
      service: 'ecr',
      operation: 'DescribeImages',
      accountId,
      region,
      resource: `an image of ${repositoryName}`,
    });
    if (mapped instanceof NotFoundError) {
      return fail(
        `Its image is gone from ${repositoryName}; look at the repository's lifecycle rules.`,
      );
    }
    throw mapped;
  }
}
