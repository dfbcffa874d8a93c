import { useApi } from '@backstage/frontend-plugin-api';
import type { ReleaseSet } from '@careplane/backstage-plugin-release-common';
import { useCallback } from 'react';
import { releaseApiRef } from '../api';
import { type Loaded, useLoaded } from '../lib/useLoaded';
import { useReleaseEvents } from '../lib/useReleaseEvents';

const ACTIVE_MS = 3_000;

/** One release set, every 3 s while it can still move something. */
export function useSet(id: string): Loaded<ReleaseSet> {
  const api = useApi(releaseApiRef);
  const load = useCallback(() => api.getSet(id), [api, id]);
  const loaded = useLoaded(load, value =>
    !value || ['running', 'waiting'].includes(value.state)
      ? ACTIVE_MS
      : undefined,
  );
  useReleaseEvents(
    loaded.reload,
    signal =>
      loaded.value?.members.some(
        ({ rollout }) => rollout?.id === signal.rolloutId,
      ) ?? false,
  );
  return loaded;
}
