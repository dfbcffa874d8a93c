import { useApi } from '@backstage/frontend-plugin-api';
import type { RolloutRequest } from '@careplane/backstage-plugin-release-common';
import { useCallback, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { releaseApiRef } from '../api';
import { usePaths } from './paths';

/**
 * Starts a rollout and opens its page. However often it is pressed while one
 * dialog is open, it is one rollout: all tries carry the same key.
 */
export function useStartRollout() {
  const api = useApi(releaseApiRef);
  const navigate = useNavigate();
  const paths = usePaths();
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();

  const start = useCallback(
    async (request: Omit<RolloutRequest, 'idempotencyKey'>) => {
      setBusy(true);
      setError(undefined);
      try {
        const rollout = await api.startRollout({
          ...request,
          reason: request.reason?.trim() || undefined,
          idempotencyKey,
        });
        navigate(paths.rollout(rollout.id));
      } catch (cause) {
        setError(cause instanceof Error ? cause.message : String(cause));
        setBusy(false);
      }
    },
    [api, navigate, paths, idempotencyKey],
  );
  return { start, busy, error };
}
