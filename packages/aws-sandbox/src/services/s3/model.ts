import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError, type Collection, type Sandbox } from '../../core';

export interface Bucket {
  name: string;
  account: string;
  createdAt: string;
  versioning?: 'Enabled' | 'Suspended';
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
  lastModified: string;
  contentType?: string;
  contentEncoding?: string;
  contentDisposition?: string;
  cacheControl?: string;
  metadata: Record<string, string>;
  tags: Record<string, string>;
}

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

export function md5(data: Uint8Array, encoding: 'hex' | 'base64') {
  return createHash('md5').update(data).digest(encoding);
}

/** S3's default checksum, as its header carries it. */
export function crc32Base64(data: Uint8Array): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(data));
  return bytes.toString('base64');
}
