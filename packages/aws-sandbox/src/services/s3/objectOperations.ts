import { randomBytes } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-s3';
import { AwsError, type Operations, type Sandbox } from '../../core';
import {
  addVersion,
  crc32Base64,
  md5,
  objects,
  requireBucket,
  requireVersion,
  type Bucket,
  type ObjectVersion,
} from './model';

/** Versions of a bucket that was never versioned have the id "null". */
function newVersionId(bucket: Bucket) {
  return bucket.versioning === 'Enabled'
    ? randomBytes(16).toString('base64url')
    : 'null';
}

function shownVersion(version: ObjectVersion) {
  return version.versionId === 'null' ? undefined : version.versionId;
}

function requireDigests(
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

function requireConditions(
  current: ObjectVersion | undefined,
  input: { IfMatch?: string; IfNoneMatch?: string },
) {
  const exists = current !== undefined && !current.deleteMarker;
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

function sameTag(expected: string, version: ObjectVersion) {
  return expected === '*' || expected.replace(/"/g, '') === version.etag;
}

function remove(
  sandbox: Sandbox,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
) {
  const store = objects(sandbox, bucket.name);
  const versions = store.get(key) ?? [];
  if (versionId || bucket.versioning !== 'Enabled') {
    const removed = versionId ?? 'null';
    const rest = versions.filter(each => each.versionId !== removed);
    if (rest.length > 0) store.set(key, rest);
    else store.delete(key);
    return { VersionId: versionId };
  }
  const marker: ObjectVersion = {
    versionId: newVersionId(bucket),
    deleteMarker: true,
    sha256: '',
    size: 0,
    etag: '',
    crc32: '',
    lastModified: sandbox.clock.now().toISOString(),
    metadata: {},
    tags: {},
  };
  addVersion(sandbox, bucket, key, marker);
  return { DeleteMarker: true, VersionId: marker.versionId };
}

function describe(version: ObjectVersion) {
  return {
    AcceptRanges: 'bytes',
    ETag: `"${version.etag}"`,
    LastModified: new Date(version.lastModified),
    ContentType: version.contentType ?? 'binary/octet-stream',
    ContentEncoding: version.contentEncoding,
    ContentDisposition: version.contentDisposition,
    CacheControl: version.cacheControl,
    Metadata: version.metadata,
    VersionId: shownVersion(version),
    ServerSideEncryption: 'AES256' as const,
    TagCount: Object.keys(version.tags).length || undefined,
  };
}

/** The bytes asked for by `Range`, which S3 takes in the form `bytes=a-b`. */
function slice(data: Buffer, range: string | undefined) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? '');
  if (!match || (!match[1] && !match[2])) return undefined;
  const last = data.length - 1;
  const start = match[1]
    ? Number(match[1])
    : Math.max(0, data.length - Number(match[2]));
  const end = match[1] && match[2] ? Math.min(Number(match[2]), last) : last;
  if (start > end) {
    throw new AwsError(
      'InvalidRange',
      'The requested range is not satisfiable',
      { status: 416 },
    );
  }
  return {
    body: data.subarray(start, end + 1),
    header: `bytes ${start}-${end}/${data.length}`,
  };
}

function parseTags(text: string | undefined): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text ?? ''));
}

/** DeleteObjects names the marker that it made apart from the version that it removed. */
function deletedBy(
  VersionId: string | undefined,
  { DeleteMarker, VersionId: marker }: ReturnType<typeof remove>,
) {
  return DeleteMarker
    ? { DeleteMarker, DeleteMarkerVersionId: marker, VersionId }
    : { VersionId };
}

/** Objects and their versions. */
export const objectOperations = {
  PutObject(input, { sandbox }) {
    const bucket = requireBucket(sandbox, input.Bucket);
    const body = input.Body ?? new Uint8Array();
    requireDigests(body, input);
    requireConditions(objects(sandbox, bucket.name).get(input.Key)?.[0], input);
    const version: ObjectVersion = {
      versionId: newVersionId(bucket),
      sha256: sandbox.blobs.put(body),
      size: body.byteLength,
      etag: md5(body, 'hex'),
      crc32: crc32Base64(body),
      lastModified: sandbox.clock.now().toISOString(),
      contentType: input.ContentType,
      contentEncoding: input.ContentEncoding,
      contentDisposition: input.ContentDisposition,
      cacheControl: input.CacheControl,
      metadata: input.Metadata ?? {},
      tags: parseTags(input.Tagging),
    };
    addVersion(sandbox, bucket, input.Key, version);
    return {
      ETag: `"${version.etag}"`,
      VersionId: shownVersion(version),
      ChecksumCRC32: version.crc32,
      ChecksumType: 'FULL_OBJECT',
      ServerSideEncryption: 'AES256',
    };
  },

  CopyObject(input, { sandbox }) {
    const bucket = requireBucket(sandbox, input.Bucket);
    const [path, query] = input.CopySource.split('?');
    const [from, ...key] = decodeURIComponent(path)
      .replace(/^\//, '')
      .split('/');
    const source = requireVersion(
      sandbox,
      from,
      key.join('/'),
      new URLSearchParams(query).get('versionId') ?? undefined,
    );
    const version: ObjectVersion = {
      ...source,
      versionId: newVersionId(bucket),
      lastModified: sandbox.clock.now().toISOString(),
      ...(input.MetadataDirective === 'REPLACE'
        ? { metadata: input.Metadata ?? {}, contentType: input.ContentType }
        : {}),
    };
    addVersion(sandbox, bucket, input.Key, version);
    return {
      CopySourceVersionId: shownVersion(source),
      VersionId: shownVersion(version),
      CopyObjectResult: {
        ETag: `"${version.etag}"`,
        LastModified: new Date(version.lastModified),
        ChecksumCRC32: version.crc32,
        ChecksumType: 'FULL_OBJECT',
      },
    };
  },

  GetObject(input, { sandbox }) {
    const { Bucket, Key, VersionId } = input;
    const version = requireVersion(sandbox, Bucket, Key, VersionId);
    if (input.IfMatch) requireConditions(version, { IfMatch: input.IfMatch });
    const data = sandbox.blobs.get(version.sha256);
    const part = slice(data, input.Range);
    return {
      ...describe(version),
      Body: part?.body ?? data,
      ContentLength: part?.body.length ?? version.size,
      ContentRange: part?.header,
      ...(input.ChecksumMode === 'ENABLED' && !part
        ? {
            ChecksumCRC32: version.crc32,
            ChecksumType: 'FULL_OBJECT' as const,
          }
        : {}),
    };
  },

  HeadObject(input, { sandbox }) {
    const { Bucket, Key, VersionId } = input;
    const version = requireVersion(sandbox, Bucket, Key, VersionId);
    return {
      ...describe(version),
      ContentLength: version.size,
      ...(input.ChecksumMode === 'ENABLED'
        ? {
            ChecksumCRC32: version.crc32,
            ChecksumType: 'FULL_OBJECT' as const,
          }
        : {}),
    };
  },

  DeleteObject(input, { sandbox }) {
    const bucket = requireBucket(sandbox, input.Bucket);
    return remove(sandbox, bucket, input.Key, input.VersionId);
  },

  DeleteObjects(input, { sandbox }) {
    const bucket = requireBucket(sandbox, input.Bucket);
    const deleted = (input.Delete.Objects ?? []).map(({ Key, VersionId }) => ({
      Key,
      ...deletedBy(VersionId, remove(sandbox, bucket, Key ?? '', VersionId)),
    }));
    return input.Delete.Quiet ? {} : { Deleted: deleted };
  },

  GetObjectTagging(input, { sandbox }) {
    const { Bucket, Key, VersionId } = input;
    const version = requireVersion(sandbox, Bucket, Key, VersionId);
    return {
      VersionId: shownVersion(version),
      TagSet: Object.entries(version.tags).map(([name, Value]) => ({
        Key: name,
        Value,
      })),
    };
  },
} satisfies Operations<typeof sdk>;
