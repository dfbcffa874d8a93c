import { createApiRef } from '@backstage/frontend-plugin-api';
import type { ReleaseClient } from '@careplane/backstage-plugin-release-common';

/** What the front end asks of the release backend; `ReleaseClient` answers. */
export type ReleaseApi = Pick<
  ReleaseClient,
  | 'getStages'
  | 'getPermissions'
  | 'getEntityReleases'
  | 'refresh'
  | 'preview'
  | 'startRollout'
  | 'getRollouts'
  | 'getRollout'
  | 'act'
  | 'rehearseRollback'
  | 'liftHold'
  | 'adoptOutsideChange'
  | 'runTests'
  | 'setQuarantine'
  | 'previewSet'
  | 'startSet'
  | 'getSet'
  | 'actOnSet'
  | 'getOverview'
  | 'queryAudit'
  | 'exportAudit'
>;

export const releaseApiRef = createApiRef<ReleaseApi>().with({
  id: 'plugin.release.service',
  pluginId: 'release',
});
