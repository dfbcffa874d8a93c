import { useApiHolder } from '@backstage/frontend-plugin-api';
import { signalApiRef } from '@backstage/plugin-signals-react';
import type { RolloutSignal } from '@careplane/backstage-plugin-release-common';
import { useEffect, useRef } from 'react';

/** Where the backend says that a rollout changed; random names only. */
const CHANNEL = 'release:rollouts';

/**
 * Calls `onEvent` when the backend signals a change of which `concerns` says
 * that it matters here. The page then reads with its own credentials. Without
 * signals, polling alone carries the page.
 */
export function useReleaseEvents(
  onEvent: () => void,
  concerns: (signal: RolloutSignal) => boolean,
) {
  const signals = useApiHolder().get(signalApiRef);
  const latest = useRef({ onEvent, concerns });
  latest.current = { onEvent, concerns };
  useEffect(() => {
    if (!signals) return undefined;
    const subscription = signals.subscribe<{
      [name in keyof RolloutSignal]: string;
    }>(CHANNEL, signal => {
      if (latest.current.concerns(signal)) latest.current.onEvent();
    });
    return () => subscription.unsubscribe();
  }, [signals]);
}
