import type { AuthorizedDrills } from '../drills/AuthorizedDrills';
import type { AuthorizedReads } from './AuthorizedReads';
import type { AuthorizedRollouts } from './AuthorizedRollouts';
import type { AuthorizedTargets } from './AuthorizedTargets';

/**
 * The one door to releases, for HTTP, actions and the scaffolder: entities are
 * read with the caller's credentials, and a write needs policy and grant.
 */
export interface AuthorizedReleaseService {
  /** What people look at. */
  reads: AuthorizedReads;
  /** Asking for rollouts, and acting on them. */
  rollouts: AuthorizedRollouts;
  /** Rollbacks without the write. */
  drills: AuthorizedDrills;
  /** Holds, outside changes, quarantines and pipelines. */
  targets: AuthorizedTargets;
}
