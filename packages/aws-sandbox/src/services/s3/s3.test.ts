import { request } from 'node:http';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  paginateListObjectsV2,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { startSandbox } from '../../startSandbox';
import { clientOptions } from '../../testing';
import type { RunningSandbox } from '../../core';

const Bucket = 'careplane-artifacts-111111111111';

describe('s3', () => {
  let sandbox: RunningSandbox;
  let s3: S3Client;

  beforeAll(async () => {
    sandbox = await startSandbox();
    s3 = new S3Client(clientOptions(sandbox.url));
    await s3.send(new CreateBucketCommand({ Bucket }));
  });

  afterAll(async () => {
    s3.destroy();
    await sandbox.close();
  });

  const put = (Key: string, Body: string | Uint8Array = Key, more = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  const read = async (Key: string, more = {}) => {
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket, Key, ...more }),
    );
    return Body?.transformToString();
  };
  const failure = (sent: Promise<unknown>) =>
    sent.then(
      () => ({ name: 'no error', status: 0 }),
      error => ({ name: error.name, status: error.$metadata?.httpStatusCode }),
    );

  it('gives back what was put, with metadata, digest and checksum', async () => {
    const { ETag } = await put('releases/a/manifest.json', '{"a":1}', {
      ContentType: 'application/json',
      Metadata: { commit: 'abc' },
    });
    const got = await s3.send(
      new GetObjectCommand({ Bucket, Key: 'releases/a/manifest.json' }),
    );
    expect(await got.Body?.transformToString()).toBe('{"a":1}');
    expect(got).toMatchObject({
      ETag,
      ContentType: 'application/json',
      ContentLength: 7,
      Metadata: { commit: 'abc' },
      ChecksumType: 'FULL_OBJECT',
    });
  });

  it('takes any key and any bytes', async () => {
    const key = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .filter(each => !/^\.{1,2}$|\0/.test(each))
      .map(each => `any/${each}`);
    await fc.assert(
      fc.asyncProperty(
        key,
        fc.uint8Array({ maxLength: 300 }),
        async (Key, Body) => {
          await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
          const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
          expect(await got.Body?.transformToByteArray()).toEqual(Body);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('takes a stream, which the SDK sends in chunks with a trailing checksum', async () => {
    const Body = Readable.from([Buffer.from('one,'), Buffer.from('two')]);
    await s3.send(
      new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength: 7 }),
    );
    expect(await read('stream')).toBe('one,two');
    expect(await read('stream', { Range: 'bytes=4-' })).toBe('two');
    expect(await read('stream', { Range: 'bytes=-3' })).toBe('two');
  });

  it('refuses a body that differs from its checksum', async () => {
    await expect(
      failure(put('bad', 'body', { ChecksumCRC32: 'AAAAAA==' })),
    ).resolves.toMatchObject({ name: 'BadDigest', status: 400 });
  });

  it('writes once with If-None-Match', async () => {
    await put('once', '1', { IfNoneMatch: '*' });
    await expect(
      failure(put('once', '2', { IfNoneMatch: '*' })),
    ).resolves.toMatchObject({ name: 'PreconditionFailed', status: 412 });
    expect(await read('once')).toBe('1');
  });

  it('lists by prefix and delimiter, in pages that leave nothing out', async () => {
    await Promise.all(
      ['a', 'b/1', 'b/2', 'c/1', 'd'].map(key => put(`list/${key}`)),
    );
    const whole = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: 'list/', Delimiter: '/' }),
    );
    expect(whole.Contents?.map(each => each.Key)).toEqual(['list/a', 'list/d']);
    expect(whole.CommonPrefixes?.map(each => each.Prefix)).toEqual([
      'list/b/',
      'list/c/',
    ]);
    const seen: (string | undefined)[] = [];
    const pages = paginateListObjectsV2(
      { client: s3, pageSize: 1 },
      { Bucket, Prefix: 'list/', Delimiter: '/' },
    );
    for await (const page of pages) {
      seen.push(
        ...(page.Contents ?? []).map(each => each.Key),
        ...(page.CommonPrefixes ?? []).map(each => each.Prefix),
      );
    }
    expect(seen).toEqual(['list/a', 'list/b/', 'list/c/', 'list/d']);
  });

  it('keeps versions once it is told to, and deletes with a marker', async () => {
    const versioned = { Bucket: 'versioned-bucket' };
    await s3.send(new CreateBucketCommand(versioned));
    await s3.send(
      new PutBucketVersioningCommand({
        ...versioned,
        VersioningConfiguration: { Status: 'Enabled' },
      }),
    );
    expect(
      (await s3.send(new GetBucketVersioningCommand(versioned))).Status,
    ).toBe('Enabled');
    const object = { ...versioned, Key: 'code.zip' };
    const first = await s3.send(new PutObjectCommand({ ...object, Body: '1' }));
    await s3.send(new PutObjectCommand({ ...object, Body: '2' }));
    await s3.send(new DeleteObjectCommand(object));
    await expect(
      failure(s3.send(new GetObjectCommand(object))),
    ).resolves.toMatchObject({ name: 'NoSuchKey', status: 404 });
    const old = await s3.send(
      new GetObjectCommand({ ...object, VersionId: first.VersionId }),
    );
    expect(await old.Body?.transformToString()).toBe('1');
    const { Versions, DeleteMarkers } = await s3.send(
      new ListObjectVersionsCommand(versioned),
    );
    expect(Versions).toHaveLength(2);
    expect(DeleteMarkers).toHaveLength(1);
  });

  it('copies, deletes many, and names what is missing', async () => {
    await put('from/ü 1');
    await s3.send(
      new CopyObjectCommand({
        Bucket,
        Key: 'to',
        CopySource: encodeURIComponent(`${Bucket}/from/ü 1`),
      }),
    );
    expect(await read('to')).toBe('from/ü 1');
    await s3.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key: 'to' }] },
      }),
    );
    await expect(
      failure(s3.send(new HeadObjectCommand({ Bucket, Key: 'to' }))),
    ).resolves.toMatchObject({ name: 'NotFound', status: 404 });
    await expect(
      failure(s3.send(new HeadBucketCommand({ Bucket: 'not-there' }))),
    ).resolves.toMatchObject({ status: 404 });
    await expect(
      failure(s3.send(new DeleteBucketCommand({ Bucket }))),
    ).resolves.toMatchObject({ name: 'BucketNotEmpty', status: 409 });
  });

  it('records settings, and lets other accounts read but not take the name', async () => {
    const PublicAccessBlockConfiguration = { BlockPublicAcls: true };
    await s3.send(
      new PutPublicAccessBlockCommand({
        Bucket,
        PublicAccessBlockConfiguration,
      }),
    );
    const other = new S3Client(clientOptions(sandbox.url, '333333333333'));
    await expect(
      other.send(new GetPublicAccessBlockCommand({ Bucket })),
    ).resolves.toMatchObject({ PublicAccessBlockConfiguration });
    await expect(
      failure(other.send(new GetBucketPolicyCommand({ Bucket }))),
    ).resolves.toMatchObject({ name: 'NoSuchBucketPolicy' });
    await expect(
      failure(other.send(new CreateBucketCommand({ Bucket }))),
    ).resolves.toMatchObject({ name: 'BucketAlreadyExists', status: 409 });
    expect((await other.send(new ListBucketsCommand({}))).Buckets).toEqual([]);
    other.destroy();
  });

  it('understands a bucket in the host name', async () => {
    await put('hosted', 'by name');
    const body = await new Promise<string>((resolve, reject) => {
      request(
        {
          host: '127.0.0.1',
          port: sandbox.port,
          path: '/hosted',
          headers: { host: `${Bucket}.s3.localhost:${sandbox.port}` },
        },
        async response => resolve((await response.toArray()).join('')),
      )
        .on('error', reject)
        .end();
    });
    expect(body).toBe('by name');
  });
});
