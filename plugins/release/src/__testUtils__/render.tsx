import { parseEntityRef } from '@backstage/catalog-model';
import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import type { ReactElement } from 'react';
import { Route, Routes, useLocation } from 'react-router-dom';
import { type ReleaseApi, releaseApiRef } from '../api';
import { rootRouteRef } from '../routes';
import {
  ENTITY_REF,
  entityReleases,
  permissions,
  preview,
  releaseSet,
  rollout,
  stages,
} from './fixtures';

/** A release API of which every answer can be replaced. */
export function fakeApi(overrides: Partial<ReleaseApi> = {}) {
  return {
    getStages: jest.fn(async () => stages),
    getPermissions: jest.fn(async () => permissions(['dev', 'qa', 'prod'])),
    getEntityReleases: jest.fn(async () => entityReleases()),
    refresh: jest.fn(async () => ({ started: 1, shared: 0 })),
    preview: jest.fn(async () => preview),
    startRollout: jest.fn(async () => rollout({ id: 'r-new' })),
    getRollouts: jest.fn(async () => ({ items: [] })),
    getRollout: jest.fn(async () => rollout()),
    act: jest.fn(async () => rollout()),
    rehearseRollback: jest.fn(async () => {
      throw new Error('not rehearsed');
    }),
    liftHold: jest.fn(async () => undefined),
    runTests: jest.fn(async () => undefined),
    adoptOutsideChange: jest.fn(async () => undefined),
    setQuarantine: jest.fn(async () => undefined),
    previewSet: jest.fn(async () => ({ members: [] })),
    startSet: jest.fn(async () => releaseSet()),
    getSet: jest.fn(async () => releaseSet()),
    actOnSet: jest.fn(async () => releaseSet()),
    getOverview: jest.fn(async () => ({ items: [], attention: [] })),
    queryAudit: jest.fn(async () => ({
      records: [],
      chain: { verified: true, checkedAt: '2026-11-23T14:05:11Z' },
    })),
    exportAudit: jest.fn(async function* noRecords() {
      yield [];
    }),
    ...overrides,
  } satisfies ReleaseApi;
}

function Address() {
  const { pathname, search } = useLocation();
  return <output aria-label="address">{pathname + search}</output>;
}

/** Renders a part of this plugin beside the current address, for claims-api. */
export function renderPart(
  element: ReactElement,
  api: ReleaseApi,
  at: { path: string; entry: string } = { path: '/', entry: '/' },
) {
  const { name } = parseEntityRef(ENTITY_REF);
  return renderInTestApp(
    <EntityProvider
      entity={{
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Component',
        metadata: { name, namespace: 'default' },
      }}
    >
      <Address />
      <Routes>
        <Route path={at.path} element={element} />
        <Route path="*" element={null} />
      </Routes>
    </EntityProvider>,
    {
      apis: [
        [releaseApiRef, api],
        mockApis.identity({ userEntityRef: 'user:default/daniel.okafor' }),
      ],
      mountedRoutes: { '/releases': rootRouteRef },
      initialRouteEntries: [at.entry],
    },
  );
}
