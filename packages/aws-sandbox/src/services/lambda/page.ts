import { AwsError } from '../../core';

const DEFAULT = 50;

/** A page in Lambda's way: the marker is the last item shown. */
export function page<T>(
  items: T[],
  keyOf: (item: T) => string,
  asked: { Marker?: string; MaxItems?: number },
): { items: T[]; next?: string } {
  let start = 0;
  if (asked.Marker) {
    const last = Buffer.from(asked.Marker, 'base64url').toString('utf8');
    start = items.findIndex(item => keyOf(item) === last) + 1;
    if (start === 0) {
      throw new AwsError(
        'InvalidParameterValueException',
        'The Marker is not valid: list again from the beginning',
      );
    }
  }
  const limit = Math.max(1, asked.MaxItems ?? DEFAULT);
  const shown = items.slice(start, start + limit);
  const last = shown.at(-1);
  return {
    items: shown,
    next:
      last !== undefined && start + limit < items.length
        ? Buffer.from(keyOf(last), 'utf8').toString('base64url')
        : undefined,
  };
}
