import type { FailureCause } from '@careplane/backstage-plugin-delivery-common';
import { TooManyRequestsError } from './TooManyRequestsError';

/** People who open the same failure share one reading for this long. */
const SHARE_MS = 30_000;
/** Readings at the source in a minute, for the whole process. */
const LIMIT_PER_MINUTE = 30;

/**
 * Shares and limits readings of failure causes. They live in memory only,
 * because a log must not be stored.
 */
export class CauseReader {
  readonly #now: () => number;
  readonly #shared = new Map<
    string,
    { until: number; cause: Promise<FailureCause> }
  >();
  #started: number[] = [];

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** @throws TooManyRequestsError when the minute's readings are used up. */
  async read(
    key: string,
    load: () => Promise<FailureCause>,
  ): Promise<FailureCause> {
    const now = this.#now();
    for (const [other, { until }] of this.#shared) {
      if (until <= now) this.#shared.delete(other);
    }
    const shared = this.#shared.get(key);
    if (shared) return shared.cause;

    this.#started = this.#started.filter(at => at > now - 60_000);
    if (this.#started.length >= LIMIT_PER_MINUTE) {
      throw new TooManyRequestsError(
        'Too many build logs were opened within a minute. Wait a little, or open the build in AWS.',
      );
    }
    this.#started.push(now);
    const cause = load();
    this.#shared.set(key, { until: now + SHARE_MS, cause });
    // A failure is not shared: the next person tries again.
    cause.catch(() => this.#shared.delete(key));
    return cause;
  }
}
