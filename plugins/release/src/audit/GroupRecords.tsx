import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { Link } from '@backstage/ui';
import type { EvidenceRecord } from '@careplane/backstage-plugin-release-common';
import { useCallback, useState } from 'react';
import { releaseApiRef } from '../api';
import { usePaths } from '../lib/paths';
import { useLoaded } from '../lib/useLoaded';
import { releaseTranslationRef } from '../translation';
import { Moment, Who } from '../ui/Facts';
import { LoadError } from '../ui/Notice';
import { Toggle } from './Toggle';
import { type AuditGroup, kindWords } from './groups';
import { RecordDetail } from './RecordDetail';
import { fact, outcomeOf } from './sentence';
import styles from './audit.module.css';

const MAX = 200;

function RecordRow(props: { record: EvidenceRecord }) {
  const [open, setOpen] = useState(false);
  const { record } = props;
  const call = fact(record, 'api');
  return (
    <li className={styles.record}>
      <div className={styles.recordHead}>
        <Moment at={record.at} />
        <Toggle open={open} onToggle={() => setOpen(!open)}>
          {kindWords(record)}
          {call && ` ${call}`}
        </Toggle>
        <Who actor={record.actor} />
        {call && (
          <span className={styles.call}>
            {outcomeOf(record)} {fact(record, 'requestId')}
          </span>
        )}
      </div>
      {open && <RecordDetail record={record} />}
    </li>
  );
}

/**
 * Every record of a rollout, oldest first, read when it is opened: a page of the
 * list holds only those that the filters left.
 */
export function GroupRecords(props: { group: AuditGroup }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const api = useApi(releaseApiRef);
  const paths = usePaths();
  const { group } = props;
  const { rolloutId } = group;
  const load = useCallback(
    async () =>
      rolloutId
        ? (await api.queryAudit({ rolloutId, limit: MAX })).records
        : undefined,
    [api, rolloutId],
  );
  const { value, error, failedAt, reload } = useLoaded(load);
  const records = [...(value ?? group.records)].reverse();
  return (
    <div>
      {error && (
        <LoadError
          what={t('audit.what')}
          error={error}
          failedAt={failedAt}
          stale
          onRetry={reload}
        />
      )}
      {rolloutId && (
        <p className={styles.recordsHead}>
          <span role="status">
            {t('audit.recordsOf', { count: records.length })}
          </span>
          <Link href={paths.rollout(rolloutId)}>{t('audit.openRollout')}</Link>
        </p>
      )}
      <ol className={styles.records}>
        {records.map(record => (
          <RecordRow key={record.position} record={record} />
        ))}
      </ol>
    </div>
  );
}
