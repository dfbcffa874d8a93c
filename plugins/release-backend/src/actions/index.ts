import type { AuditorService } from '@backstage/backend-plugin-api';
import type { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import type { AuthorizedReleaseService } from '../service/AuthorizedReleaseService';
import type { AuthorizedReleaseSets } from '../sets/AuthorizedReleaseSets';
import { createPauseActions } from './pauseActions';
import { createReadActions } from './readActions';
import { createRolloutActions } from './rolloutActions';
import { createSetActions } from './setActions';

export interface ActionOptions {
  actionsRegistry: ActionsRegistryService;
  auditor: AuditorService;
  service: AuthorizedReleaseService;
  sets: AuthorizedReleaseSets;
}

/**
 * Registers what programs may do. Nobody approves, waives or lifts a hold
 * through these: that takes a person in the browser.
 */
export function registerActions(options: ActionOptions): void {
  createReadActions(options);
  createRolloutActions(options);
  createSetActions(options);
  createPauseActions(options);
}
