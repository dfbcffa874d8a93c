import { randomBytes } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-s3';
import { AwsError, type Operations, type Sandbox } from '../../core';
import { crc32Base64, md5, requireConditions, requireDigests } from './checks';
import { lockOf } from './lock';
import {
  addVersion,
  newVersionId,
  objects,
  ownerOf,
  requireBucket,
  shownVersion,
  toVersion,
  type ObjectVersion,
} from './model';

interface Part {
  etag: string;
  sha256: string;
  size: number;
  crc32: string;
  at: string;
}

interface Upload {
  id: string;
  bucket: string;
  key: string;
  account: string;
  started: string;
  checksumType: sdk.ChecksumType;
  /** What the object will be, but for its bytes. */
  object: Omit<
    ObjectVersion,
    'versionId' | 'sha256' | 'size' | 'etag' | 'crc32'
  >;
  parts: Record<number, Part>;
}

const SMALLEST_PART = 5 * 1024 * 1024;
const LAST_PART_NUMBER = 10_000;

function uploads(sandbox: Sandbox) {
  return sandbox.store<Upload>('s3', 'global', 'uploads');
}

function requireUpload(
  sandbox: Sandbox,
  input: { Bucket: string; Key: string; UploadId: string },
): Upload {
  requireBucket(sandbox, input.Bucket);
  const upload = uploads(sandbox).get(input.UploadId);
  if (upload?.bucket === input.Bucket && upload.key === input.Key) {
    return upload;
  }
  throw new AwsError(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { status: 404, fields: { UploadId: input.UploadId } },
  );
}

function refuse(code: string, message: string): never {
  throw new AwsError(code, message, { status: 400 });
}

/** The parts that a completion names, in order and whole. */
function chosen(upload: Upload, named: sdk.CompletedPart[]): Part[] {
  if (named.length === 0) {
    refuse('MalformedXML', 'You must specify at least one part');
  }
  const numbers = named.map(({ PartNumber = 0 }) => PartNumber);
  if (numbers.some((number, index) => number <= (numbers[index - 1] ?? 0))) {
    refuse(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. The parts list must be specified in order by part number.',
    );
  }
  return named.map(({ PartNumber = 0, ETag = '' }, index) => {
    const part = upload.parts[PartNumber];
    if (part?.etag !== ETag.replace(/"/g, '')) {
      refuse(
        'InvalidPart',
        'One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part’s entity tag.',
      );
    }
    if (part.size < SMALLEST_PART && index < named.length - 1) {
      refuse(
        'EntityTooSmall',
        'Your proposed upload is smaller than the minimum allowed size',
      );
    }
    return part;
  });
}

/** A digest over the parts' digests, and their number. */
function composite(parts: Part[]) {
  const digests = parts.map(part => Buffer.from(part.etag, 'hex'));
  const checksums = parts.map(part => Buffer.from(part.crc32, 'base64'));
  return {
    etag: `${md5(Buffer.concat(digests), 'hex')}-${parts.length}`,
    crc32: `${crc32Base64(Buffer.concat(checksums))}-${parts.length}`,
  };
}

/** Uploads in parts. Each is kept until it is completed or aborted. */
export const multipartOperations = {
  CreateMultipartUpload(input, { account, sandbox }) {
    const bucket = requireBucket(sandbox, input.Bucket);
    const now = sandbox.clock.now();
    const upload: Upload = {
      id: randomBytes(48).toString('base64url'),
      bucket: bucket.name,
      key: input.Key,
      account,
      started: now.toISOString(),
      checksumType: input.ChecksumType ?? 'COMPOSITE',
      object: { ...toVersion(input, now), ...lockOf(bucket, input, now) },
      parts: {},
    };
    uploads(sandbox).set(upload.id, upload);
    return {
      Bucket: bucket.name,
      Key: upload.key,
      UploadId: upload.id,
      ServerSideEncryption: 'AES256',
      ChecksumAlgorithm: 'CRC32',
      ChecksumType: upload.checksumType,
    };
  },

  UploadPart(input, { sandbox }) {
    const upload = requireUpload(sandbox, input);
    const number = input.PartNumber;
    if (number < 1 || number > LAST_PART_NUMBER) {
      refuse(
        'InvalidArgument',
        'Part number must be an integer between 1 and 10000, inclusive',
      );
    }
    const body = input.Body ?? new Uint8Array();
    requireDigests(body, input);
    const part: Part = {
      etag: md5(body, 'hex'),
      sha256: sandbox.blobs.put(body),
      size: body.byteLength,
      crc32: crc32Base64(body),
      at: sandbox.clock.now().toISOString(),
    };
    upload.parts[number] = part;
    uploads(sandbox).set(upload.id, upload);
    return {
      ETag: `"${part.etag}"`,
      ChecksumCRC32: part.crc32,
      ServerSideEncryption: 'AES256',
    };
  },

  CompleteMultipartUpload(input, { sandbox }) {
    const upload = requireUpload(sandbox, input);
    const bucket = requireBucket(sandbox, input.Bucket);
    requireConditions(objects(sandbox, bucket.name).get(input.Key)?.[0], input);
    const parts = chosen(upload, input.MultipartUpload?.Parts ?? []);
    const body = Buffer.concat(
      parts.map(part => sandbox.blobs.get(part.sha256)),
    );
    const { etag, crc32 } = composite(parts);
    const version: ObjectVersion = {
      ...upload.object,
      versionId: newVersionId(bucket),
      sha256: sandbox.blobs.put(body),
      size: body.byteLength,
      etag,
      crc32: upload.checksumType === 'FULL_OBJECT' ? crc32Base64(body) : crc32,
      checksumType: upload.checksumType,
      lastModified: sandbox.clock.now().toISOString(),
    };
    addVersion(sandbox, bucket, input.Key, version);
    uploads(sandbox).delete(upload.id);
    return {
      Location: `${sandbox.url}/${bucket.name}/${encodeURIComponent(
        input.Key,
      )}`,
      Bucket: bucket.name,
      Key: input.Key,
      ETag: `"${etag}"`,
      VersionId: shownVersion(version),
      ChecksumCRC32: version.crc32,
      ChecksumType: version.checksumType,
      ServerSideEncryption: 'AES256',
    };
  },

  AbortMultipartUpload(input, { sandbox }) {
    uploads(sandbox).delete(requireUpload(sandbox, input).id);
  },

  ListParts(input, { sandbox }) {
    const upload = requireUpload(sandbox, input);
    const limit = Math.min(input.MaxParts ?? 1000, 1000);
    const after = Number(input.PartNumberMarker ?? 0);
    const all = Object.entries(upload.parts)
      .map(([number, part]) => ({ number: Number(number), part }))
      .filter(({ number }) => number > after);
    const shown = all.slice(0, limit);
    return {
      Bucket: upload.bucket,
      Key: upload.key,
      UploadId: upload.id,
      PartNumberMarker: String(after),
      NextPartNumberMarker: String(shown.at(-1)?.number ?? 0),
      MaxParts: limit,
      IsTruncated: shown.length < all.length,
      Parts: shown.map(({ number, part }) => ({
        PartNumber: number,
        LastModified: new Date(part.at),
        ETag: `"${part.etag}"`,
        Size: part.size,
        ChecksumCRC32: part.crc32,
      })),
      Owner: ownerOf(upload.account),
      Initiator: ownerOf(upload.account),
      StorageClass: 'STANDARD',
      ChecksumAlgorithm: 'CRC32',
      ChecksumType: upload.checksumType,
    };
  },

  ListMultipartUploads(input, { sandbox }) {
    requireBucket(sandbox, input.Bucket);
    return {
      Bucket: input.Bucket,
      Prefix: input.Prefix,
      MaxUploads: 1000,
      IsTruncated: false,
      Uploads: uploads(sandbox)
        .values()
        .filter(
          upload =>
            upload.bucket === input.Bucket &&
            upload.key.startsWith(input.Prefix ?? ''),
        )
        .sort((a, b) => a.key.localeCompare(b.key))
        .map(upload => ({
          UploadId: upload.id,
          Key: upload.key,
          Initiated: new Date(upload.started),
          StorageClass: 'STANDARD' as const,
          Owner: ownerOf(upload.account),
          Initiator: ownerOf(upload.account),
          ChecksumAlgorithm: 'CRC32' as const,
          ChecksumType: upload.checksumType,
        })),
    };
  },
} satisfies Operations<typeof sdk>;
