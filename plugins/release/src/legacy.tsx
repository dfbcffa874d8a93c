/**
 * The "Now" card and the Releases tab for an app on the old frontend system.
 *
 * @packageDocumentation
 */
import {
  createApiFactory,
  createComponentExtension,
  createPlugin,
  createRoutableExtension,
  createRouteRef,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { ReleaseClient } from '@careplane/backstage-plugin-release-common';
import { releaseApiRef } from './api';

const entityContentRouteRef = createRouteRef({ id: 'release.entity-content' });

export const releaseLegacyPlugin = createPlugin({
  id: 'release',
  apis: [
    createApiFactory({
      api: releaseApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new ReleaseClient(deps),
    }),
  ],
  routes: { entityContent: entityContentRouteRef },
});

/** What runs on each stage, with promote and roll back. */
export const EntityReleaseNowCard = releaseLegacyPlugin.provide(
  createComponentExtension({
    name: 'EntityReleaseNowCard',
    component: { lazy: () => import('./now/NowCard').then(m => m.NowCard) },
  }),
);

/** Stages, history, releases and rollouts of a service. */
export const EntityReleasesContent = releaseLegacyPlugin.provide(
  createRoutableExtension({
    name: 'EntityReleasesContent',
    component: () => import('./tab/ReleasesTab').then(m => m.ReleasesTab),
    mountPoint: entityContentRouteRef,
  }),
);
