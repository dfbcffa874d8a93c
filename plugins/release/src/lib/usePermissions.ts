import { useApi } from '@backstage/frontend-plugin-api';
import type {
  ReleaseAct,
  StagePermissions,
} from '@careplane/backstage-plugin-release-common';
import { useCallback } from 'react';
import { type ReleaseApi, releaseApiRef } from '../api';
import type { Guard } from '../ui/Guarded';
import { useLoaded } from './useLoaded';

const FRESH_MS = 60_000;
const known = new WeakMap<
  ReleaseApi,
  { at: number; answer: Promise<StagePermissions[]> }
>();

/**
 * What the person may do on each stage; asked at most once a minute, as grants
 * seldom change. The backend decides again at each act.
 */
export function permissionsOf(api: ReleaseApi): Promise<StagePermissions[]> {
  const last = known.get(api);
  if (last && Date.now() - last.at < FRESH_MS) return last.answer;
  const answer = api.getPermissions();
  known.set(api, { at: Date.now(), answer });
  answer.catch(() => known.delete(api));
  return answer;
}

/** Whether the person may do `act` on a stage; allowed while that is not known. */
export function useStageGuard(): (stage: string, act: ReleaseAct) => Guard {
  const api = useApi(releaseApiRef);
  const { value } = useLoaded(useCallback(() => permissionsOf(api), [api]));
  return (stage, act) =>
    value?.find(one => one.stage === stage)?.acts[act] ?? { allowed: !value };
}
