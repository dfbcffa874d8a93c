import { AwsError } from '../../core';

/**
 * One page of a list. Tokens are opaque to callers: the place to go on from.
 *
 * @throws AwsError `InvalidNextTokenException` or what `code` names.
 */
export function page<T>(
  all: T[],
  size: number,
  token: string | undefined,
  code = 'InvalidParameterException',
): { items: T[]; nextToken?: string } {
  let start = 0;
  if (token !== undefined) {
    start = Number(Buffer.from(token, 'base64url').toString('utf8'));
    if (!Number.isInteger(start) || start < 0) {
      throw new AwsError(code, 'The specified nextToken is invalid.');
    }
  }
  const end = start + Math.max(1, size);
  return {
    items: all.slice(start, end),
    nextToken:
      end < all.length
        ? Buffer.from(String(end)).toString('base64url')
        : undefined,
  };
}
