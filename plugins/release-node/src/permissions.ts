import { createPermissionResourceRef } from '@backstage/plugin-permission-node';
import { RESOURCE_TYPE_RELEASE_TARGET } from '@careplane/backstage-plugin-release-common';

/** What a policy decides on: a component on a stage. */
export interface ReleaseTargetResource {
  entityRef: string;
  stage: string;
}

/** The query form of conditions on targets: by stage. */
export interface ReleaseTargetQuery {
  stages: string[];
}

export const releaseTargetResourceRef = createPermissionResourceRef<
  ReleaseTargetResource,
  ReleaseTargetQuery
>().with({ pluginId: 'release', resourceType: RESOURCE_TYPE_RELEASE_TARGET });
