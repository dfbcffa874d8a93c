import { InputError } from '@backstage/errors';

/** The six parts of an Amazon Resource Name, as AWS orders them. */
export interface Arn {
  /** `aws`, `aws-us-gov`, `aws-cn` … */
  partition: string;
  service: string;
  /** Empty for global resources such as IAM roles and S3 buckets. */
  region: string;
  /** Twelve digits; empty where the service has no account in its ARNs. */
  accountId: string;
  /** Everything after the fifth colon, uninterpreted. */
  resource: string;
}

const ARN_PATTERN =
  /^arn:(aws(?:-[a-z]+)*):([a-z0-9-]+):([a-z0-9-]*):(\d{12})?:([^\s,]+)$/;

/**
 * Reads an ARN.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 *
 * @throws InputError that names the value when it is not an ARN.
 */
export function parseArn(text: string): Arn {
  const match = ARN_PATTERN.exec(text);
  if (!match) {
    throw new InputError(
      `'${shorten(
        text,
      )}' is not an ARN. An ARN looks like arn:aws:lambda:us-east-1:111111111111:function:name.`,
    );
  }
  const [, partition, service, region, accountId = '', resource] = match;
  return { partition, service, region, accountId, resource };
}

/** Writes an ARN; the inverse of {@link parseArn}. */
export function formatArn(arn: Arn): string {
  return `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.accountId}:${arn.resource}`;
}

/** Whether a string has the form of an ARN. */
export function isArn(text: string): boolean {
  return ARN_PATTERN.test(text);
}

/** Keeps a value quotable in a message: user input may be any length. */
export function shorten(text: string, max = 120): string {
  return text.length <= max ? text : `${text.slice(0, max)}…`;
}
