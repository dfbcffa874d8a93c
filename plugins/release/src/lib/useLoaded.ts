import { useCallback, useEffect, useRef, useState } from 'react';

export interface Loaded<T> {
  /** The last answer; it stays while a newer one is asked for or has failed. */
  value?: T;
  /** Why the latest attempt failed; gone after the next success. */
  error?: Error;
  /** When the latest attempt failed. */
  failedAt?: Date;
  loading: boolean;
  /** Asks again now. Resolves when the answer is there. */
  reload(): Promise<void>;
  /** Puts an answer in place that another call brought. */
  set(value: T): void;
}

/**
 * Loads on mount and whenever `load` changes (wrap it in `useCallback`), then
 * again every `pollMs` while the tab is visible. A late answer of an earlier
 * `load` is dropped.
 */
export function useLoaded<T>(
  load: () => Promise<T>,
  pollMs?: number | ((value: T | undefined) => number | undefined),
): Loaded<T> {
  const [state, setState] = useState<{
    value?: T;
    error?: Error;
    failedAt?: Date;
    loading: boolean;
  }>({ loading: true });
  const generation = useRef(0);

  const run = useCallback(async () => {
    const mine = generation.current;
    try {
      const value = await load();
      if (mine === generation.current) setState({ value, loading: false });
    } catch (cause) {
      if (mine !== generation.current) return;
      const error = cause instanceof Error ? cause : new Error(String(cause));
      setState(old => ({
        value: old.value,
        error,
        failedAt: new Date(),
        loading: false,
      }));
    }
  }, [load]);

  useEffect(() => {
    generation.current += 1;
    setState({ loading: true });
    run();
    return () => {
      generation.current += 1;
    };
  }, [run]);

  const interval = typeof pollMs === 'function' ? pollMs(state.value) : pollMs;
  useEffect(() => {
    if (!interval) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState !== 'hidden') run();
    }, interval);
    return () => clearInterval(timer);
  }, [interval, run]);

  const set = useCallback(
    (value: T) => setState({ value, loading: false }),
    [],
  );
  return { ...state, reload: run, set };
}
