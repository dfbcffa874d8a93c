import * as sdk from '@aws-sdk/client-ecr';
import type { ImageDetail, ImageIdentifier } from '@aws-sdk/client-ecr';
import { AwsError, type CallContext, type Operations } from '../../core';
import { page } from '../paging';
import { ImageStore, severityCounts } from './ImageStore';
import type { Finding, ImageRecord } from './model';

export const storeFor = (context: CallContext, registryId?: string) =>
  new ImageStore(context.sandbox, registryId ?? context.account);

const detail = (images: ImageStore, image: ImageRecord): ImageDetail => ({
  registryId: images.account,
  repositoryName: image.repository,
  imageDigest: image.digest,
  imageTags: image.tags.length > 0 ? image.tags : undefined,
  imageSizeInBytes: image.size,
  imagePushedAt: new Date(image.pushedAt),
  imageManifestMediaType: image.manifestMediaType,
  artifactMediaType: 'application/vnd.oci.image.config.v1+json',
  imageStatus: images.statusOf(image),
  ...(image.scan && {
    imageScanStatus: {
      status: 'COMPLETE',
      description: 'The scan was completed successfully.',
    },
    imageScanFindingsSummary: {
      imageScanCompletedAt: new Date(image.scan.completedAt),
      vulnerabilitySourceUpdatedAt: new Date(image.scan.completedAt),
      findingSeverityCounts: severityCounts(image.scan.findings),
    },
  }),
});

const findingView = (finding: Finding) => ({
  name: finding.name,
  description: finding.description,
  uri: finding.uri ?? `https://nvd.nist.gov/vuln/detail/${finding.name}`,
  severity: finding.severity,
  attributes: [
    ...(finding.package
      ? [{ key: 'package_name', value: finding.package }]
      : []),
    ...(finding.version
      ? [{ key: 'package_version', value: finding.version }]
      : []),
  ],
});

const asked = (id: ImageIdentifier) => ({
  imageDigest: id.imageDigest,
  imageTag: id.imageTag,
});

/** Whether the image is of the kind that a filter asks for; without one, any is. */
export function hasStatus(
  image: ImageRecord,
  status: string | undefined,
): boolean {
  if (status === 'TAGGED') return image.tags.length > 0;
  return status !== 'UNTAGGED' || image.tags.length === 0;
}

export const imageOperations: Operations<typeof sdk> = {
  PutImage(input, context) {
    const images = storeFor(context, input.registryId);
    const repository = images.repository(input.repositoryName);
    const image = images.put(
      repository,
      input.imageManifest!,
      input.imageManifestMediaType,
      input.imageTag,
    );
    if (input.imageDigest && input.imageDigest !== image.digest) {
      throw new AwsError(
        'ImageDigestDoesNotMatchException',
        `The digest of the manifest is ${image.digest}`,
      );
    }
    context.sandbox.events.emit({
      account: images.account,
      source: 'aws.ecr',
      detailType: 'ECR Image Action',
      detail: {
        result: 'SUCCESS',
        'action-type': 'PUSH',
        'repository-name': repository.name,
        'image-digest': image.digest,
        'image-tag': input.imageTag,
      },
    });
    return {
      image: {
        registryId: images.account,
        repositoryName: repository.name,
        imageId: { imageDigest: image.digest, imageTag: input.imageTag },
        imageManifest: input.imageManifest,
        imageManifestMediaType: image.manifestMediaType,
      },
    };
  },

  ListImages(input, context) {
    const images = storeFor(context, input.registryId);
    images.repository(input.repositoryName);
    const ids = images
      .list(input.repositoryName!)
      .filter(image => hasStatus(image, input.filter?.tagStatus))
      .flatMap(image =>
        image.tags.length > 0
          ? image.tags.map(imageTag => ({
              imageDigest: image.digest,
              imageTag,
            }))
          : [{ imageDigest: image.digest }],
      );
    const { items, next } = page(ids, input.nextToken, input.maxResults);
    return { imageIds: items, nextToken: next };
  },

  DescribeImages(input, context) {
    const images = storeFor(context, input.registryId);
    images.repository(input.repositoryName);
    if (input.imageIds?.length) {
      const found = input.imageIds.map(id =>
        images.need(input.repositoryName!, asked(id)),
      );
      return {
        imageDetails: [
          ...new Map(found.map(image => [image.digest, image])).values(),
        ].map(image => detail(images, image)),
      };
    }
    const all = images
      .list(input.repositoryName!)
      .filter(
        image =>
          hasStatus(image, input.filter?.tagStatus) &&
          [undefined, 'ANY', images.statusOf(image)].includes(
            input.filter?.imageStatus,
          ),
      );
    const { items, next } = page(all, input.nextToken, input.maxResults);
    return {
      imageDetails: items.map(image => detail(images, image)),
      nextToken: next,
    };
  },

  BatchGetImage(input, context) {
    const images = storeFor(context, input.registryId);
    images.repository(input.repositoryName);
    const failures: {
      imageId: ImageIdentifier;
      failureCode: 'ImageNotFound';
      failureReason: string;
    }[] = [];
    const found = input.imageIds!.flatMap(imageId => {
      const image = images.find(input.repositoryName!, asked(imageId));
      if (!image || images.statusOf(image) !== 'ACTIVE') {
        failures.push({
          imageId,
          failureCode: 'ImageNotFound',
          failureReason: 'Requested image not found',
        });
        return [];
      }
      return [
        {
          registryId: images.account,
          repositoryName: image.repository,
          imageId: { imageDigest: image.digest, imageTag: imageId.imageTag },
          imageManifest: images.manifestText(image),
          imageManifestMediaType: image.manifestMediaType,
        },
      ];
    });
    return { images: found, failures };
  },

  BatchDeleteImage(input, context) {
    const images = storeFor(context, input.registryId);
    images.repository(input.repositoryName);
    const gone: ImageIdentifier[] = [];
    const failures: {
      imageId: ImageIdentifier;
      failureCode: 'ImageNotFound';
      failureReason: string;
    }[] = [];
    for (const imageId of input.imageIds!) {
      const image = images.find(input.repositoryName!, asked(imageId));
      if (!image) {
        failures.push({
          imageId,
          failureCode: 'ImageNotFound',
          failureReason: 'Requested image not found',
        });
        continue;
      }
      const rest = imageId.imageDigest
        ? []
        : image.tags.filter(tag => tag !== imageId.imageTag);
      if (rest.length > 0) images.save({ ...image, tags: rest });
      else images.remove(image);
      gone.push({ imageDigest: image.digest, imageTag: imageId.imageTag });
    }
    return { imageIds: gone, failures };
  },

  StartImageScan(input, context) {
    const images = storeFor(context, input.registryId);
    const image = images.need(input.repositoryName!, asked(input.imageId!));
    const since = context.sandbox.clock.now().getTime() - 24 * 3600_000;
    if (image.scan && Date.parse(image.scan.completedAt) > since) {
      throw new AwsError(
        'LimitExceededException',
        'The scan quota per image has been exceeded. Wait and try again.',
      );
    }
    images.scan(image);
    images.save(image);
    return {
      registryId: images.account,
      repositoryName: image.repository,
      imageId: { imageDigest: image.digest, imageTag: input.imageId!.imageTag },
      imageScanStatus: { status: 'IN_PROGRESS' },
    };
  },

  DescribeImageScanFindings(input, context) {
    const images = storeFor(context, input.registryId);
    const image = images.need(input.repositoryName!, asked(input.imageId!));
    if (!image.scan) {
      throw new AwsError(
        'ScanNotFoundException',
        `Image scan does not exist for the image with '{imageDigest:'${
          image.digest
        }', imageTag:'${
          input.imageId!.imageTag ?? 'null'
        }'}' in the repository with name '${
          image.repository
        }' in the registry with id '${images.account}'`,
      );
    }
    const { items, next } = page(
      image.scan.findings,
      input.nextToken,
      input.maxResults,
    );
    return {
      registryId: images.account,
      repositoryName: image.repository,
      imageId: { imageDigest: image.digest },
      imageScanStatus: {
        status: 'COMPLETE',
        description: 'The scan was completed successfully.',
      },
      imageScanFindings: {
        imageScanCompletedAt: new Date(image.scan.completedAt),
        vulnerabilitySourceUpdatedAt: new Date(image.scan.completedAt),
        findings: items.map(findingView),
        findingSeverityCounts: severityCounts(image.scan.findings),
      },
      nextToken: next,
    };
  },

  UpdateImageStorageClass(input, context) {
    const images = storeFor(context, input.registryId);
    const image = images.need(input.repositoryName!, asked(input.imageId!));
    if (input.targetStorageClass === 'ARCHIVE') images.archive(image);
    else images.restore(image);
    return {
      registryId: images.account,
      repositoryName: image.repository,
      imageId: { imageDigest: image.digest },
      imageStatus: images.statusOf(
        images.need(input.repositoryName!, asked(input.imageId!)),
      ),
    };
  },
};
