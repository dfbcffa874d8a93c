import {
  DescribeImageScanFindingsCommand,
  ECRClient,
  ImageDetail,
  paginateDescribeImages,
} from '@aws-sdk/client-ecr';
import type { Entity } from '@backstage/catalog-model';
import { toError } from '@backstage/errors';
import { IMAGE_ANNOTATIONS, imagesOf, parseArnOf } from '@careplane/aws-common';
import type { ImageStatus } from '@careplane/backstage-plugin-delivery-common';
import type {
  ImageProvider,
  SourceRef,
} from '@careplane/backstage-plugin-delivery-node';
import type { AwsReader, Place } from '../AwsReader';
import { ResourceLocator, toSourceRef } from '../ResourceLocator';
import { isImage, newestFirst, ScanFacts, toImageStatus } from './imageStatus';

/** AWS gives images in no order: all are listed before the newest are kept. */
const PAGE = 1000;
const MAX_PAGES = 20;
/** Newest images whose findings are asked for where the list has none. */
const MAX_FINDINGS_CALLS = 3;

/** Images of ECR, newest first. */
export class EcrProvider implements ImageProvider {
  readonly id = 'ecr';
  readonly annotations = IMAGE_ANNOTATIONS;
  readonly #aws: AwsReader;
  readonly #locator: ResourceLocator;
  readonly #maxImages: number;

  constructor(options: {
    aws: AwsReader;
    locator: ResourceLocator;
    /** Peers' key `aws.ecr.maxImages`. */
    maxImages: number;
  }) {
    this.#aws = options.aws;
    this.#locator = options.locator;
    this.#maxImages = options.maxImages;
  }

  async resolve(entity: Entity): Promise<SourceRef[]> {
    return imagesOf(entity).map(toSourceRef);
  }

  async read(ref: SourceRef): Promise<ImageStatus[]> {
    const arns = await this.#locator.arnsOf(ref, 'ecr:repository');
    const images: ImageStatus[] = [];
    for (const arn of arns) images.push(...(await this.#readOne(arn)));
    return images;
  }

  async #readOne(arn: string): Promise<ImageStatus[]> {
    const repo = parseArnOf(arn, 'ecr-repository');
    const place = { accountId: repo.accountId, region: repo.region };
    const details = await this.#list(place, repo.repository);
    const newest = newestFirst(details.filter(isImage)).slice(
      0,
      this.#maxImages,
    );
    let calls = 0;
    const images: ImageStatus[] = [];
    for (const detail of newest) {
      const known = toImageStatus(arn, detail);
      const ask =
        detail.imageScanStatus?.status === 'ACTIVE' &&
        known.scan === 'unknown' &&
        calls < MAX_FINDINGS_CALLS;
      if (ask) calls += 1;
      images.push(
        ask
          ? toImageStatus(
              arn,
              detail,
              await this.#findings(place, repo.repository, detail),
            )
          : known,
      );
    }
    return images;
  }

  async #list(place: Place, repository: string): Promise<ImageDetail[]> {
    return this.#aws.call(
      ECRClient,
      place,
      {
        service: 'ecr',
        operation: 'DescribeImages',
        resource: `repository ${repository}`,
      },
      async client => {
        const details: ImageDetail[] = [];
        let pages = 0;
        for await (const page of paginateDescribeImages(
          { client, pageSize: PAGE },
          { repositoryName: repository },
        )) {
          details.push(...(page.imageDetails ?? []));
          pages += 1;
          if (pages >= MAX_PAGES) break;
        }
        return details;
      },
    );
  }

  /** Enhanced scanning leaves its counts out of the list. */
  async #findings(
    place: Place,
    repository: string,
    detail: ImageDetail,
  ): Promise<ScanFacts> {
    try {
      const output = await this.#aws.call(
        ECRClient,
        place,
        {
          service: 'ecr',
          operation: 'DescribeImageScanFindings',
          resource: `repository ${repository}`,
        },
        client =>
          client.send(
            new DescribeImageScanFindingsCommand({
              repositoryName: repository,
              imageId: { imageDigest: detail.imageDigest },
              maxResults: 1,
            }),
          ),
      );
      return {
        status: output.imageScanStatus?.status,
        completedAt: output.imageScanFindings?.imageScanCompletedAt,
        counts: output.imageScanFindings?.findingSeverityCounts,
      };
    } catch (thrown) {
      const notScanned = toError(thrown).name === 'NotFoundError';
      return { status: notScanned ? undefined : 'FINDINGS_UNAVAILABLE' };
    }
  }
}
