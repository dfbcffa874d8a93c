import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { AwsError } from './AwsError';
import type { Sandbox } from './types';

type Signer = Pick<Sandbox, 'store' | 'clock' | 'url'>;

function signature(sandbox: Signer, path: string, until: string): string {
  const keys = sandbox.store<string>('sandbox', 'all', 'keys');
  const key = keys.get('presign') ?? randomBytes(32).toString('base64');
  if (!keys.has('presign')) keys.set('presign', key);
  return createHmac('sha256', key).update(`${until} ${path}`).digest('hex');
}

/**
 * An address that whoever has it may read until it runs out on the sandbox's
 * clock, as AWS's presigned addresses are.
 *
 * @param path - begins with `/`
 */
export function presign(
  sandbox: Signer,
  path: string,
  seconds: number,
): string {
  const until = String(sandbox.clock.now().getTime() + seconds * 1000);
  const query = new URLSearchParams({
    'X-Amz-Until': until,
    'X-Amz-Signature': signature(sandbox, path, until),
  });
  return `${sandbox.url}${path}?${query}`;
}

/** @throws AwsError AccessDenied, SignatureDoesNotMatch (403) */
export function requirePresigned(sandbox: Signer, url: URL) {
  const until = url.searchParams.get('X-Amz-Until') ?? '';
  const given = url.searchParams.get('X-Amz-Signature') ?? '';
  const right = signature(sandbox, url.pathname, until);
  const isRight =
    given.length === right.length &&
    timingSafeEqual(Buffer.from(given), Buffer.from(right));
  if (!isRight) {
    throw new AwsError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided.',
      { status: 403 },
    );
  }
  if (Number(until) <= sandbox.clock.now().getTime()) {
    throw new AwsError('AccessDenied', 'Request has expired', { status: 403 });
  }
}
