import { AwsError, type Sandbox } from '../../core';

export const CURRENT = 'AWSCURRENT';
export const PREVIOUS = 'AWSPREVIOUS';
export const PENDING = 'AWSPENDING';

export interface SecretVersion {
  /** Missing while a rotation has not yet put one. */
  value?: string;
  stages: string[];
  created: string;
}

export interface RotationRecord {
  lambdaArn: string;
  /** Days between two rotations; missing where a schedule expression rules. */
  afterDays?: number;
  scheduleExpression?: string;
  lastRotated?: string;
  next?: string;
  /** The job of the next rotation. */
  job?: string;
}

export interface SecretRecord {
  arn: string;
  name: string;
  description?: string;
  versions: Record<string, SecretVersion>;
  created: string;
  changed: string;
  kmsKeyId?: string;
  rotation?: RotationRecord;
  tags?: { Key?: string; Value?: string }[];
}

export const notFound = (message: string) =>
  new AwsError('ResourceNotFoundException', message);

export const invalidParameter = (message: string) =>
  new AwsError('InvalidParameterException', message);

export const invalidRequest = (message: string) =>
  new AwsError('InvalidRequestException', message);

export function secretsOf(sandbox: Sandbox, account: string) {
  return sandbox.store<SecretRecord>('secretsmanager', account, 'versioned');
}

/** Secrets that an earlier sandbox kept with one value each. */
export function keepOlderState(sandbox: Sandbox) {
  type Older = Omit<SecretRecord, 'versions'> & {
    value?: string;
    versionId: string;
  };
  for (const account of sandbox.accounts('secretsmanager', 'secrets')) {
    const older = sandbox.store<Older>('secretsmanager', account, 'secrets');
    for (const { value, versionId, ...record } of older.values()) {
      secretsOf(sandbox, account).set(record.name, {
        ...record,
        versions: {
          [versionId]: { value, stages: [CURRENT], created: record.changed },
        },
      });
    }
    older.clear();
  }
}

/** By name or ARN. @throws ResourceNotFoundException */
export function requireSecret(
  sandbox: Sandbox,
  account: string,
  id: string,
): SecretRecord {
  const secrets = secretsOf(sandbox, account);
  const record =
    secrets.get(id) ?? secrets.values().find(({ arn }) => arn === id);
  if (record) return record;
  throw notFound("Secrets Manager can't find the specified secret.");
}
