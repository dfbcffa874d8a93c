import type * as sdk from '@aws-sdk/client-s3';
import { AwsError, type Operations, type Sandbox } from '../../core';
import { buckets, objects, ownerOf, requireBucket, type Bucket } from './model';

const NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

function update(sandbox: Sandbox, name: string, change: (b: Bucket) => void) {
  const bucket = requireBucket(sandbox, name);
  change(bucket);
  buckets(sandbox).set(name, bucket);
}

/** Keeps a setting as it came. */
function record(sandbox: Sandbox, name: string, key: string, value: unknown) {
  update(sandbox, name, bucket => {
    if (value === undefined) delete bucket.settings[key];
    else bucket.settings[key] = value;
  });
  return {};
}

function recorded<T>(
  sandbox: Sandbox,
  name: string,
  key: string,
  error: AwsError,
): T {
  const value = requireBucket(sandbox, name).settings[key];
  if (value === undefined) throw error;
  return value as T;
}

function missing(code: string, message: string) {
  return new AwsError(code, message, { status: 404 });
}

/** Buckets and their settings; all but versions and locks are recorded only. */
export const bucketOperations = {
  CreateBucket(input, { account, sandbox }) {
    const name = input.Bucket;
    if (!NAME.test(name)) {
      throw new AwsError(
        'InvalidBucketName',
        'The specified bucket is not valid.',
        { status: 400, fields: { BucketName: name } },
      );
    }
    const existing = buckets(sandbox).get(name);
    if (existing && existing.account !== account) {
      throw new AwsError(
        'BucketAlreadyExists',
        'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
        { status: 409 },
      );
    }
    // us-east-1 answers 200 when the bucket is one's own.
    if (!existing) {
      buckets(sandbox).set(name, {
        name,
        account,
        createdAt: sandbox.clock.now().toISOString(),
        settings: {},
        ...(input.ObjectLockEnabledForBucket
          ? { versioning: 'Enabled' as const, objectLock: {} }
          : {}),
      });
    }
    return { Location: `/${name}` };
  },

  HeadBucket(input, { sandbox }) {
    const bucket = buckets(sandbox).get(input.Bucket);
    if (!bucket) throw missing('NotFound', 'Not Found');
    return { BucketRegion: 'us-east-1', AccessPointAlias: false };
  },

  DeleteBucket(input, { sandbox }) {
    requireBucket(sandbox, input.Bucket);
    if (objects(sandbox, input.Bucket).size > 0) {
      throw new AwsError(
        'BucketNotEmpty',
        'The bucket you tried to delete is not empty',
        { status: 409, fields: { BucketName: input.Bucket } },
      );
    }
    buckets(sandbox).delete(input.Bucket);
  },

  ListBuckets(_input, { account, sandbox }) {
    return {
      Owner: ownerOf(account),
      Buckets: buckets(sandbox)
        .values()
        .filter(bucket => bucket.account === account)
        .sort((a, b) => a.name.localeCompare(b.name))
        .map(bucket => ({
          Name: bucket.name,
          CreationDate: new Date(bucket.createdAt),
        })),
    };
  },

  GetBucketLocation(input, { sandbox }) {
    requireBucket(sandbox, input.Bucket);
    return { LocationConstraint: undefined };
  },

  PutBucketVersioning(input, { sandbox }) {
    update(sandbox, input.Bucket, bucket => {
      const { Status } = input.VersioningConfiguration;
      if (bucket.objectLock && Status !== 'Enabled') {
        throw new AwsError(
          'InvalidBucketState',
          'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
          { status: 409 },
        );
      }
      bucket.versioning = Status;
    });
  },

  GetBucketVersioning: (input, { sandbox }) => ({
    Status: requireBucket(sandbox, input.Bucket).versioning,
  }),

  PutBucketEncryption(input, { sandbox }) {
    record(
      sandbox,
      input.Bucket,
      'encryption',
      input.ServerSideEncryptionConfiguration,
    );
  },

  GetBucketEncryption: (input, { sandbox }) => ({
    // S3 encrypts every bucket with its own key unless it is told otherwise.
    ServerSideEncryptionConfiguration: (requireBucket(sandbox, input.Bucket)
      .settings.encryption as sdk.ServerSideEncryptionConfiguration) ?? {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
          BucketKeyEnabled: false,
        },
      ],
    },
  }),

  PutBucketPolicy(input, { sandbox }) {
    try {
      JSON.parse(input.Policy);
    } catch {
      throw new AwsError('MalformedPolicy', 'Policies must be valid JSON', {
        status: 400,
      });
    }
    record(sandbox, input.Bucket, 'policy', input.Policy);
  },

  GetBucketPolicy: (input, { sandbox }) => ({
    Policy: recorded<string>(
      sandbox,
      input.Bucket,
      'policy',
      missing('NoSuchBucketPolicy', 'The bucket policy does not exist'),
    ),
  }),

  DeleteBucketPolicy(input, { sandbox }) {
    record(sandbox, input.Bucket, 'policy', undefined);
  },

  PutPublicAccessBlock(input, { sandbox }) {
    record(
      sandbox,
      input.Bucket,
      'publicAccessBlock',
      input.PublicAccessBlockConfiguration,
    );
  },

  GetPublicAccessBlock: (input, { sandbox }) => ({
    PublicAccessBlockConfiguration:
      recorded<sdk.PublicAccessBlockConfiguration>(
        sandbox,
        input.Bucket,
        'publicAccessBlock',
        missing(
          'NoSuchPublicAccessBlockConfiguration',
          'The public access block configuration was not found',
        ),
      ),
  }),

  PutBucketTagging(input, { sandbox }) {
    record(sandbox, input.Bucket, 'tags', input.Tagging.TagSet);
  },

  GetBucketTagging: (input, { sandbox }) => ({
    TagSet: recorded<sdk.Tag[]>(
      sandbox,
      input.Bucket,
      'tags',
      missing('NoSuchTagSet', 'The TagSet does not exist'),
    ),
  }),
} satisfies Operations<typeof sdk>;
