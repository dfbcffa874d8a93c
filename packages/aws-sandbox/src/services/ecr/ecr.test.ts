import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  PutImageCommand,
  GetLifecyclePolicyPreviewCommand,
  PutLifecyclePolicyCommand,
  StartLifecyclePolicyPreviewCommand,
  StartImageScanCommand,
  UpdateImageStorageClassCommand,
} from '@aws-sdk/client-ecr';
import { RunningSandbox, startSandbox } from '../..';

const repositoryName = 'video-gateway';
const DAY = 24 * 3600_000;

describe('a repository', () => {
  let sandbox: RunningSandbox;
  let ecr: ECRClient;

  beforeEach(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    sandbox = await startSandbox();
    ecr = new ECRClient({
      endpoint: sandbox.url,
      region: 'us-east-1',
      credentials: { accessKeyId: '111111111111', secretAccessKey: 'x' },
    });
    await ecr.send(
      new CreateRepositoryCommand({
        repositoryName,
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [
          { filterType: 'WILDCARD', filter: 'latest*' },
        ],
      }),
    );
  });
  afterEach(() => sandbox.close());

  /** An image without layers. @returns its digest. */
  async function push(imageTag: string, label = imageTag) {
    const { image } = await ecr.send(
      new PutImageCommand({
        repositoryName,
        imageTag,
        imageManifest: JSON.stringify({ schemaVersion: 2, label, layers: [] }),
      }),
    );
    return image!.imageId!.imageDigest!;
  }
  const images = async () =>
    (await ecr.send(new DescribeImagesCommand({ repositoryName })))
      .imageDetails!;
  const pull = async (imageDigest: string) =>
    (
      await ecr.send(
        new BatchGetImageCommand({
          repositoryName,
          imageIds: [{ imageDigest }],
        }),
      )
    ).images!.length;

  it('keeps a tag on its image, except where a filter lets it move', async () => {
    await push('1.0.0');
    await expect(push('1.0.0', 'other')).rejects.toMatchObject({
      name: 'ImageTagAlreadyExistsException',
    });
    await push('latest-dev', 'one');
    const moved = await push('latest-dev', 'two');
    const holder = (await images()).find(image =>
      image.imageTags?.includes('latest-dev'),
    );
    expect(holder?.imageDigest).toBe(moved);
  });

  it('gives an archived image back after a while, and not to a pull before', async () => {
    const imageDigest = await push('1.0.0');
    const to = (targetStorageClass: 'ARCHIVE' | 'STANDARD') =>
      ecr.send(
        new UpdateImageStorageClassCommand({
          repositoryName,
          imageId: { imageDigest },
          targetStorageClass,
        }),
      );
    expect((await to('ARCHIVE')).imageStatus).toBe('ARCHIVED');
    expect(await pull(imageDigest)).toBe(0);
    expect((await to('STANDARD')).imageStatus).toBe('ACTIVATING');
    expect(await pull(imageDigest)).toBe(0);
    await sandbox.clock.advance(3600_000);
    expect((await images())[0].imageStatus).toBe('ACTIVE');
    expect(await pull(imageDigest)).toBe(1);
  });

  it('expires and archives by its lifecycle policy within a day, first rule first', async () => {
    await push('keep-1');
    await push('1.0.0');
    await sandbox.clock.advance(1000);
    await push('1.1.0');
    const lifecyclePolicyText = JSON.stringify({
      rules: [
        {
          rulePriority: 1,
          selection: {
            tagStatus: 'tagged',
            tagPrefixList: ['keep-'],
            countType: 'sinceImagePushed',
            countUnit: 'days',
            countNumber: 1,
          },
          action: { type: 'transition', targetStorageClass: 'archive' },
        },
        {
          rulePriority: 2,
          description: 'Only the newest stays',
          selection: {
            tagStatus: 'any',
            countType: 'imageCountMoreThan',
            countNumber: 1,
          },
          action: { type: 'expire' },
        },
      ],
    });
    const preview = () =>
      ecr.send(new GetLifecyclePolicyPreviewCommand({ repositoryName }));
    await expect(preview()).rejects.toMatchObject({
      name: 'LifecyclePolicyPreviewNotFoundException',
    });
    const begin = () =>
      ecr.send(
        new StartLifecyclePolicyPreviewCommand({
          repositoryName,
          lifecyclePolicyText,
        }),
      );
    expect((await begin()).status).toBe('IN_PROGRESS');
    await expect(begin()).rejects.toMatchObject({
      name: 'LifecyclePolicyPreviewInProgressException',
    });
    await sandbox.clock.advance(2000);
    const shown = await preview();
    expect(shown.status).toBe('COMPLETE');
    expect(shown.summary?.expiringImageTotalCount).toBe(1);
    expect(shown.previewResults).toEqual([
      expect.objectContaining({
        imageTags: ['1.0.0'],
        action: { type: 'EXPIRE' },
        appliedRulePriority: 2,
        storageClass: 'STANDARD',
      }),
    ]);
    await ecr.send(
      new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }),
    );
    expect(await images()).toHaveLength(3);
    await sandbox.clock.advance(DAY + 1000);
    const left = (await images()).map(image => [
      image.imageTags,
      image.imageStatus,
    ]);
    expect(left).toEqual(
      expect.arrayContaining([
        [['keep-1'], 'ARCHIVED'],
        [['1.1.0'], 'ACTIVE'],
      ]),
    );
    expect(left).toHaveLength(2);
  });

  it('scans an image once a day', async () => {
    const imageDigest = await push('1.0.0');
    const scan = () =>
      ecr.send(
        new StartImageScanCommand({ repositoryName, imageId: { imageDigest } }),
      );
    await scan();
    await expect(scan()).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
    await sandbox.clock.advance(DAY + 1000);
    await expect(scan()).resolves.toBeDefined();
  });
});
