import { useEffect, useState } from 'react';
import {
  discoveryApiRef,
  fetchApiRef,
  useApi,
} from '@backstage/frontend-plugin-api';
import { fetchNameCheck, NameCheckResult } from './nameCheck';

export type NameCheckView =
  | { state: 'empty' }
  | { state: 'running' }
  | { state: 'done'; result: NameCheckResult }
  | { state: 'failed'; reason: string };

/** Long enough that typing does not ask for every letter. */
const DEBOUNCE_MS = 400;

/** The check of a name, asked once typing stops. `retry` asks again. */
export function useNameCheck(
  name: string,
  template: string,
): { view: NameCheckView; retry: () => void } {
  const discoveryApi = useApi(discoveryApiRef);
  const fetchApi = useApi(fetchApiRef);
  const [view, setView] = useState<NameCheckView>({ state: 'empty' });
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    if (!name) {
      setView({ state: 'empty' });
      return () => {};
    }
    setView({ state: 'running' });
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const result = await fetchNameCheck(
          { discoveryApi, fetchApi },
          { name, template },
          abort.signal,
        );
        if (!abort.signal.aborted) setView({ state: 'done', result });
      } catch (error) {
        if (abort.signal.aborted) return;
        const reason = error instanceof Error ? error.message : String(error);
        setView({ state: 'failed', reason });
      }
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [name, template, attempt, discoveryApi, fetchApi]);

  return { view, retry: () => setAttempt(count => count + 1) };
}
