import { stringifyEntityRef } from '@backstage/catalog-model';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityInfoCard, useEntity } from '@backstage/plugin-catalog-react';
import { Link } from '@backstage/ui';
import type { EntityReleases } from '@careplane/backstage-plugin-release-common';
import { releaseApiRef } from '../api';
import { useEntityReleases } from '../lib/hooks';
import { usePaths } from '../lib/paths';
import type { Loaded } from '../lib/useLoaded';
import { releaseTranslationRef } from '../translation';
import { LoadError, Notice, Placeholder } from '../ui/Notice';
import { ScrollArea } from '../ui/ScrollArea';
import { Bands, RefreshButton } from './Bands';
import { StageActions } from './ServiceActions';
import { StageCell } from './StageCell';
import styles from './NowCard.module.css';

/** The annotations that put a component's targets on the stages. */
const ANNOTATION_EXAMPLE = `metadata:
  annotations:
    careplane.dev/target.dev: arn:aws:lambda:<region>:<account>:function:<name>:live
    careplane.dev/target.qa: arn:aws:lambda:<region>:<account>:function:<name>:live
    careplane.dev/target.prod: arn:aws:lambda:<region>:<account>:function:<name>:live`;

/** The stage cells of a service with its bands, or why there are none. */
export function StageLane(props: {
  loaded: Loaded<EntityReleases>;
  heading: 'h3' | 'h4';
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { value, error, failedAt, reload } = props.loaded;
  if (!value && error) {
    return (
      <LoadError
        what={t('now.what')}
        error={error}
        failedAt={failedAt}
        onRetry={reload}
      />
    );
  }
  if (!value) return <Placeholder height={220} label={t('now.loading')} />;
  const configured = value.targets.filter(
    block => block.state !== 'not-configured',
  );
  if (configured.length === 0) {
    return (
      <Notice icon="none" tone="off">
        <p>{t('now.notConfigured')}</p>
        <ScrollArea label={t('now.example')}>
          <pre>{ANNOTATION_EXAMPLE}</pre>
        </ScrollArea>
      </Notice>
    );
  }
  return (
    <div className={styles.root}>
      <div className={styles.stack}>
        {error && (
          <LoadError
            what={t('now.what')}
            error={error}
            failedAt={failedAt}
            stale
            onRetry={reload}
          />
        )}
        <Bands releases={value} onChanged={reload} />
        <div className={styles.cells}>
          {value.stages.map((stage, index) => {
            const block = value.targets.find(
              one => one.target.stage === stage.name,
            );
            return (
              <StageCell
                key={stage.name}
                stage={stage}
                block={block}
                heading={props.heading}
                last={index === value.stages.length - 1}
              >
                <StageActions
                  releases={value}
                  stage={stage}
                  target={block?.target}
                  onChanged={reload}
                />
              </StageCell>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** "Now": what runs on each stage of this service, and what can be done. */
export function NowCard() {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { entity } = useEntity();
  const api = useApi(releaseApiRef);
  const paths = usePaths();
  const loaded = useEntityReleases(entity);
  const entityRef = stringifyEntityRef(entity);
  return (
    <EntityInfoCard
      title={t('now.title')}
      headerActions={
        <RefreshButton
          onPress={async () => {
            await api.refresh(entityRef);
            await loaded.reload();
          }}
        />
      }
      footerActions={
        <Link href={paths.releasesOf(entityRef)}>{t('now.all')}</Link>
      }
    >
      <StageLane loaded={loaded} heading="h4" />
    </EntityInfoCard>
  );
}
