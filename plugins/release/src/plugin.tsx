import {
  ApiBlueprint,
  createFrontendPlugin,
  discoveryApiRef,
  fetchApiRef,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import { ReleaseClient } from '@careplane/backstage-plugin-release-common';
import { RiFileListLine, RiRocketLine } from '@remixicon/react';
import { releaseApiRef } from './api';
import { MountedPaths } from './MountedPaths';
import { auditRouteRef, entityContentRouteRef, rootRouteRef } from './routes';

const releaseApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: releaseApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new ReleaseClient(deps),
    }),
});

const releasesPage = PageBlueprint.make({
  params: {
    path: '/releases',
    title: 'Releases',
    icon: <RiRocketLine />,
    routeRef: rootRouteRef,
    noHeader: true,
    loader: async () => {
      const { ReleasesRouter } = await import('./ReleasesRouter');
      return (
        <MountedPaths>
          <ReleasesRouter />
        </MountedPaths>
      );
    },
  },
});

const auditPage = PageBlueprint.make({
  name: 'audit',
  params: {
    path: '/audit',
    title: 'Audit',
    icon: <RiFileListLine />,
    routeRef: auditRouteRef,
    noHeader: true,
    loader: async () => {
      const { AuditPage } = await import('./audit/AuditPage');
      return (
        <MountedPaths>
          <AuditPage />
        </MountedPaths>
      );
    },
  },
});

const nowCard = EntityCardBlueprint.make({
  name: 'now',
  params: {
    type: 'content',
    filter: { kind: 'component' },
    loader: async () => {
      const { NowCard } = await import('./now/NowCard');
      return (
        <MountedPaths>
          <NowCard />
        </MountedPaths>
      );
    },
  },
});

const releasesContent = EntityContentBlueprint.make({
  name: 'releases',
  params: {
    path: '/releases',
    title: 'Releases',
    icon: <RiRocketLine />,
    routeRef: entityContentRouteRef,
    filter: { kind: 'component' },
    loader: async () => {
      const { ReleasesTab } = await import('./tab/ReleasesTab');
      return (
        <MountedPaths>
          <ReleasesTab />
        </MountedPaths>
      );
    },
  },
});

/**
 * What runs on each stage, promote, roll back, approve, and the evidence of it.
 */
export const releasePlugin = createFrontendPlugin({
  pluginId: 'release',
  title: 'Releases',
  icon: <RiRocketLine />,
  info: { packageJson: () => import('../package.json') },
  routes: {
    root: rootRouteRef,
    audit: auditRouteRef,
    entityContent: entityContentRouteRef,
  },
  extensions: [releaseApi, releasesPage, auditPage, nowCard, releasesContent],
});
