import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  S3Client,
  UploadPartCommand,
  type ListObjectVersionsCommandOutput,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { startAwsSandbox } from '../../testing';

const DAY = 24 * 3600_000;
const MIB = 1024 * 1024;
const evidence = { Bucket: 'careplane-evidence' };
const plain = { Bucket: 'careplane-plain' };

describe('s3', () => {
  const aws = startAwsSandbox({ fresh: 'once' });
  let s3: S3Client;

  beforeAll(async () => {
    s3 = aws.client(S3Client);
    await s3.send(
      new CreateBucketCommand({
        ...evidence,
        ObjectLockEnabledForBucket: true,
      }),
    );
    await s3.send(new CreateBucketCommand(plain));
  });

  const put = async (
    Key: string,
    more: Partial<PutObjectCommandInput> = {},
    bucket = evidence,
  ) => {
    const { VersionId, ETag } = await s3.send(
      new PutObjectCommand({ ...bucket, Key, Body: Key, ...more }),
    );
    return { ...bucket, Key, VersionId, ETag };
  };
  const inDays = (days: number) =>
    new Date(aws.clock.now().getTime() + days * DAY);
  const failure = (sent: Promise<unknown>) =>
    sent.then(
      () => 'no error',
      error => error.name,
    );

  describe('object lock', () => {
    it('keeps a version in compliance mode until its day, from everybody', async () => {
      const { ETag: _etag, ...version } = await put('compliance', {
        ObjectLockMode: 'COMPLIANCE',
        ObjectLockRetainUntilDate: inDays(30),
      });
      const remove = () =>
        failure(
          s3.send(
            new DeleteObjectCommand({
              ...version,
              BypassGovernanceRetention: true,
            }),
          ),
        );
      const retain = (days: number) =>
        failure(
          s3.send(
            new PutObjectRetentionCommand({
              ...version,
              Retention: {
                Mode: 'COMPLIANCE',
                RetainUntilDate: inDays(days),
              },
              BypassGovernanceRetention: true,
            }),
          ),
        );
      expect(await remove()).toBe('AccessDenied');
      expect(await retain(10)).toBe('AccessDenied');
      expect(await retain(60)).toBe('no error');
      // A marker on top is no removal.
      const { DeleteMarker } = await s3.send(
        new DeleteObjectCommand({ ...evidence, Key: 'compliance' }),
      );
      expect(DeleteMarker).toBe(true);
      await aws.clock.advance(61 * DAY);
      expect(await remove()).toBe('no error');
    });

    it('gives way in governance mode to who asks for it, and to nobody under a legal hold', async () => {
      await s3.send(
        new PutObjectLockConfigurationCommand({
          ...evidence,
          ObjectLockConfiguration: {
            ObjectLockEnabled: 'Enabled',
            Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Years: 6 } },
          },
        }),
      );
      const { ETag: _etag, ...version } = await put('governance');
      const { Retention } = await s3.send(
        new GetObjectRetentionCommand(version),
      );
      expect(Retention?.Mode).toBe('GOVERNANCE');
      expect(Retention?.RetainUntilDate?.getTime()).toBeGreaterThan(
        inDays(6 * 365 - 1).getTime(),
      );
      const many = (BypassGovernanceRetention: boolean) =>
        s3.send(
          new DeleteObjectsCommand({
            ...evidence,
            Delete: {
              Objects: [{ Key: version.Key, VersionId: version.VersionId }],
            },
            BypassGovernanceRetention,
          }),
        );
      expect((await many(false)).Errors?.[0].Code).toBe('AccessDenied');
      const hold = (Status: 'ON' | 'OFF') =>
        s3.send(
          new PutObjectLegalHoldCommand({ ...version, LegalHold: { Status } }),
        );
      await hold('ON');
      expect((await many(true)).Errors?.[0].Code).toBe('AccessDenied');
      expect(
        await s3.send(new HeadObjectCommand({ ...evidence, Key: version.Key })),
      ).toMatchObject({
        ObjectLockMode: 'GOVERNANCE',
        ObjectLockLegalHoldStatus: 'ON',
      });
      await hold('OFF');
      const { LegalHold } = await s3.send(
        new GetObjectLegalHoldCommand(version),
      );
      expect(LegalHold?.Status).toBe('OFF');
      expect((await many(true)).Deleted).toHaveLength(1);
    });

    it('belongs to versioned buckets that were made for it', async () => {
      const { ETag: _etag, ...version } = await put('plain', {}, plain);
      expect([
        await failure(s3.send(new GetObjectRetentionCommand(version))),
        await failure(s3.send(new GetObjectLockConfigurationCommand(plain))),
        await failure(
          s3.send(
            new PutObjectLockConfigurationCommand({
              ...plain,
              ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
            }),
          ),
        ),
        await failure(
          s3.send(
            new PutBucketVersioningCommand({
              ...evidence,
              VersioningConfiguration: { Status: 'Suspended' },
            }),
          ),
        ),
        await failure(
          put('late', {
            ObjectLockMode: 'COMPLIANCE',
            ObjectLockRetainUntilDate: inDays(-1),
          }),
        ),
      ]).toEqual([
        'InvalidRequest',
        'ObjectLockConfigurationNotFoundError',
        'InvalidBucketState',
        'InvalidBucketState',
        'InvalidArgument',
      ]);
    });
  });

  describe('uploads in parts', () => {
    const begin = async (Key: string) => {
      const { UploadId } = await s3.send(
        new CreateMultipartUploadCommand({
          ...plain,
          Key,
          ContentType: 'application/zip',
        }),
      );
      return { ...plain, Key, UploadId };
    };
    const send = async (
      upload: Awaited<ReturnType<typeof begin>>,
      PartNumber: number,
      Body: Uint8Array,
    ) => {
      const { ETag } = await s3.send(
        new UploadPartCommand({ ...upload, PartNumber, Body }),
      );
      return { PartNumber, ETag };
    };

    it('puts parts together in their order, under a digest of digests', async () => {
      const upload = await begin('big.zip');
      const second = await send(upload, 2, Buffer.from('the end'));
      const first = await send(upload, 1, Buffer.alloc(5 * MIB, 'a'));
      expect((await s3.send(new ListPartsCommand(upload))).Parts).toHaveLength(
        2,
      );
      const complete = (...Parts: { PartNumber: number; ETag?: string }[]) =>
        s3.send(
          new CompleteMultipartUploadCommand({
            ...upload,
            MultipartUpload: { Parts },
          }),
        );
      expect(await failure(complete(second, first))).toBe('InvalidPartOrder');
      expect(
        await failure(complete(first, { PartNumber: 3, ETag: first.ETag })),
      ).toBe('InvalidPart');
      const { ETag } = await complete(first, second);
      expect(ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
      const got = await s3.send(
        new GetObjectCommand({ ...plain, Key: 'big.zip' }),
      );
      const bytes = await got.Body?.transformToByteArray();
      expect(bytes?.length).toBe(5 * MIB + 7);
      expect(
        Buffer.from(bytes ?? [])
          .subarray(-7)
          .toString(),
      ).toBe('the end');
      expect(got.ContentType).toBe('application/zip');
      expect(await failure(complete(first))).toBe('NoSuchUpload');
    });

    it('refuses a small part in the middle, and forgets what is aborted', async () => {
      const upload = await begin('small.zip');
      const parts = [
        await send(upload, 1, Buffer.from('a')),
        await send(upload, 2, Buffer.from('b')),
      ];
      expect(
        await failure(
          s3.send(
            new CompleteMultipartUploadCommand({
              ...upload,
              MultipartUpload: { Parts: parts },
            }),
          ),
        ),
      ).toBe('EntityTooSmall');
      const open = async () =>
        (await s3.send(new ListMultipartUploadsCommand(plain))).Uploads;
      expect(await open()).toHaveLength(1);
      await s3.send(new AbortMultipartUploadCommand(upload));
      expect(await open()).toBeUndefined();
    });
  });

  it('writes, reads and removes on conditions', async () => {
    const { ETag } = await put('state', {}, plain);
    expect([
      await failure(put('none', { IfMatch: ETag }, plain)),
      await failure(put('state', { IfMatch: '"other"' }, plain)),
      await failure(put('state', { IfMatch: ETag }, plain)),
      await failure(
        s3.send(
          new DeleteObjectCommand({
            ...plain,
            Key: 'state',
            IfMatch: '"other"',
          }),
        ),
      ),
    ]).toEqual([
      'NoSuchKey',
      'PreconditionFailed',
      'no error',
      'PreconditionFailed',
    ]);
    await expect(
      s3.send(
        new GetObjectCommand({ ...plain, Key: 'state', IfNoneMatch: ETag }),
      ),
    ).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
  });

  it('lists versions in pages that leave none out', async () => {
    for (const Key of ['page/a', 'page/a', 'page/b']) await put(Key);
    const seen: [string?, boolean?][] = [];
    let next: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
    while (next) {
      const page: ListObjectVersionsCommandOutput = await s3.send(
        new ListObjectVersionsCommand({
          ...evidence,
          ...next,
          Prefix: 'page/',
          MaxKeys: 1,
        }),
      );
      for (const each of page.Versions ?? []) {
        seen.push([each.Key, each.IsLatest]);
      }
      next = page.IsTruncated
        ? {
            KeyMarker: page.NextKeyMarker,
            VersionIdMarker: page.NextVersionIdMarker,
          }
        : undefined;
    }
    expect(seen).toEqual([
      ['page/a', true],
      ['page/a', false],
      ['page/b', true],
    ]);
  });
});
