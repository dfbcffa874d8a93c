import { createHash, randomBytes } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-s3';
import { AwsError, type Collection, type Sandbox } from '../../core';
import type { Retention } from './lock';

export interface Bucket {
  name: string;
  account: string;
  createdAt: string;
  versioning?: 'Enabled' | 'Suspended';
  /** Versions can be locked; once that is so, it stays so. */
  objectLock?: { defaultRetention?: sdk.DefaultRetention };
  /** Recorded and answered as they came; they have no effect. */
  settings: Record<string, unknown>;
}

export interface ObjectVersion {
  versionId: string;
  deleteMarker?: boolean;
  /** Digest of the blob that holds the bytes. */
  sha256: string;
  size: number;
  etag: string;
  crc32: string;
  /** `COMPOSITE` for an object that was put in parts. */
  checksumType?: sdk.ChecksumType;
  retention?: Retention;
  legalHold?: boolean;
  lastModified: string;
  contentType?: string;
  contentEncoding?: string;
  contentDisposition?: string;
  cacheControl?: string;
  metadata: Record<string, string>;
  tags: Record<string, string>;
}

/**
 * An account by its canonical user ID, which S3 names owners by.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Owner.html
 */
export const ownerOf = (account: string) => ({
  ID: createHash('sha256').update(`canonical ${account}`).digest('hex'),
});

/** Bucket names are global, so buckets live beside the accounts. */
export function buckets(sandbox: Sandbox): Collection<Bucket> {
  return sandbox.store<Bucket>('s3', 'global', 'buckets');
}

/** Versions of each key, newest first. */
export function objects(
  sandbox: Sandbox,
  bucket: string,
): Collection<ObjectVersion[]> {
  return sandbox.store<ObjectVersion[]>('s3', 'global', `objects-${bucket}`);
}

export function requireBucket(sandbox: Sandbox, name: string): Bucket {
  const bucket = buckets(sandbox).get(name);
  if (!bucket) {
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', {
      status: 404,
      fields: { BucketName: name },
    });
  }
  return bucket;
}

/** The version asked for, or the newest one that is not deleted. */
export function requireVersion(
  sandbox: Sandbox,
  bucket: string,
  key: string,
  versionId?: string,
): ObjectVersion {
  requireBucket(sandbox, bucket);
  const versions = objects(sandbox, bucket).get(key) ?? [];
  const found = versionId
    ? versions.find(version => version.versionId === versionId)
    : versions[0];
  if (!found || found.deleteMarker) {
    throw new AwsError(
      versionId && !found ? 'NoSuchVersion' : 'NoSuchKey',
      versionId && !found
        ? 'The specified version does not exist.'
        : 'The specified key does not exist.',
      { status: 404, fields: { Key: key } },
    );
  }
  return found;
}

/** Puts a version in front; without versioning it replaces what was there. */
export function addVersion(
  sandbox: Sandbox,
  bucket: Bucket,
  key: string,
  version: ObjectVersion,
) {
  const store = objects(sandbox, bucket.name);
  const older = store.get(key) ?? [];
  store.set(
    key,
    bucket.versioning === 'Enabled'
      ? [version, ...older]
      : [version, ...older.filter(each => each.versionId !== 'null')],
  );
}

/** Writes a version where it is. */
export function changeVersion(
  sandbox: Sandbox,
  bucket: string,
  key: string,
  version: ObjectVersion,
) {
  const store = objects(sandbox, bucket);
  const versions = store.get(key) ?? [];
  store.set(
    key,
    versions.map(each =>
      each.versionId === version.versionId ? version : each,
    ),
  );
}

/** Versions of a bucket that was never versioned have the id "null". */
export function newVersionId(bucket: Bucket) {
  return bucket.versioning === 'Enabled'
    ? randomBytes(16).toString('base64url')
    : 'null';
}

export function shownVersion(version: ObjectVersion) {
  return version.versionId === 'null' ? undefined : version.versionId;
}

/** What a request says of an object beside its bytes. */
export function toVersion(
  input: Pick<
    sdk.PutObjectRequest,
    | 'ContentType'
    | 'ContentEncoding'
    | 'ContentDisposition'
    | 'CacheControl'
    | 'Metadata'
    | 'Tagging'
  >,
  now: Date,
) {
  return {
    lastModified: now.toISOString(),
    contentType: input.ContentType,
    contentEncoding: input.ContentEncoding,
    contentDisposition: input.ContentDisposition,
    cacheControl: input.CacheControl,
    metadata: input.Metadata ?? {},
    tags: Object.fromEntries(new URLSearchParams(input.Tagging ?? '')),
  };
}
