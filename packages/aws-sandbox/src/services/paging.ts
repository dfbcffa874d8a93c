import { AwsError } from '../core';

/**
 * One page of a list; the token is the index of the next item, opaque to
 * callers. @throws AwsError for a token that was never given out.
 */
export function page<T>(
  all: readonly T[],
  token: string | undefined,
  size = 100,
): { items: T[]; next?: string } {
  const start = token ? Number(Buffer.from(token, 'base64url').toString()) : 0;
  if (!Number.isInteger(start) || start < 0) {
    throw new AwsError(
      'InvalidParameterException',
      'The pagination token is not valid.',
    );
  }
  const end = start + size;
  return {
    items: all.slice(start, end),
    next:
      end < all.length
        ? Buffer.from(String(end)).toString('base64url')
        : undefined,
  };
}
