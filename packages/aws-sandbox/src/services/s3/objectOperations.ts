import type * as sdk from '@aws-sdk/client-s3';
import { AwsError, type Operations, type Sandbox } from '../../core';
import {
  crc32Base64,
  md5,
  requireConditions,
  requireDigests,
  sameTag,
} from './checks';
import { lockOf, requireRemovable, shownLock } from './lock';
import {
  addVersion,
  newVersionId,
  objects,
  requireBucket,
  requireVersion,
  shownVersion,
  toVersion,
  type Bucket,
  type ObjectVersion,
} from './model';

/** Removes one version, or lays a marker over them where they are kept. */
function remove(
  sandbox: Sandbox,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  bypass: boolean | undefined,
) {
  const store = objects(sandbox, bucket.name);
  const versions = store.get(key) ?? [];
  if (versionId || !bucket.versioning) {
    const id = versionId ?? 'null';
    const removed = versions.find(each => each.versionId === id);
    requireRemovable(removed, bypass, sandbox.clock.now());
    const rest = versions.filter(each => each.versionId !== id);
    if (rest.length > 0) store.set(key, rest);
    else store.delete(key);
    return { VersionId: versionId, DeleteMarker: removed?.deleteMarker };
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
    ...shownLock(version),
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

/** S3 answers a read of what the caller has already with 304 and no body. */
function requireChanged(
  version: ObjectVersion,
  input: { IfMatch?: string; IfNoneMatch?: string },
) {
  if (input.IfMatch) requireConditions(version, { IfMatch: input.IfMatch });
  if (!input.IfNoneMatch || !sameTag(input.IfNoneMatch, version)) return;
  throw new AwsError('NotModified', 'Not Modified', { status: 304 });
}

function checksumOf(version: ObjectVersion, mode: string | undefined) {
  return mode === 'ENABLED'
    ? {
        ChecksumCRC32: version.crc32,
        ChecksumType: version.checksumType ?? ('FULL_OBJECT' as const),
      }
    : {};
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
    const now = sandbox.clock.now();
    const version: ObjectVersion = {
      ...toVersion(input, now),
      ...lockOf(bucket, input, now),
      versionId: newVersionId(bucket),
      sha256: sandbox.blobs.put(body),
      size: body.byteLength,
      etag: md5(body, 'hex'),
      crc32: crc32Base64(body),
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
    requireConditions(objects(sandbox, bucket.name).get(input.Key)?.[0], input);
    const now = sandbox.clock.now();
    const version: ObjectVersion = {
      ...source,
      // A copy is protected as its own request and bucket say.
      ...lockOf(bucket, input, now),
      versionId: newVersionId(bucket),
      lastModified: now.toISOString(),
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
    requireChanged(version, input);
    const data = sandbox.blobs.get(version.sha256);
    const part = slice(data, input.Range);
    return {
      ...describe(version),
      Body: part?.body ?? data,
      ContentLength: part?.body.length ?? version.size,
      ContentRange: part?.header,
      ...(part ? {} : checksumOf(version, input.ChecksumMode)),
    };
  },

  HeadObject(input, { sandbox }) {
    const { Bucket, Key, VersionId } = input;
    const version = requireVersion(sandbox, Bucket, Key, VersionId);
    requireChanged(version, input);
    return {
      ...describe(version),
      ContentLength: version.size,
      ...checksumOf(version, input.ChecksumMode),
    };
  },

  DeleteObject(input, { sandbox }) {
    const bucket = requireBucket(sandbox, input.Bucket);
    const { Key, VersionId, BypassGovernanceRetention } = input;
    if (input.IfMatch) {
      requireConditions(objects(sandbox, bucket.name).get(Key)?.[0], {
        IfMatch: input.IfMatch,
      });
    }
    return remove(sandbox, bucket, Key, VersionId, BypassGovernanceRetention);
  },

  DeleteObjects(input, { sandbox }) {
    const bucket = requireBucket(sandbox, input.Bucket);
    const Deleted: sdk.DeletedObject[] = [];
    const Errors: sdk._Error[] = [];
    for (const { Key = '', VersionId } of input.Delete.Objects ?? []) {
      try {
        const bypass = input.BypassGovernanceRetention;
        const gone = remove(sandbox, bucket, Key, VersionId, bypass);
        Deleted.push({ Key, ...deletedBy(VersionId, gone) });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const { code: Code, message: Message } = error;
        Errors.push({ Key, VersionId, Code, Message });
      }
    }
    return input.Delete.Quiet ? { Errors } : { Deleted, Errors };
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
