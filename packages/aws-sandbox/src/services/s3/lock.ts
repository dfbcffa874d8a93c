import type * as sdk from '@aws-sdk/client-s3';
import { AwsError } from '../../core';
import type { Bucket, ObjectVersion } from './model';

type Mode = 'GOVERNANCE' | 'COMPLIANCE';

/** How long a version may not be overwritten or removed. */
export interface Retention {
  mode: Mode;
  /** ISO 8601. */
  until: string;
}

const DAY_MS = 24 * 3600_000;
const YEAR_DAYS = 365;

function denied(message: string) {
  return new AwsError('AccessDenied', message, { status: 403 });
}

function invalid(message: string) {
  return new AwsError('InvalidArgument', message, { status: 400 });
}

export function requireLock(bucket: Bucket) {
  if (bucket.objectLock) return;
  throw new AwsError(
    'InvalidRequest',
    'Bucket is missing Object Lock Configuration',
    { status: 400 },
  );
}

/**
 * A retention as a request names it; undefined where it names none.
 *
 * @throws AwsError InvalidArgument for half of one, or one that is over.
 */
export function toRetention(
  mode: string | undefined,
  until: Date | undefined,
  now: Date,
): Retention | undefined {
  if (!mode && !until) return undefined;
  if (!mode || !until) {
    throw invalid(
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
    );
  }
  if (until <= now) {
    throw invalid('The retain until date must be in the future!');
  }
  return { mode: mode as Mode, until: until.toISOString() };
}

/** What a new version gets: as asked for, else by the bucket's default. */
export function lockOf(
  bucket: Bucket,
  input: Pick<
    sdk.PutObjectRequest,
    'ObjectLockMode' | 'ObjectLockRetainUntilDate' | 'ObjectLockLegalHoldStatus'
  >,
  now: Date,
): Pick<ObjectVersion, 'retention' | 'legalHold'> {
  const asked = toRetention(
    input.ObjectLockMode,
    input.ObjectLockRetainUntilDate,
    now,
  );
  if (asked || input.ObjectLockLegalHoldStatus) requireLock(bucket);
  return {
    retention: asked ?? defaultRetention(bucket, now),
    legalHold: input.ObjectLockLegalHoldStatus === 'ON' || undefined,
  };
}

function defaultRetention(bucket: Bucket, now: Date): Retention | undefined {
  const { Mode: mode, Days, Years } = bucket.objectLock?.defaultRetention ?? {};
  if (!mode) return undefined;
  const days = Days ?? (Years ?? 0) * YEAR_DAYS;
  const until = new Date(now.getTime() + days * DAY_MS).toISOString();
  return { mode, until };
}

function isRetained({ retention }: ObjectVersion, now: Date) {
  return retention !== undefined && Date.parse(retention.until) > now.getTime();
}

/**
 * @throws AwsError AccessDenied while a legal hold or a retention protects the
 * version. Governance gives way to who asks for it, compliance to nobody.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export function requireRemovable(
  version: ObjectVersion | undefined,
  bypass: boolean | undefined,
  now: Date,
) {
  if (!version) return;
  const isHeld =
    version.legalHold ||
    (isRetained(version, now) &&
      !(bypass && version.retention?.mode === 'GOVERNANCE'));
  if (isHeld) {
    throw denied('Access Denied because object protected by object lock.');
  }
}

/**
 * @throws AwsError AccessDenied where a retention would end earlier or change
 * its mode: never in compliance mode, in governance mode with the bypass only.
 */
export function requireChangeable(
  version: ObjectVersion,
  next: Retention | undefined,
  bypass: boolean | undefined,
  now: Date,
) {
  const { retention } = version;
  if (!retention || !isRetained(version, now)) return;
  const isStronger =
    next?.mode === retention.mode && next.until >= retention.until;
  if (isStronger || (bypass && retention.mode === 'GOVERNANCE')) return;
  throw denied('Access Denied because object protected by object lock.');
}

/** What reads say of a version's lock; of a hold, only where one was ever set. */
export function shownLock({ retention, legalHold }: ObjectVersion) {
  const hold = legalHold ? ('ON' as const) : ('OFF' as const);
  return {
    ObjectLockMode: retention?.mode,
    ObjectLockRetainUntilDate: retention && new Date(retention.until),
    ObjectLockLegalHoldStatus: legalHold === undefined ? undefined : hold,
  };
}
