import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { ANNOTATION_TARGET_PREFIX } from '@careplane/aws-common';
import type { Stage } from '@careplane/backstage-plugin-release-common';
import { componentOf, ReleaseComponent } from './components';

/** Every component that names a target of ours, as the credentials see them. */
export async function componentsOf(
  catalog: CatalogService,
  stages: Stage[],
  credentials: BackstageCredentials,
): Promise<ReleaseComponent[]> {
  if (!stages.length) return [];
  const { items } = await catalog.getEntities(
    {
      filter: stages.map(stage => ({
        kind: 'Component',
        [`metadata.annotations.${ANNOTATION_TARGET_PREFIX}${stage.name}`]:
          CATALOG_FILTER_EXISTS,
      })),
    },
    { credentials },
  );
  return items.map(entity => componentOf(entity, stages));
}
