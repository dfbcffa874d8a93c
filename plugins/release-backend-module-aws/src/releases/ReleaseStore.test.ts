import { createHash } from 'node:crypto';
import {
  CreateBucketCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockServices } from '@backstage/backend-test-utils';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import { asAccount, BUCKET, DELIVERY, testAws } from '../testUtils/aws';
import { Manifest, releaseIdOf } from './manifest';
import { ReleaseStore } from './ReleaseStore';

const TEMPLATE = 'Resources: {}\n';
const sha256 = (text: string) =>
  createHash('sha256').update(text).digest('hex');

function manifest(version: string, change: object = {}): Manifest {
  const artifact = {
    type: 'zip' as const,
    bucket: BUCKET,
    key: 'code.zip',
    codeSha256: createHash('sha256').update(version).digest('base64'),
  };
  const base = {
    kind: 'lambda-alias' as const,
    artifact,
    template: { bucket: BUCKET, key: '', sha256: sha256(TEMPLATE) },
  };
  const id = releaseIdOf(base);
  return {
    schema: 'careplane.dev/release/v1',
    id,
    component: 'claims-api',
    version,
    commit: { id: 'c0ffee', message: 'first line' },
    builtAt: `2026-11-0${version.split('.')[1]}T10:00:00Z`,
    ...base,
    template: {
      ...base.template,
      key: `releases/claims-api/${id}/template.yaml`,
    },
    ...change,
  };
}

describe('ReleaseStore', () => {
  let sandbox: RunningSandbox;
  let s3: S3Client;
  let store: ReleaseStore;
  const logger = mockServices.logger.mock();

  const put = (key: string, body: string) =>
    s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body }));
  const publish = async (m: Manifest, id = m.id) => {
    await put(m.template.key, TEMPLATE);
    await put(
      `releases/claims-api/${id}/manifest.json`,
      JSON.stringify({ ...m, quality: null }),
    );
  };
  const gets = () =>
    sandbox.requests.since(0).filter(call => call.operation === 'GetObject');

  beforeAll(() => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  });
  beforeEach(async () => {
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
    s3 = new S3Client(asAccount(DELIVERY));
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const { accounts, clients } = testAws();
    store = new ReleaseStore(clients, accounts, logger);
    jest.clearAllMocks();
  });
  afterEach(async () => {
    delete process.env.AWS_ENDPOINT_URL;
    await sandbox.close();
  });

  it('has the id that the contract says: RFC 8785 JSON, hashed (INV-15)', () => {
    const m = manifest('1.1.0');
    const hash =
      m.artifact.type === 'zip' ? m.artifact.codeSha256 : m.artifact.digest;
    expect(m.id).toBe(
      sha256(
        `{"artifact":"${hash}","kind":"lambda-alias","template":"${m.template.sha256}"}`,
      ),
    );
  });

  it('lists releases, newest build first, and reads each manifest once', async () => {
    await publish(manifest('1.1.0'));
    await publish(manifest('1.2.0'));
    expect((await store.list('claims-api')).map(r => r.version)).toEqual([
      '1.2.0',
      '1.1.0',
    ]);
    expect(gets()).toHaveLength(2);
    await publish(manifest('1.3.0'));
    expect(await store.list('claims-api')).toHaveLength(3);
    expect(gets()).toHaveLength(3);
    await expect(store.list('nothing')).resolves.toEqual([]);
  });

  it.each([
    ['a false id', manifest('1.4.0', { id: 'a'.repeat(64) }), 'a'.repeat(64)],
    ['another place', manifest('1.4.0'), 'b'.repeat(64)],
    ['another component', manifest('1.4.0', { component: 'other' }), undefined],
    ['another schema', manifest('1.4.0', { schema: 'x' }), undefined],
    [
      'a kind that does not fit',
      manifest('1.4.0', { kind: 'ecs-service' }),
      undefined,
    ],
  ])(
    'leaves out a manifest with %s, warns once, keeps the rest',
    async (_, bad, id) => {
      await publish(manifest('1.1.0'));
      await publish(bad, id);
      for (let i = 0; i < 2; i++) {
        expect((await store.list('claims-api')).map(r => r.version)).toEqual([
          '1.1.0',
        ]);
      }
      expect(logger.warn).toHaveBeenCalledTimes(1);
    },
  );

  it('opens a release only with the template that was published', async () => {
    const m = manifest('1.1.0');
    await publish(m);
    await expect(store.open('claims-api', m.id)).resolves.toMatchObject({
      template: TEMPLATE,
    });
    await put(m.template.key, `${TEMPLATE}# changed`);
    await expect(store.open('claims-api', m.id)).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('is not the one that was published'),
    });
  });

  it('fails by name when the bucket cannot be read, and never says "none"', async () => {
    sandbox.faults.add({ kind: 'deny', service: 's3' });
    await expect(store.list('claims-api')).rejects.toMatchObject({
      action: expect.stringMatching(/^s3:List/),
    });
  });

  it('does not let a component name reach into another prefix', async () => {
    await expect(store.list('../secrets')).rejects.toMatchObject({
      name: 'InputError',
    });
  });
});
