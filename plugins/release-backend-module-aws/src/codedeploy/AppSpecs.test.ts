import type { S3Location } from '@aws-sdk/client-codedeploy';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import { QA, testAws } from '../testUtils/aws';
import { AppSpecs } from './AppSpecs';

const place = { accountId: QA, region: 'us-east-1' };

describe('the AppSpec of a deployment', () => {
  let sandbox: RunningSandbox;
  let specs: AppSpecs;
  let written: { VersionId: string; ETag: string };

  beforeAll(async () => {
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
    specs = new AppSpecs(testAws().clients);
    const call = (operation: string, input: object) =>
      sandbox.call<typeof written>(
        's3',
        operation,
        { Bucket: 'specs', ...input },
        { account: QA },
      );
    await call('CreateBucket', {});
    await call('PutBucketVersioning', {
      VersioningConfiguration: { Status: 'Enabled' },
    });
    const put = (Key: string, text: string) =>
      call('PutObject', { Key, Body: Buffer.from(text) });
    written = await put('appspec.yaml', 'version: 0.0');
    await put('large.yaml', 'x'.repeat(256 * 1024 + 1));
  });
  afterAll(async () => {
    delete process.env.AWS_ENDPOINT_URL;
    await sandbox.close();
  });

  const read = async (more: S3Location, seconds = 60) =>
    specs.of(place, {
      computePlatform: 'Lambda',
      createTime: new Date(sandbox.clock.now().getTime() + seconds * 1_000),
      revision: {
        revisionType: 'S3',
        s3Location: {
          bucket: 'specs',
          key: 'appspec.yaml',
          bundleType: 'YAML',
          ...more,
        },
      },
    });

  it('is read from S3 by version, by ETag, or as it was before the deployment', async () => {
    expect(await read({ version: written.VersionId })).toBe('version: 0.0');
    expect(await read({ eTag: written.ETag }, -3600)).toBe('version: 0.0');
    expect(await read({})).toBe('version: 0.0');
  });

  it.each<[string, S3Location, number]>([
    ['was written again since', {}, -3600],
    ['was written again since', { eTag: '0'.repeat(32) }, 60],
    ['is gone', { key: 'nothing.yaml' }, 60],
    ['is larger than 256 KB', { key: 'large.yaml' }, 60],
    ['lies in an archive of type zip', { bundleType: 'zip' }, 60],
  ])('%s: that is said, with the bucket (%j)', async (why, more, seconds) => {
    await expect(read(more, seconds)).rejects.toMatchObject({
      name: 'UnreadAppSpec',
      bucket: 'specs',
      message: `The AppSpec in bucket specs ${why}`,
    });
  });

  it('is what the deployment gave, and none of what goes to servers or lies in GitHub', async () => {
    const given = { revisionType: 'String', string: { content: 'a: 1' } };
    expect(await specs.of(place, { revision: { ...given } as object })).toBe(
      'a: 1',
    );
    const s3Location = { bucket: 'specs', key: 'code.zip', bundleType: 'zip' };
    expect(
      await specs.of(place, {
        computePlatform: 'Server',
        revision: { revisionType: 'S3', s3Location } as object,
      }),
    ).toBeUndefined();
    expect(
      await specs.of(place, { revision: { revisionType: 'GitHub' } }),
    ).toBeUndefined();
  });
});
