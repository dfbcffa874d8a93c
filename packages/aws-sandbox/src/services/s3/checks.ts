import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../../core';
import type { ObjectVersion } from './model';

/** @throws AwsError BadDigest */
export function requireDigests(
  body: Uint8Array,
  input: { ContentMD5?: string; ChecksumCRC32?: string },
) {
  if (
    (input.ContentMD5 && input.ContentMD5 !== md5(body, 'base64')) ||
    (input.ChecksumCRC32 && input.ChecksumCRC32 !== crc32Base64(body))
  ) {
    throw new AwsError(
      'BadDigest',
      'The checksum that you sent does not match what was received',
      { status: 400 },
    );
  }
}

/**
 * @throws AwsError PreconditionFailed, and NoSuchKey for an If-Match of nothing.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function requireConditions(
  current: ObjectVersion | undefined,
  input: { IfMatch?: string; IfNoneMatch?: string },
) {
  const exists = current !== undefined && !current.deleteMarker;
  if (input.IfMatch && !exists) {
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', {
      status: 404,
    });
  }
  const holds =
    (!input.IfMatch || (exists && sameTag(input.IfMatch, current))) &&
    (!input.IfNoneMatch || !exists || !sameTag(input.IfNoneMatch, current));
  if (!holds) {
    throw new AwsError(
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
      { status: 412 },
    );
  }
}

export function sameTag(expected: string, version: ObjectVersion) {
  return expected === '*' || expected.replace(/"/g, '') === version.etag;
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
