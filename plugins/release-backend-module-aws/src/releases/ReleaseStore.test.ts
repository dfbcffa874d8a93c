import { createHash } from 'node:crypto';
import { text as textOf } from 'node:stream/consumers';
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

  it('says what was published and with which content, and reads nothing for it', async () => {
    const [one, two] = [manifest('1.1.0'), manifest('1.2.0')];
    await publish(one);
    await publish(two);
    const { releases, next } = await store.part('claims-api');
    expect(releases.map(r => r.id)).toEqual([one.id, two.id].sort());
    expect(next).toBeUndefined();
    expect(gets()).toHaveLength(0);
    await publish(manifest('1.2.0', { commit: { id: 'other' } }));
    const again = await store.part('claims-api');
    const changed = again.releases.filter(
      r => !releases.some(known => known.tag === r.tag),
    );
    expect(changed.map(r => r.id)).toEqual([two.id]);
    await expect(store.read('claims-api', two.id)).resolves.toMatchObject({
      version: '1.2.0',
      commit: { id: 'other' },
    });
    await expect(store.part('nothing')).resolves.toEqual({ releases: [] });
  });

  it('shows a bucket of any size in parts, each of one call', async () => {
    const ids = Array.from({ length: 700 }, (_, n) => sha256(`${n}`)).sort();
    for (const id of ids) {
      await put(`releases/claims-api/${id}/manifest.json`, '{}');
      await put(`releases/claims-api/${id}/template.yaml`, TEMPLATE);
    }
    const lists = () =>
      sandbox.requests.since(0).filter(one => /ListObj/.test(one.operation));
    const first = await store.part('claims-api');
    expect(lists()).toHaveLength(1);
    expect(first.next).toBe(ids[499]);
    const second = await store.part('claims-api', first.next);
    expect(lists()).toHaveLength(2);
    expect(second.next).toBeUndefined();
    const seen = [...first.releases, ...second.releases].map(r => r.id);
    expect(seen).toEqual(ids);
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
    'leaves out a manifest with %s, and warns',
    async (_, bad, id = bad.id) => {
      const good = manifest('1.1.0');
      await publish(good);
      await publish(bad, id);
      await expect(store.read('claims-api', id)).resolves.toBeUndefined();
      expect(logger.warn).toHaveBeenCalledTimes(1);
      await expect(store.read('claims-api', good.id)).resolves.toMatchObject({
        version: '1.1.0',
      });
    },
  );

  it('does not take in a manifest without end', async () => {
    const id = 'c'.repeat(64);
    const key = `releases/claims-api/${id}/manifest.json`;
    await put(key, `{"schema":"${'x'.repeat(2 * 1024 * 1024)}"}`);
    await expect(store.read('claims-api', id)).resolves.toBeUndefined();
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('manifest.json has more than 2 MB'),
    );
  });

  it('hands on the code of a release as it comes, with where it lies', async () => {
    const m = manifest('1.1.0');
    await publish(m);
    await put('code.zip', 'PK code');
    const { artifact, content } = await store.code(
      'claims-api',
      m.id,
      async (body, { region }) => ({ region, text: await textOf(body) }),
    );
    expect(artifact).toMatchObject({ bucket: BUCKET, key: 'code.zip' });
    expect(content).toEqual({ region: 'us-east-1', text: 'PK code' });
  });

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
    await expect(store.part('claims-api')).rejects.toMatchObject({
      action: expect.stringMatching(/^s3:List/),
    });
  });

  it('does not let a component name reach into another prefix', async () => {
    await expect(store.part('../secrets')).rejects.toMatchObject({
      name: 'InputError',
    });
  });
});
