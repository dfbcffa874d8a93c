import { setTimeout as sleep } from 'node:timers/promises';

/** How often and how long an action looks. Tests shorten both. */
export interface Patience {
  intervalMs: number;
  timeoutMs: number;
}

/**
 * Calls `look` until it answers something, the time is up or the task is
 * cancelled.
 *
 * @throws Error with `what` when the time is up.
 */
export async function until<T>(
  what: string,
  patience: Patience,
  signal: AbortSignal | undefined,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + patience.timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() >= deadline) {
      throw new Error(
        `${what} did not end within ${Math.round(
          patience.timeoutMs / 60_000,
        )} minutes. Retry this step to keep waiting.`,
      );
    }
    await sleep(patience.intervalMs, undefined, { signal });
  }
}
