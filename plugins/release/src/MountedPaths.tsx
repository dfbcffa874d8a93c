import { useRouteRef } from '@backstage/frontend-plugin-api';
import type { ReactNode } from 'react';
import { ReleasePathsProvider } from './lib/paths';
import { auditRouteRef, rootRouteRef } from './routes';

/** Tells the parts below where this app has mounted the plugin's pages. */
export function MountedPaths(props: { children: ReactNode }) {
  const board = useRouteRef(rootRouteRef);
  const audit = useRouteRef(auditRouteRef);
  return (
    <ReleasePathsProvider
      value={{ board: board?.() ?? '/releases', audit: audit?.() ?? '/audit' }}
    >
      {props.children}
    </ReleasePathsProvider>
  );
}
