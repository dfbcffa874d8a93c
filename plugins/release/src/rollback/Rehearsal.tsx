import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { Button } from '@backstage/ui';
import type {
  Drill,
  LastDrill,
} from '@careplane/backstage-plugin-release-common';
import { useState } from 'react';
import { releaseApiRef } from '../api';
import styles from '../promote/dialog.module.css';
import { useInTitles, useSaid } from '../lib/useStages';
import { releaseTranslationRef } from '../translation';
import { Chip } from '../ui/Chip';
import { Time, Who } from '../ui/Facts';
import { Notice } from '../ui/Notice';

const LOOK = {
  pass: { icon: 'live', tone: 'ok' },
  fail: { icon: 'failed', tone: 'bad' },
  unknown: { icon: 'unknown', tone: 'warn' },
} as const;

function Outcome(props: { drill: Drill }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const inTitles = useInTitles();
  const { drill } = props;
  return (
    <div role="status">
      <p>{t(`drill.outcome.${drill.outcome}`, { ms: String(drill.ms) })}</p>
      <ul className={styles.list}>
        {drill.steps.map(step => (
          <li key={step.id}>
            <Chip {...LOOK[step.state]}>{t(`drill.state.${step.state}`)}</Chip>{' '}
            <strong>{t(`drill.step.${step.id}`)}</strong>{' '}
            {inTitles(step.summary)} {t('drill.took', { ms: String(step.ms) })}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Rehearses the selected rollback: all of it but the write, measured. */
export function Rehearsal(props: {
  entityRef: string;
  stage: string;
  revisionId: string;
  version: string;
  last?: LastDrill;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const api = useApi(releaseApiRef);
  const said = useSaid();
  const [drill, setDrill] = useState<Drill>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const { entityRef, stage, revisionId, last } = props;
  const shown = drill?.revision.id === revisionId ? drill : undefined;

  const rehearse = async () => {
    setBusy(true);
    setError(undefined);
    try {
      setDrill(await api.rehearseRollback({ entityRef, stage, revisionId }));
    } catch (cause) {
      setError(said(cause, stage));
    }
    setBusy(false);
  };

  return (
    <div className={styles.section}>
      <h3>{t('drill.title')}</h3>
      {!shown && (
        <p>
          {last ? (
            <>
              {t(`drill.last.${last.outcome}`)} <Time at={last.at} />{' '}
              {t('drill.by')} <Who actor={last.by} />.
            </>
          ) : (
            t('drill.never')
          )}
        </p>
      )}
      {shown && <Outcome drill={shown} />}
      {error && (
        <Notice icon="failed" tone="bad" role="alert">
          <p>
            <strong>{t('drill.failed')}</strong> {error}
          </p>
        </Notice>
      )}
      <Button
        size="small"
        variant="secondary"
        isPending={busy}
        onPress={rehearse}
      >
        {t('drill.start', { version: props.version })}
      </Button>
    </div>
  );
}
