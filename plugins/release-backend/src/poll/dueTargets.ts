/** Of the interval; what was tried later than that is not due. */
const FRESH = 3 / 4;

/**
 * What a sweep reads, longest waiting first and never tried before all: a lane
 * that is cut off or slow leaves no target behind for ever, and replicas do not
 * read again what another one has just read.
 *
 * @param triedAt - ISO 8601, by ARN.
 * @param now - Milliseconds since the epoch.
 */
export function dueTargets<T extends { arn: string }>(
  targets: T[],
  triedAt: ReadonlyMap<string, string>,
  now: number,
  intervalMs: number,
): T[] {
  const tried = (one: T) => Date.parse(triedAt.get(one.arn) ?? '') || 0;
  return targets
    .filter(one => now - tried(one) >= intervalMs * FRESH)
    .sort((a, b) => tried(a) - tried(b));
}
