import type * as sdk from '@aws-sdk/client-s3';
import { AwsError, type Operations } from '../../core';
import { requireChangeable, requireLock, toRetention } from './lock';
import { buckets, changeVersion, requireBucket, requireVersion } from './model';

function notLocked() {
  return new AwsError(
    'NoSuchObjectLockConfiguration',
    'The specified object does not have a ObjectLock configuration',
    { status: 404 },
  );
}

/** Object Lock: the default of a bucket, and what holds a version. */
export const lockOperations = {
  PutObjectLockConfiguration(input, { sandbox }) {
    const bucket = requireBucket(sandbox, input.Bucket);
    if (bucket.versioning !== 'Enabled') {
      throw new AwsError(
        'InvalidBucketState',
        "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
        { status: 409 },
      );
    }
    const retention = input.ObjectLockConfiguration?.Rule?.DefaultRetention;
    if (
      retention &&
      (!retention.Mode || Boolean(retention.Days) === Boolean(retention.Years))
    ) {
      throw new AwsError(
        'MalformedXML',
        'The XML you provided was not well-formed or did not validate against our published schema',
        { status: 400 },
      );
    }
    bucket.objectLock = { defaultRetention: retention };
    buckets(sandbox).set(bucket.name, bucket);
    return {};
  },

  GetObjectLockConfiguration(input, { sandbox }) {
    const { objectLock } = requireBucket(sandbox, input.Bucket);
    if (!objectLock) {
      throw new AwsError(
        'ObjectLockConfigurationNotFoundError',
        'Object Lock configuration does not exist for this bucket',
        { status: 404 },
      );
    }
    return {
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: objectLock.defaultRetention && {
          DefaultRetention: objectLock.defaultRetention,
        },
      },
    };
  },

  PutObjectRetention(input, { sandbox }) {
    const { Bucket, Key, VersionId } = input;
    requireLock(requireBucket(sandbox, Bucket));
    const version = requireVersion(sandbox, Bucket, Key, VersionId);
    const now = sandbox.clock.now();
    const next = toRetention(
      input.Retention?.Mode,
      input.Retention?.RetainUntilDate,
      now,
    );
    requireChangeable(version, next, input.BypassGovernanceRetention, now);
    changeVersion(sandbox, Bucket, Key, { ...version, retention: next });
    return {};
  },

  GetObjectRetention(input, { sandbox }) {
    const { Bucket, Key, VersionId } = input;
    requireLock(requireBucket(sandbox, Bucket));
    const { retention } = requireVersion(sandbox, Bucket, Key, VersionId);
    if (!retention) throw notLocked();
    return {
      Retention: {
        Mode: retention.mode,
        RetainUntilDate: new Date(retention.until),
      },
    };
  },

  PutObjectLegalHold(input, { sandbox }) {
    const { Bucket, Key, VersionId } = input;
    requireLock(requireBucket(sandbox, Bucket));
    const version = requireVersion(sandbox, Bucket, Key, VersionId);
    const legalHold = input.LegalHold?.Status === 'ON';
    changeVersion(sandbox, Bucket, Key, { ...version, legalHold });
    return {};
  },

  GetObjectLegalHold(input, { sandbox }) {
    const { Bucket, Key, VersionId } = input;
    requireLock(requireBucket(sandbox, Bucket));
    const { legalHold } = requireVersion(sandbox, Bucket, Key, VersionId);
    if (legalHold === undefined) throw notLocked();
    return { LegalHold: { Status: legalHold ? 'ON' : 'OFF' } };
  },
} satisfies Operations<typeof sdk>;
