import type { ImageDetail } from '@aws-sdk/client-ecr';
import { DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { ConfigReader } from '@backstage/config';
import type { AwsReader } from '../AwsReader';
import { ResourceLocator } from '../ResourceLocator';
import { EcrProvider } from './EcrProvider';
import { isImage, newestFirst, toImageStatus } from './imageStatus';

const ARN = 'arn:aws:ecr:us-east-1:111111111111:repository/web';
const digest = (n: number) => `sha256:${String(n).padStart(64, '0')}`;
const detail = (fields: Partial<ImageDetail>): ImageDetail => ({
  repositoryName: 'web',
  imageDigest: digest(1),
  ...fields,
});

describe('toImageStatus', () => {
  it.each<[string, Partial<ImageDetail>, string]>([
    ['without a scan', {}, 'not-scanned'],
    [
      'with a finished scan without findings',
      {
        imageScanStatus: { status: 'COMPLETE' },
        imageScanFindingsSummary: { imageScanCompletedAt: new Date(0) },
      },
      'complete',
    ],
    [
      'with a finished scan whose counts are missing',
      { imageScanStatus: { status: 'COMPLETE' } },
      'unknown',
    ],
    [
      'with a running scan',
      { imageScanStatus: { status: 'PENDING' } },
      'in-progress',
    ],
    ['with a failed scan', { imageScanStatus: { status: 'FAILED' } }, 'failed'],
    [
      'that cannot be scanned',
      { imageScanStatus: { status: 'UNSUPPORTED_IMAGE' } },
      'unsupported',
    ],
    [
      'whose scan is too old',
      { imageScanStatus: { status: 'SCAN_ELIGIBILITY_EXPIRED' } },
      'not-scanned',
    ],
  ])('never calls an image %s clean without knowing', (_name, fields, scan) => {
    const status = toImageStatus(ARN, detail(fields));
    expect(status.scan).toBe(scan);
    expect(status.severities !== undefined).toBe(scan === 'complete');
  });

  it('counts findings by severity, zeros included', () => {
    expect(
      toImageStatus(
        ARN,
        detail({
          imageScanStatus: { status: 'COMPLETE' },
          imageScanFindingsSummary: {
            findingSeverityCounts: { CRITICAL: 2, UNDEFINED: 1 },
          },
        }),
      ).severities,
    ).toEqual({
      critical: 2,
      high: 0,
      medium: 0,
      low: 0,
      informational: 0,
      undefined: 1,
    });
  });
});

describe('the order of images', () => {
  it('is by push date, and leaves signatures out', () => {
    const images = newestFirst([
      detail({ imageDigest: 'none' }),
      detail({ imageDigest: 'old', imagePushedAt: new Date(1) }),
      detail({ imageDigest: 'new', imagePushedAt: new Date(2) }),
    ]);
    expect(images.map(one => one.imageDigest)).toEqual(['new', 'old', 'none']);
    expect(
      isImage(detail({ imageTags: [`sha256-${'a'.repeat(64)}.sig`] })),
    ).toBe(false);
    expect(isImage(detail({ imageTags: ['1.0.0'] }))).toBe(true);
    expect(isImage(detail({ imageTags: undefined }))).toBe(true);
  });
});

describe('EcrProvider', () => {
  it('reads every page before it keeps the newest', async () => {
    const pages: ImageDetail[][] = [
      [detail({ imageDigest: digest(1), imagePushedAt: new Date(1000) })],
      [detail({ imageDigest: digest(2), imagePushedAt: new Date(2000) })],
      [detail({ imageDigest: digest(3), imagePushedAt: new Date(3000) })],
    ];
    const client = new ECRClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    });
    const send = jest
      .spyOn(client, 'send')
      .mockImplementation(async (command: unknown) => {
        if (!(command instanceof DescribeImagesCommand)) {
          throw new Error('No other call is expected.');
        }
        const at = Number(command.input.nextToken ?? 0);
        return {
          imageDetails: pages[at],
          nextToken: at < pages.length - 1 ? String(at + 1) : undefined,
        };
      });
    const aws = {
      call: async (...args: unknown[]) =>
        (args[3] as (c: ECRClient) => Promise<unknown>)(client),
    } as unknown as AwsReader;
    const provider = new EcrProvider({
      aws,
      locator: new ResourceLocator({ aws, config: new ConfigReader({}) }),
      maxImages: 2,
    });
    const images = await provider.read({ key: ARN });
    expect(images.map(one => one.digest)).toEqual([digest(3), digest(2)]);
    expect(send).toHaveBeenCalledTimes(3);
  });

  it('reads ARNs and tags, several and of several owners, from annotations', async () => {
    const aws = {} as AwsReader;
    const provider = new EcrProvider({
      aws,
      locator: new ResourceLocator({ aws, config: new ConfigReader({}) }),
      maxImages: 2,
    });
    const refs = await provider.resolve({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: {
        name: 'web',
        annotations: {
          'aws.amazon.com/amazon-ecr-arn': `${ARN},${ARN}-edge`,
          'amazonaws.com/ecr-repository-arn': ARN,
          'aws.amazon.com/amazon-ecr-tags': 'team=care,app=web',
        },
      },
    });
    expect(refs).toEqual([
      { key: ARN, lane: '111111111111/us-east-1' },
      { key: `${ARN}-edge`, lane: '111111111111/us-east-1' },
      { key: 'tags:[["app","web"],["team","care"]]', lane: 'tags:' },
    ]);
  });

  it('refuses tags with a locator that is not supported, and only tags', async () => {
    const aws = {} as AwsReader;
    const locator = new ResourceLocator({
      aws,
      config: new ConfigReader({ aws: { locator: { type: 'awsConfig' } } }),
    });
    await expect(locator.arnsOf({ key: ARN }, 'x')).resolves.toEqual([ARN]);
    await expect(
      locator.arnsOf({ key: 'tags:[["app","web"]]' }, 'x'),
    ).rejects.toThrow("'aws.locator.type: awsConfig' is not supported");
  });
});
