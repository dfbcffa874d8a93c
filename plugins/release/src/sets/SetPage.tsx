import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { parseEntityRef } from '@backstage/catalog-model';
import { Link } from '@backstage/ui';
import type { ReleaseSet } from '@careplane/backstage-plugin-release-common';
import { useState } from 'react';
import { useParams } from 'react-router-dom';
import { releaseApiRef } from '../api';
import { Announce } from '../lib/announce';
import { revisionName } from '../lib/format';
import { usePaths } from '../lib/paths';
import { type Look, ROLLOUT_LOOK } from '../lib/state';
import { useStageGuard } from '../lib/usePermissions';
import { useSaid, useStageTitle, withStageTitle } from '../lib/useStages';
import { rolloutTarget } from '../tab/RolloutsTable';
import { releaseTranslationRef } from '../translation';
import { Chip } from '../ui/Chip';
import { Time, Who } from '../ui/Facts';
import { Guarded } from '../ui/Guarded';
import { LoadError, Notice, Placeholder } from '../ui/Notice';
import { PageFrame } from '../ui/PageFrame';
import { ScrollArea } from '../ui/ScrollArea';
import ui from '../ui/ui.module.css';
import styles from './sets.module.css';
import { useSet } from './useSet';

const LOOK: Record<ReleaseSet['state'], Look> = {
  waiting: { icon: 'person', tone: 'warn' },
  running: { icon: 'shifting', tone: 'run' },
  done: { icon: 'live', tone: 'ok' },
  failed: { icon: 'failed', tone: 'bad' },
  stopped: { icon: 'none', tone: 'off' },
};

function Members(props: { set: ReleaseSet }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const titleOf = useStageTitle();
  const say = (sentence: string) =>
    withStageTitle(sentence, props.set.stage, titleOf(props.set.stage));
  const paths = usePaths();
  return (
    <ScrollArea label={t('sets.choose')}>
      <table className={ui.table}>
        <thead>
          <tr>
            <th scope="col">{t('sets.turn')}</th>
            <th scope="col">{t('sets.service')}</th>
            <th scope="col">{t('sets.move')}</th>
            <th scope="col">{t('rollouts.state')}</th>
            <th scope="col">{t('rollouts.now')}</th>
          </tr>
        </thead>
        <tbody>
          {props.set.members.map(
            ({ entityRef, order, rollout, problem }, index) => (
              <tr key={entityRef ?? index}>
                <td className={ui.nums}>{order}</td>
                <th scope="row">
                  {entityRef ? (
                    <Link href={paths.releasesOf(entityRef)}>
                      {parseEntityRef(entityRef).name}
                    </Link>
                  ) : (
                    t('set.hidden')
                  )}
                </th>
                <td>
                  {rollout && (
                    <Link href={paths.rollout(rollout.id)}>
                      {revisionName(rollout.from)} → {rolloutTarget(rollout)}
                    </Link>
                  )}
                </td>
                <td>
                  {rollout && (
                    <Chip {...ROLLOUT_LOOK[rollout.state]}>
                      {t(`state.${rollout.state}`)}
                    </Chip>
                  )}
                </td>
                <td>
                  {say(problem ?? rollout?.headline ?? t('set.notOpened'))}
                </td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function SetActs(props: {
  set: ReleaseSet;
  onChanged: (set: ReleaseSet) => void;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const api = useApi(releaseApiRef);
  const [busy, setBusy] = useState<'confirm' | 'stop'>();
  const [error, setError] = useState<string>();
  const said = useSaid();
  const { set } = props;
  const guard = useStageGuard()(set.stage, set.kind);
  const stage = { name: set.stage, title: useStageTitle()(set.stage) };
  if (set.state !== 'waiting' && set.state !== 'running') return null;
  const act = async (which: 'confirm' | 'stop') => {
    setBusy(which);
    setError(undefined);
    try {
      props.onChanged(await api.actOnSet(set.id, which));
    } catch (cause) {
      setError(said(cause, set.stage));
    }
    setBusy(undefined);
  };
  return (
    <>
      <div className={styles.acts}>
        {set.state === 'waiting' && (
          <Guarded
            guard={guard}
            stage={stage}
            label={t('set.confirm')}
            variant="primary"
            size="medium"
            isPending={busy === 'confirm'}
            onPress={() => act('confirm')}
          >
            {t('set.confirm')}
          </Guarded>
        )}
        <Guarded
          guard={guard}
          stage={stage}
          label={t('set.stop')}
          size="medium"
          isPending={busy === 'stop'}
          onPress={() => act('stop')}
        >
          {t('set.stop')}
        </Guarded>
      </div>
      <p className={ui.muted}>{t('set.stopWhy')}</p>
      {error && (
        <Notice icon="failed" tone="bad" role="alert">
          <p>
            <strong>{t('set.failed')}</strong> {error}
          </p>
        </Notice>
      )}
    </>
  );
}

/** One release set: where it stands, and each member's rollout. */
export function SetPage() {
  const { id = '' } = useParams();
  const { t } = useTranslationRef(releaseTranslationRef);
  const { value: set, error, failedAt, reload, set: keep } = useSet(id);
  const titleOf = useStageTitle();
  if (!set) {
    return (
      <PageFrame title={t('set.loadingTitle')}>
        {error ? (
          <LoadError
            what={t('set.what')}
            error={error}
            failedAt={failedAt}
            onRetry={reload}
          />
        ) : (
          <Placeholder height={320} label={t('set.loading')} />
        )}
      </PageFrame>
    );
  }
  const title = t(`set.title.${set.kind}`, {
    count: set.members.length,
    stage: titleOf(set.stage),
  });
  const state = t(`set.state.${set.state}`);
  return (
    <PageFrame title={title}>
      <Announce
        message={`${title}: ${state}`}
        assertive={set.state === 'failed'}
      />
      {error && (
        <LoadError
          what={t('set.what')}
          error={error}
          failedAt={failedAt}
          stale
          onRetry={reload}
        />
      )}
      <section className={`${ui.panel} ${styles.stack}`}>
        <div>
          <Chip {...LOOK[set.state]}>{state}</Chip>
        </div>
        <div>
          {t('set.by')} <Who actor={set.requestedBy} />,{' '}
          <Time at={set.requestedAt} />
          {set.reason && ` – ${set.reason}`}
        </div>
        <SetActs set={set} onChanged={keep} />
      </section>
      <Members set={set} />
    </PageFrame>
  );
}
