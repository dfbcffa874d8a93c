import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { mockServices } from '@backstage/backend-test-utils';
import { ConflictError, InputError } from '@backstage/errors';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import type {
  Publication,
  PublishSource,
} from '@careplane/backstage-plugin-release-node';
import { ZipFile } from 'yazl';
import { ReleaseStore } from '../releases/ReleaseStore';
import { DELIVERY, QA, target, testAws, write } from '../testUtils/aws';
import { LambdaArtifacts } from './artifact';
import { LambdaPublisher } from './LambdaPublisher';

const arnIn = (account: string) =>
  `arn:aws:lambda:us-east-1:${account}:function:claims-api:live`;
const alias = target(arnIn(QA), 'lambda-alias');
const PLANTED = 'MRN-0042-PLANTED';
const rollout = (made: boolean) => ({ id: write.rolloutId, made });

async function zip(text: string): Promise<Buffer> {
  const file = new ZipFile();
  file.addBuffer(
    Buffer.from(`exports.handler = async () => '${text}';`),
    'index.js',
    { mtime: new Date(0) },
  );
  file.end();
  return buffer(file.outputStream as NodeJS.ReadableStream);
}
const hashOf = (code: Buffer) =>
  createHash('sha256').update(code).digest('base64');

describe('LambdaPublisher', () => {
  let sandbox: RunningSandbox;
  let publisher: LambdaPublisher;
  let source: PublishSource;
  let newer: Buffer;

  const call = <T = Record<string, unknown>>(
    account: string,
    operation: string,
    input: object = {},
  ) =>
    sandbox.call<T>(
      'lambda',
      operation,
      { FunctionName: 'claims-api', ...input },
      { account },
    );
  const make = async (account: string, code: Buffer, names: object) => {
    await call(account, 'CreateFunction', {
      Runtime: 'nodejs22.x',
      Role: `arn:aws:iam::${account}:role/claims-api`,
      Handler: 'index.handler',
      Code: { ZipFile: code },
      Environment: { Variables: names },
    });
    await sandbox.clock.advance(60_000);
    await call(account, 'PublishVersion');
    await sandbox.clock.advance(60_000);
    await call(account, 'CreateAlias', { Name: 'live', FunctionVersion: '1' });
  };
  /** Reads until AWS works on it no more. */
  const settled = async (made = false): Promise<Publication> => {
    for (let i = 0; i < 50; i++) {
      const found = await publisher.publication(alias, source, rollout(made));
      if (found.needs !== 'busy') return found;
      await sandbox.clock.advance(5_000);
    }
    throw new Error('It never came to rest.');
  };
  const written = () =>
    sandbox.requests
      .since(0)
      .filter(one => one.account === QA)
      .map(one => one.operation)
      .filter(one => /^(UpdateFunctionCode|PublishVersion)$/.test(one));

  beforeAll(() => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  });
  beforeEach(async () => {
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
    newer = await zip('newer');
    await make(DELIVERY, newer, { STAGE: 'dev', TOPIC: PLANTED });
    await make(QA, await zip('older'), { STAGE: PLANTED });
    const { clients, accounts } = testAws();
    const logger = mockServices.logger.mock();
    publisher = new LambdaPublisher(
      clients,
      new LambdaArtifacts(clients, new ReleaseStore(clients, accounts, logger)),
    );
    source = {
      component: 'claims-api',
      releaseId: 'a'.repeat(64),
      contentHash: hashOf(newer),
      published: false,
      from: {
        arn: arnIn(DELIVERY),
        revision: { id: '1', contentHash: hashOf(newer) },
      },
    };
  });
  afterEach(() => sandbox.close());

  it('copies the code that another account runs, and publishes it with the own configuration', async () => {
    const first = await settled();
    expect(first.needs).toBe('code');
    await publisher.publish(alias, source, first, write);
    const second = await settled();
    expect(second.needs).toBe('revision');
    expect(second.fingerprint).toBe(first.fingerprint);
    const { revision } = await publisher.publish(alias, source, second, write);
    expect(revision).toMatchObject({ id: '2', contentHash: hashOf(newer) });

    type Found = {
      Configuration: {
        CodeSha256: string;
        Description: string;
        Environment: { Variables: object };
      };
    };
    const { Configuration } = await call<Found>(QA, 'GetFunction', {
      Qualifier: '2',
    });
    expect(Configuration).toMatchObject({
      CodeSha256: hashOf(newer),
      Description: `careplane rollout ${write.rolloutId}`,
      Environment: { Variables: { STAGE: PLANTED } },
    });
    const live = await call<{ FunctionVersion: string }>(QA, 'GetAlias', {
      Name: 'live',
    });
    expect(live.FunctionVersion).toBe('1');
    // The answer got lost: what was made is found by its mark.
    expect(await settled(true)).toMatchObject({
      needs: 'nothing',
      revision: { id: '2', contentHash: hashOf(newer) },
    });
    expect(written()).toEqual(['UpdateFunctionCode', 'PublishVersion']);
  });

  it('takes the code of a published release from the artifact bucket, when its hash is right', async () => {
    const bucket = 'careplane-artifacts-111111111111';
    const put = (Key: string, Body: Buffer) =>
      sandbox.call(
        's3',
        'PutObject',
        { Bucket: bucket, Key, Body },
        {
          account: DELIVERY,
        },
      );
    await sandbox.call(
      's3',
      'CreateBucket',
      { Bucket: bucket },
      {
        account: DELIVERY,
      },
    );
    await put('code.zip', newer);
    const code: ReleaseStore['code'] = async (_component, _id, read) => {
      const artifact = {
        type: 'zip' as const,
        bucket,
        key: 'code.zip',
        codeSha256: hashOf(newer),
        region: 'us-east-1',
      };
      return {
        artifact,
        content: await read(Readable.from([newer]), artifact),
      };
    };
    const { clients } = testAws();
    const store = { code } as unknown as ReleaseStore;
    publisher = new LambdaPublisher(
      clients,
      new LambdaArtifacts(clients, store),
    );
    source = { ...source, published: true, from: undefined };
    await publisher.publish(alias, source, await settled(), write);
    expect(await settled()).toMatchObject({ needs: 'revision' });

    source = { ...source, contentHash: hashOf(await zip('other')) };
    await expect(
      publisher.publish(alias, source, await settled(), write),
    ).rejects.toThrow(/its hash differs/);
    expect(written()).toEqual(['UpdateFunctionCode']);
  });

  it('refuses code whose hash is not the recorded one, and writes nothing', async () => {
    const found = await settled();
    const other = { ...source, contentHash: hashOf(await zip('other')) };
    await expect(publisher.publish(alias, other, found, write)).rejects.toThrow(
      InputError,
    );
    expect(written()).toEqual([]);
  });

  it('refuses code that was built for another architecture, and writes nothing', async () => {
    const FunctionName = 'claims-arm';
    await call(QA, 'CreateFunction', {
      FunctionName,
      Runtime: 'nodejs22.x',
      Role: `arn:aws:iam::${QA}:role/claims-api`,
      Handler: 'index.handler',
      Architectures: ['arm64'],
      Code: { ZipFile: newer },
    });
    await sandbox.clock.advance(60_000);
    await call(QA, 'PublishVersion', { FunctionName });
    await sandbox.clock.advance(60_000);
    const before = written().length;
    const from = {
      arn: arnIn(QA).replace('claims-api', FunctionName),
      revision: { id: '1', contentHash: hashOf(newer) },
    };
    const found = await settled();
    await expect(
      publisher.publish(alias, { ...source, from }, found, write),
    ).rejects.toThrow(/built for arm64.*runs on x86_64. Nothing was changed/);
    expect(written()).toHaveLength(before);
  });

  it('refuses more code than Lambda takes, from either side, and writes nothing', async () => {
    const { clients } = testAws();
    const limits = { zip: newer.length - 1, code: newer.length - 1 };
    const artifact = {
      type: 'zip' as const,
      bucket: 'one',
      key: 'code.zip',
      codeSha256: hashOf(newer),
      region: 'us-east-1',
    };
    let taken = 0;
    const code: ReleaseStore['code'] = async (_component, _id, read) => {
      const body = Readable.from(
        (function* chunks() {
          for (let at = 0; at < newer.length; at += 16) {
            const chunk = newer.subarray(at, at + 16);
            taken += chunk.length;
            yield chunk;
          }
          // What comes after the limit is not asked for.
          for (;;) yield Buffer.alloc(16);
        })(),
        { objectMode: true, highWaterMark: 1 },
      );
      return { artifact, content: await read(body, artifact) };
    };
    publisher = new LambdaPublisher(
      clients,
      new LambdaArtifacts(clients, { code } as unknown as ReleaseStore, limits),
    );
    const found = await settled();
    const published = { ...source, published: true, from: undefined };
    await expect(
      publisher.publish(alias, published, found, write),
    ).rejects.toThrow(/more than 0 MB, which is more than Lambda takes/);
    expect(taken).toBeGreaterThanOrEqual(newer.length);
    await expect(
      publisher.publish(alias, source, found, write),
    ).rejects.toThrow(/takes more than that from S3 only/);
    expect(written()).toEqual([]);
  });

  it('loses against somebody who changed the function meanwhile', async () => {
    const first = await settled();
    await call(QA, 'UpdateFunctionConfiguration', { Timeout: 20 });
    await sandbox.clock.advance(60_000);
    await expect(
      publisher.publish(alias, source, first, write),
    ).rejects.toThrow(ConflictError);
    const second = await settled();
    expect(second.fingerprint).not.toBe(first.fingerprint);
  });

  it('tells names of the configuration and aliases with provisioned concurrency, and no value', async () => {
    await call(QA, 'PutProvisionedConcurrencyConfig', {
      Qualifier: 'live',
      ProvisionedConcurrentExecutions: 1,
    });
    const facts = await publisher.facts(alias);
    expect(facts.provisioned).toEqual(['live']);
    expect(facts.becomes?.environment).toEqual(['STAGE']);
    expect(JSON.stringify([facts, await settled()])).not.toContain(PLANTED);
  });

  it('an error of the download names no address', async () => {
    const real = global.fetch;
    const found = await settled();
    const refused = jest
      .spyOn(global, 'fetch')
      .mockImplementation(async (url, init) => {
        if (String(url).includes('/_lambda/code/')) {
          throw new TypeError(`fetch failed: ${url}`);
        }
        return real(url, init);
      });
    const error = await publisher
      .publish(alias, source, found, write)
      .catch(caught => caught);
    refused.mockRestore();
    expect(error.name).toBe('ServiceUnavailableError');
    expect(`${error.message} ${error.cause}`).not.toMatch(/http|_lambda/);
  });
});
