import { useApi } from '@backstage/frontend-plugin-api';
import type { RolloutRequest } from '@careplane/backstage-plugin-release-common';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { releaseApiRef } from '../api';
import { usePaths } from './paths';
import { useSaid } from './useStages';

/**
 * Starts a rollout and opens its page. However often it is pressed while one
 * dialog is open, it is one rollout: all tries carry the same key.
 */
export function useStartRollout() {
  const api = useApi(releaseApiRef);
  const navigate = useNavigate();
  const paths = usePaths();
  const said = useSaid();
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();

  const start = async (request: Omit<RolloutRequest, 'idempotencyKey'>) => {
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
      setError(said(cause, request.stage));
      setBusy(false);
    }
  };
  return { start, busy, error };
}
