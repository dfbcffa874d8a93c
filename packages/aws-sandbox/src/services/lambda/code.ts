import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import type * as sdk from '@aws-sdk/client-lambda';
import { fromBuffer, type ZipFile } from 'yauzl';
import { AwsError, type Sandbox } from '../../core';
import { requireVersion } from '../s3/model';
import { invalid } from './lookup';
import type { Code } from './model';

type Source = Pick<
  sdk.FunctionCode,
  'ZipFile' | 'S3Bucket' | 'S3Key' | 'S3ObjectVersion' | 'ImageUri'
>;

const open = promisify(
  (data: Buffer, done: (error: Error | null, zip?: ZipFile) => void) =>
    fromBuffer(data, { lazyEntries: true }, done),
);

/** Takes code from the request, from S3 in any account, or an image's address. */
export async function readCode(
  sandbox: Sandbox,
  source: Source,
  architectures: sdk.Architecture[] | undefined,
): Promise<Code> {
  const shape = { architectures: architectures ?? ['x86_64' as const] };
  if (source.ImageUri) {
    return {
      ...shape,
      blob: '',
      size: 0,
      imageUri: source.ImageUri,
      sha256: createHash('sha256').update(source.ImageUri).digest('hex'),
      packageType: 'Image',
    };
  }
  const data = source.ZipFile
    ? Buffer.from(source.ZipFile)
    : readFromS3(sandbox, source);
  await requireZip(data);
  return {
    ...shape,
    blob: sandbox.blobs.put(data),
    size: data.length,
    sha256: createHash('sha256').update(data).digest('base64'),
    packageType: 'Zip',
  };
}

function readFromS3(sandbox: Sandbox, source: Source): Buffer {
  if (!source.S3Bucket || !source.S3Key) {
    throw invalid('Please provide a source for function code.');
  }
  try {
    const version = requireVersion(
      sandbox,
      source.S3Bucket,
      source.S3Key,
      source.S3ObjectVersion,
    );
    return sandbox.blobs.get(version.sha256);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalid(
      `Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`,
    );
  }
}

async function requireZip(data: Buffer) {
  try {
    const zip = await open(data);
    zip?.close();
  } catch {
    throw invalid(
      'Could not unzip uploaded file. Please check your file, then try to upload again.',
    );
  }
}
