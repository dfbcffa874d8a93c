import { parseEntityRef } from '@backstage/catalog-model';
import { createContext, useContext } from 'react';

/** Where the plugin's pages are mounted. */
export interface ReleasePaths {
  board: string;
  audit: string;
}

const PathsContext = createContext<ReleasePaths>({
  board: '/releases',
  audit: '/audit',
});

/** Provides other paths than the defaults, where an app mounts the pages elsewhere. */
export const ReleasePathsProvider = PathsContext.Provider;

/** Links between the plugin's own pages and to the catalog. */
export function usePaths() {
  const { board, audit } = useContext(PathsContext);
  return {
    board,
    audit,
    rollout: (id: string) => `${board}/rollouts/${encodeURIComponent(id)}`,
    newSet: `${board}/together`,
    set: (id: string) => `${board}/sets/${encodeURIComponent(id)}`,
    auditOf: (query: Record<string, string>) =>
      `${audit}?${new URLSearchParams(query)}`,
    entity: (entityRef: string) => {
      const { kind, namespace, name } = parseEntityRef(entityRef);
      return `/catalog/${namespace}/${kind.toLocaleLowerCase('en-US')}/${name}`;
    },
    releasesOf(entityRef: string) {
      return `${this.entity(entityRef)}/releases`;
    },
  };
}
