import { useApi } from '@backstage/frontend-plugin-api';
import type {
  Overview,
  RolloutSignal,
  TargetBlock,
} from '@careplane/backstage-plugin-release-common';
import { useCallback, useRef } from 'react';
import { releaseApiRef } from '../api';
import { type Loaded, useLoaded } from './useLoaded';
import { useReleaseEvents } from './useReleaseEvents';

/** What no signal tells of (a reading that fails, a new service) is seen by then. */
const POLL_MS = 30_000;
/** The same, while nothing is known yet: signals are about what is shown. */
const FIRST_POLL_MS = 3_000;

/** A target that was never read; what it is comes with the first reading. */
export function isUnread(block: TargetBlock): boolean {
  return block.state === 'empty' && !block.asOf;
}

/** Whether a target of the estate was never read, as right after the start. */
export function isFirstReading(overview: Overview): boolean {
  return overview.items.some(item => item.targets.some(isUnread));
}

function pollMs(overview: Overview | undefined): number {
  const isKnown =
    overview && overview.items.length > 0 && !isFirstReading(overview);
  return isKnown ? POLL_MS : FIRST_POLL_MS;
}

/**
 * Components of the overview that signals are about. A topic that it does not
 * have is of a component that this person may not see, or that the next poll
 * brings.
 */
export function changedIn(
  overview: Overview | undefined,
  signals: RolloutSignal[],
): string[] {
  const topics = new Set(signals.flatMap(({ topic }) => topic ?? []));
  return (overview?.items ?? [])
    .filter(item =>
      item.targets.some(
        ({ target }) => target.topic && topics.has(target.topic),
      ),
    )
    .map(item => item.entityRef);
}

/** `overview` with what a newer reading of one component says of it. */
export function withComponent(
  overview: Overview,
  entityRef: string,
  part: Overview,
): Overview {
  const newer = part.items.find(item => item.entityRef === entityRef);
  return {
    ...overview,
    items: overview.items.flatMap(item =>
      item.entityRef === entityRef ? newer ?? [] : item,
    ),
    attention: [
      ...overview.attention.filter(item => item.entityRef !== entityRef),
      ...part.attention,
    ],
  };
}

/** All services by stage. After a signal only the service that it is about is read. */
export function useOverview(): Loaded<Overview> {
  const api = useApi(releaseApiRef);
  const load = useCallback(() => api.getOverview(), [api]);
  const loaded = useLoaded(load, pollMs);
  const latest = useRef(loaded);
  latest.current = loaded;
  useReleaseEvents(
    async signals => {
      for (const entityRef of changedIn(latest.current.value, signals)) {
        try {
          const part = await api.getOverview({ entityRef });
          const { value, set } = latest.current;
          if (value) set(withComponent(value, entityRef, part));
        } catch {
          // The whole reading says what is wrong, and tries again.
          latest.current.reload();
          return;
        }
      }
    },
    signal => changedIn(latest.current.value, [signal]).length > 0,
  );
  return loaded;
}
