/** How often a long poll looks by itself: a delay or a visibility may end. */
const LOOK_MS = 200;

const waiters = new Map<string, Set<() => void>>();

/** A message came into a queue: whoever waits for one looks at once. */
export function arrived(queueArn: string) {
  for (const wake of waiters.get(queueArn) ?? []) wake();
}

/** Resolves when a message may have come, at the latest after a short time. */
export function mayHaveArrived(queueArn: string): Promise<void> {
  return new Promise(resolve => {
    const waiting = waiters.get(queueArn) ?? new Set();
    waiters.set(queueArn, waiting);
    let timer: NodeJS.Timeout | undefined;
    const done = () => {
      clearTimeout(timer);
      waiting.delete(done);
      if (waiting.size === 0) waiters.delete(queueArn);
      resolve();
    };
    timer = setTimeout(done, LOOK_MS);
    timer.unref();
    waiting.add(done);
  });
}
