import { stringifyEntityRef } from '@backstage/catalog-model';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import { Link } from '@backstage/ui';
import { releaseApiRef } from '../api';
import { useEntityReleases } from '../lib/hooks';
import { usePaths } from '../lib/paths';
import { RefreshButton } from '../now/Bands';
import { StageLane } from '../now/NowCard';
import { releaseTranslationRef } from '../translation';
import { AsOf } from '../ui/Facts';
import ui from '../ui/ui.module.css';
import { History } from './History';
import { Ownership } from './Ownership';
import { ReleasesTable } from './ReleasesTable';
import { RolloutsTable } from './RolloutsTable';

/** The Releases tab of a service: stages, history, releases, rollouts. */
export function ReleasesTab() {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { entity } = useEntity();
  const api = useApi(releaseApiRef);
  const paths = usePaths();
  const loaded = useEntityReleases(entity);
  const { value } = loaded;
  const entityRef = stringifyEntityRef(entity);
  return (
    <div>
      <div className={ui.pageHead}>
        <h2 className={ui.h2}>{t('tab.stages')}</h2>
        <span>
          <Link href={paths.auditOf({ entityRef })}>{t('tab.audit')}</Link>{' '}
          <RefreshButton
            onPress={async () => {
              await api.refresh(entityRef);
              await loaded.reload();
            }}
          />
        </span>
      </div>
      <StageLane loaded={loaded} heading="h3" />
      {value && value.targets.length > 0 && (
        <>
          <h2 className={ui.h2}>{t('tab.history')}</h2>
          <History releases={value} />
          <h2 className={ui.h2}>{t('tab.owners')}</h2>
          <Ownership releases={value} />
          <div className={ui.pageHead}>
            <h2 className={ui.h2}>{t('tab.releases')}</h2>
            <AsOf at={value.releasesAsOf} />
          </div>
          <ReleasesTable releases={value} onChanged={loaded.reload} />
          <h2 className={ui.h2}>{t('tab.rollouts')}</h2>
          <RolloutsTable rollouts={value.rollouts} />
        </>
      )}
    </div>
  );
}
