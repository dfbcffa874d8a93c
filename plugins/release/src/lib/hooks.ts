import { stringifyEntityRef, type Entity } from '@backstage/catalog-model';
import { identityApiRef, useApi } from '@backstage/frontend-plugin-api';
import {
  isTerminal,
  type EntityReleases,
  type Rollout,
  type RolloutSummary,
  type StagePermissions,
} from '@careplane/backstage-plugin-release-common';
import { useCallback } from 'react';
import { type ReleaseApi, releaseApiRef } from '../api';
import { permissionsOf } from './usePermissions';
import { type Loaded, useLoaded } from './useLoaded';
import { useReleaseEvents } from './useReleaseEvents';

const IDLE_MS = 15_000;
const ACTIVE_MS = 3_000;

/** True until a rollout can change no more. */
export function isActive(rollout: Pick<RolloutSummary, 'state'>): boolean {
  return !isTerminal(rollout.state);
}

/** Everything about one service's stages, kept fresh. */
export function useEntityReleases(entity: Entity): Loaded<EntityReleases> {
  const api = useApi(releaseApiRef);
  const entityRef = stringifyEntityRef(entity);
  const load = useCallback(
    () => api.getEntityReleases(entityRef),
    [api, entityRef],
  );
  const loaded = useLoaded(load, value =>
    value?.targets.some(({ target }) => target.activeRolloutId)
      ? ACTIVE_MS
      : IDLE_MS,
  );
  useReleaseEvents(
    loaded.reload,
    signal =>
      loaded.value?.targets.some(
        ({ target }) => target.topic && target.topic === signal.topic,
      ) ?? false,
  );
  return loaded;
}

/** One rollout, every 3 s while it can still change. */
export function useRollout(id: string): Loaded<Rollout> {
  const api = useApi(releaseApiRef);
  const load = useCallback(() => api.getRollout(id), [api, id]);
  const loaded = useLoaded(load, value =>
    !value || isActive(value) ? ACTIVE_MS : undefined,
  );
  useReleaseEvents(loaded.reload, signal => signal.rolloutId === id);
  return loaded;
}

export interface Work {
  rollouts: RolloutSummary[];
  permissions: StagePermissions[];
  me: string;
  /** Everything I am a member of, as the identity provider's token says. */
  mine: string[];
}

/** All that have not ended, however many newer ones have. */
async function openRollouts(api: ReleaseApi): Promise<RolloutSummary[]> {
  const all: RolloutSummary[] = [];
  let before: string | undefined;
  do {
    const page = await api.getRollouts({ open: true, limit: 100, before });
    all.push(...page.items);
    before = page.next;
  } while (before);
  return all;
}

/** Rollouts that are not finished, and what the person who looks may do. */
export function useWork(): Loaded<Work> {
  const api = useApi(releaseApiRef);
  const identityApi = useApi(identityApiRef);
  const load = useCallback(async () => {
    const [rollouts, permissions, identity] = await Promise.all([
      openRollouts(api),
      permissionsOf(api),
      identityApi.getBackstageIdentity(),
    ]);
    return {
      rollouts: rollouts.filter(isActive),
      permissions,
      me: identity.userEntityRef,
      mine: identity.ownershipEntityRefs,
    };
  }, [api, identityApi]);
  const loaded = useLoaded(load, IDLE_MS);
  // A target that was read again is no rollout that changed.
  useReleaseEvents(loaded.reload, signal => Boolean(signal.rolloutId));
  return loaded;
}

/** Rollouts that wait for a consent which this person may give. */
export function waitingForMe(work: Work): RolloutSummary[] {
  const mayApprove = new Set(
    work.permissions
      .filter(({ acts }) => acts.approve.allowed)
      .map(({ stage }) => stage),
  );
  return work.rollouts.filter(
    rollout =>
      rollout.state === 'AWAITING_APPROVAL' &&
      rollout.requestedBy !== work.me &&
      mayApprove.has(rollout.stage),
  );
}
