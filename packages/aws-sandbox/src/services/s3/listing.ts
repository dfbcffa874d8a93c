import type * as sdk from '@aws-sdk/client-s3';
import { AwsError, type Operations, type Sandbox } from '../../core';
import { objects, ownerOf, requireBucket, type ObjectVersion } from './model';

const PAGE = 1000;

interface Entry {
  key: string;
  version: ObjectVersion;
}

interface Page {
  contents: Entry[];
  prefixes: string[];
  truncated: boolean;
  /** The last key or common prefix of the page; the next one begins after it. */
  last?: string;
}

/** Keys in S3's order, which is that of their UTF-8 bytes. */
function entries(sandbox: Sandbox, bucket: string, prefix: string): Entry[] {
  requireBucket(sandbox, bucket);
  return objects(sandbox, bucket)
    .entries()
    .filter(([key, [newest]]) => key.startsWith(prefix) && !newest.deleteMarker)
    .map(([key, [version]]) => ({ key, version }))
    .sort((a, b) => byBytes(a.key, b.key));
}

function toPage(
  all: Entry[],
  options: { prefix: string; delimiter?: string; after: string; limit: number },
): Page {
  const { prefix, delimiter, after, limit } = options;
  const page: Page = { contents: [], prefixes: [], truncated: false };
  for (const entry of all) {
    const cut = delimiter ? entry.key.indexOf(delimiter, prefix.length) : -1;
    const common =
      delimiter && cut >= 0
        ? entry.key.slice(0, cut + delimiter.length)
        : undefined;
    const name = common ?? entry.key;
    if (after && byBytes(name, after) <= 0) {
      continue;
    }
    if (common !== undefined && common === page.prefixes.at(-1)) continue;
    if (page.contents.length + page.prefixes.length >= limit) {
      page.truncated = true;
      break;
    }
    if (common === undefined) page.contents.push(entry);
    else page.prefixes.push(common);
    page.last = name;
  }
  return page;
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function limitOf(asked: number | undefined): number {
  if (asked !== undefined && asked < 0) {
    throw new AwsError('InvalidArgument', 'max-keys must not be negative');
  }
  return Math.min(asked ?? PAGE, PAGE);
}

/** Every object here has S3's default checksum. */
const checksum = {
  ChecksumAlgorithm: ['CRC32' as const],
  ChecksumType: 'FULL_OBJECT' as const,
};

function bucketOwner(sandbox: Sandbox, bucket: string) {
  return ownerOf(requireBucket(sandbox, bucket).account);
}

/** @param owner - ListObjectsV2 shows it only when it is asked for it */
function toContents(
  page: Page,
  encode: (key: string) => string,
  owner?: { ID: string },
) {
  return {
    Contents: page.contents.map(({ key, version }) => ({
      Key: encode(key),
      ETag: `"${version.etag}"`,
      Size: version.size,
      LastModified: new Date(version.lastModified),
      StorageClass: 'STANDARD' as const,
      ...checksum,
      Owner: owner,
    })),
    CommonPrefixes: page.prefixes.map(prefix => ({ Prefix: encode(prefix) })),
  };
}

function encoder(type: string | undefined) {
  return (text: string) =>
    type === 'url' ? encodeURIComponent(text).replace(/%2F/g, '/') : text;
}

function decodeToken(token: string | undefined): string {
  return token ? Buffer.from(token, 'base64url').toString('utf8') : '';
}

export const listingOperations = {
  ListObjectsV2(input, { sandbox }) {
    const prefix = input.Prefix ?? '';
    const limit = limitOf(input.MaxKeys);
    const encode = encoder(input.EncodingType);
    const page = toPage(entries(sandbox, input.Bucket, prefix), {
      prefix,
      delimiter: input.Delimiter,
      after: decodeToken(input.ContinuationToken) || (input.StartAfter ?? ''),
      limit,
    });
    return {
      Name: input.Bucket,
      Prefix: encode(prefix),
      Delimiter: input.Delimiter,
      MaxKeys: limit,
      EncodingType: input.EncodingType,
      StartAfter: input.StartAfter,
      ContinuationToken: input.ContinuationToken,
      KeyCount: page.contents.length + page.prefixes.length,
      IsTruncated: page.truncated,
      NextContinuationToken:
        page.truncated && page.last
          ? Buffer.from(page.last, 'utf8').toString('base64url')
          : undefined,
      ...toContents(
        page,
        encode,
        input.FetchOwner ? bucketOwner(sandbox, input.Bucket) : undefined,
      ),
    };
  },

  ListObjects(input, { sandbox }) {
    const prefix = input.Prefix ?? '';
    const limit = limitOf(input.MaxKeys);
    const encode = encoder(input.EncodingType);
    const page = toPage(entries(sandbox, input.Bucket, prefix), {
      prefix,
      delimiter: input.Delimiter,
      after: input.Marker ?? '',
      limit,
    });
    return {
      Name: input.Bucket,
      Prefix: encode(prefix),
      Marker: input.Marker,
      Delimiter: input.Delimiter,
      MaxKeys: limit,
      EncodingType: input.EncodingType,
      IsTruncated: page.truncated,
      NextMarker: page.truncated && page.last ? encode(page.last) : undefined,
      ...toContents(page, encode, bucketOwner(sandbox, input.Bucket)),
    };
  },

  ListObjectVersions(input, { sandbox }) {
    requireBucket(sandbox, input.Bucket);
    const prefix = input.Prefix ?? '';
    const limit = limitOf(input.MaxKeys);
    const encode = encoder(input.EncodingType);
    const owner = bucketOwner(sandbox, input.Bucket);
    const { KeyMarker = '', VersionIdMarker } = input;
    const all = objects(sandbox, input.Bucket)
      .entries()
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => byBytes(a, b))
      .flatMap(([key, versions]) =>
        versions.map((version, index) => ({ key, version, index })),
      );
    const marked = all.findIndex(
      ({ key, version }) =>
        key === KeyMarker && version.versionId === VersionIdMarker,
    );
    const rest = VersionIdMarker
      ? all.slice(marked + 1)
      : all.filter(({ key }) => !KeyMarker || byBytes(key, KeyMarker) > 0);
    const page = rest.slice(0, limit);
    const shown = page.map(({ key, version, index }) => ({
      deleteMarker: version.deleteMarker,
      entry: {
        Key: encode(key),
        VersionId: version.versionId,
        IsLatest: index === 0,
        LastModified: new Date(version.lastModified),
        ...(version.deleteMarker
          ? {}
          : {
              ETag: `"${version.etag}"`,
              Size: version.size,
              StorageClass: 'STANDARD' as const,
              ...checksum,
            }),
        Owner: owner,
      },
    }));
    const last = rest.length > page.length ? page.at(-1) : undefined;
    return {
      Name: input.Bucket,
      Prefix: encode(prefix),
      KeyMarker: encode(KeyMarker),
      VersionIdMarker,
      MaxKeys: limit,
      IsTruncated: last !== undefined,
      NextKeyMarker: last && encode(last.key),
      NextVersionIdMarker: last?.version.versionId,
      EncodingType: input.EncodingType,
      Versions: shown
        .filter(each => !each.deleteMarker)
        .map(each => each.entry),
      DeleteMarkers: shown
        .filter(each => each.deleteMarker)
        .map(each => each.entry),
    };
  },
} satisfies Operations<typeof sdk>;
