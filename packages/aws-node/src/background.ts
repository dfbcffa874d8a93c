import { AsyncLocalStorage } from 'node:async_hooks';

const background = new AsyncLocalStorage<true>();

/**
 * Calls that are made in `work` let all others of their quota group go first:
 * for readings that nobody waits for. Rollbacks keep their lane.
 */
export function inBackground<T>(work: () => Promise<T>): Promise<T> {
  return background.run(true, work);
}

/** Whether the caller runs in such work. */
export const isInBackground = (): boolean => background.getStore() === true;
