import { useApiHolder } from '@backstage/frontend-plugin-api';
import { signalApiRef } from '@backstage/plugin-signals-react';
import type { RolloutSignal } from '@careplane/backstage-plugin-release-common';
import { useEffect, useRef } from 'react';

/** Where the backend says that a rollout changed; random names only. */
const CHANNEL = 'release:rollouts';
/** One step of a rollout sends several signals; they are answered together. */
const GATHER_MS = 250;

/**
 * Calls `onEvent` with the signals of a change, those of a moment together, of
 * which `concerns` says that they matter here. The page then reads with its own
 * credentials. Without signals, polling alone carries the page.
 */
export function useReleaseEvents(
  onEvent: (signals: RolloutSignal[]) => void,
  concerns: (signal: RolloutSignal) => boolean,
) {
  const signals = useApiHolder().get(signalApiRef);
  const latest = useRef({ onEvent, concerns });
  latest.current = { onEvent, concerns };
  useEffect(() => {
    if (!signals) return undefined;
    let gathered: RolloutSignal[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const subscription = signals.subscribe<{
      [name in keyof RolloutSignal]: string;
    }>(CHANNEL, signal => {
      if (!latest.current.concerns(signal)) return;
      gathered.push(signal);
      timer ??= setTimeout(() => {
        const all = gathered;
        gathered = [];
        timer = undefined;
        latest.current.onEvent(all);
      }, GATHER_MS);
    });
    return () => {
      clearTimeout(timer);
      subscription.unsubscribe();
    };
  }, [signals]);
}
