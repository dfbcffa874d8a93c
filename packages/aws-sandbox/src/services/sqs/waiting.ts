import { EventEmitter, once } from 'node:events';

/** How often a long poll looks by itself: a delay or a visibility may end. */
const LOOK_MS = 200;

const arrivals = new EventEmitter();
arrivals.setMaxListeners(0);

/** A message came into a queue: whoever waits for one looks at once. */
export function arrived(queueArn: string) {
  arrivals.emit(queueArn);
}

/** Resolves when a message may have come, at the latest after a short time. */
export async function mayHaveArrived(queueArn: string): Promise<void> {
  const signal = AbortSignal.timeout(LOOK_MS);
  await once(arrivals, queueArn, { signal }).catch(() => {
    // None came in this time.
  });
}
