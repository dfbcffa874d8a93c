import type { ObservedTarget } from '@careplane/backstage-plugin-release-node';

/** How long a reading of an alias serves the steps after it. */
const SEEN_MS = 1_000;

/**
 * What a tick read of its target, so that its next step need not ask again
 * and a rollback spends three calls of Lambda's quota. Only where a write is
 * a compare-and-swap on that reading (INV-01), and no longer than a second.
 */
export class LastSeen {
  #seen?: { target: ObservedTarget; at: number };

  get target(): ObservedTarget | undefined {
    const { target, at } = this.#seen ?? {};
    return at && performance.now() - at < SEEN_MS ? target : undefined;
  }

  keep(target: ObservedTarget | undefined): void {
    if (target === this.#seen?.target) return;
    this.#seen = target?.casToken
      ? { target, at: performance.now() }
      : undefined;
  }

  forget(): void {
    this.#seen = undefined;
  }
}

/** The result, or a rejection as soon as the signal is aborted. */
export function unlessAborted<T>(
  signal: AbortSignal,
  result: Promise<T>,
): Promise<T> {
  return Promise.race([
    result,
    new Promise<never>((_, reject) => {
      const stop = () => reject(new Error('The tick was interrupted.'));
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    }),
  ]);
}
