import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { Button } from '@backstage/ui';
import type {
  AuditQuery,
  EvidenceRecord,
} from '@careplane/backstage-plugin-release-common';
import { useCallback, useEffect, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { releaseApiRef } from '../api';
import { clockTime } from '../lib/format';
import { useLoaded } from '../lib/useLoaded';
import { releaseTranslationRef } from '../translation';
import { LoadError, Notice, Placeholder } from '../ui/Notice';
import { PageFrame } from '../ui/PageFrame';
import ui from '../ui/ui.module.css';
import { AuditFilters, edgeOf } from './AuditFilters';
import { AuditTable } from './AuditTable';
import { useDownload } from './useDownload';
import styles from './audit.module.css';

/** The most that the API gives at once: a rollout has some fifteen records. */
const PAGE = 200;

const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text);

/** The query that the address holds; a bare date is a whole day of the viewer. */
export function queryOf(params: URLSearchParams): AuditQuery {
  const text = (name: string) => params.get(name) || undefined;
  const from = text('from');
  const to = text('to');
  return {
    stage: text('stage'),
    entityRef: text('entityRef'),
    actor: text('actor'),
    kind: text('kind'),
    rolloutId: text('rolloutId'),
    changes: text('changes') === 'true' || undefined,
    from: from && (isDay(from) ? edgeOf('from', from) : from),
    to: to && (isDay(to) ? edgeOf('to', to) : to),
  };
}

/** Who changed what, when, with which AWS request, and what came out. */
export function AuditPage() {
  const { t } = useTranslationRef(releaseTranslationRef);
  const api = useApi(releaseApiRef);
  const [params] = useSearchParams();
  const key = params.toString();
  const [more, setMore] = useState<{
    records: EvidenceRecord[];
    next?: number;
  }>();
  const [moreError, setMoreError] = useState<string>();
  const download = useDownload();

  const load = useCallback(
    () => api.queryAudit({ ...queryOf(new URLSearchParams(key)), limit: PAGE }),
    [api, key],
  );
  const { value, error, failedAt, reload } = useLoaded(load);
  useEffect(() => setMore(undefined), [key, value]);

  const records = [...(value?.records ?? []), ...(more?.records ?? [])];
  const next = more ? more.next : value?.next;

  const loadMore = async () => {
    setMoreError(undefined);
    try {
      const page = await api.queryAudit({
        ...queryOf(params),
        limit: PAGE,
        before: next,
      });
      setMore(old => ({
        records: [...(old?.records ?? []), ...page.records],
        next: page.next,
      }));
    } catch (cause) {
      setMoreError(cause instanceof Error ? cause.message : String(cause));
    }
  };

  return (
    <PageFrame title={t('audit.title')}>
      <AuditFilters />
      {value && !value.chain.verified && (
        <Notice icon="failed" tone="bad" role="alert">
          <p>
            <strong>{t('audit.chainBroken')}</strong>{' '}
            {t('audit.chainBrokenAt', {
              position: String(value.chain.firstBadPosition ?? '?'),
            })}
          </p>
        </Notice>
      )}
      {error && (
        <LoadError
          what={t('audit.what')}
          error={error}
          failedAt={failedAt}
          stale={Boolean(value)}
          onRetry={reload}
        />
      )}
      {moreError && (
        <Notice icon="failed" tone="bad" role="alert">
          <p>{moreError}</p>
        </Notice>
      )}
      {download.error && (
        <Notice icon="failed" tone="bad" role="alert">
          <p>
            {download.error} {t('audit.cutOff')}
          </p>
        </Notice>
      )}
      {!value && !error && (
        <Placeholder height={420} label={t('audit.loading')} />
      )}
      {value && (
        <>
          <div className={styles.bar}>
            <span role="status">
              {t(next === undefined ? 'audit.count' : 'audit.countMore', {
                count: records.length,
              })}
              {value.chain.verified && (
                <>
                  {' · '}
                  {t('audit.chainOk', {
                    time: clockTime(new Date(value.chain.checkedAt)),
                  })}
                </>
              )}
            </span>
            {records.length > 0 && (
              <span className={styles.exports}>
                {download.count !== undefined && (
                  <>
                    <span role="status">
                      {t('audit.exporting', {
                        records: download.count.toLocaleString(),
                      })}
                    </span>
                    <Button
                      variant="secondary"
                      size="small"
                      onPress={download.stop}
                    >
                      {t('audit.stop')}
                    </Button>
                  </>
                )}
                <Button
                  variant="secondary"
                  size="small"
                  isPending={download.count !== undefined}
                  onPress={() => download.start('csv', queryOf(params))}
                >
                  {t('audit.csv')}
                </Button>
                <Button
                  variant="secondary"
                  size="small"
                  isPending={download.count !== undefined}
                  onPress={() => download.start('json', queryOf(params))}
                >
                  {t('audit.json')}
                </Button>
              </span>
            )}
          </div>
          {records.length === 0 ? (
            <Notice icon={value.chain.verified ? 'none' : 'unknown'} tone="off">
              <p>
                {t('audit.empty')}{' '}
                {t(
                  value.chain.verified
                    ? 'audit.emptyTrust'
                    : 'audit.emptyNoTrust',
                )}
              </p>
            </Notice>
          ) : (
            <AuditTable records={records} />
          )}
          {next !== undefined && (
            <p className={ui.muted}>
              <Button variant="secondary" size="medium" onPress={loadMore}>
                {t('audit.more')}
              </Button>
            </p>
          )}
        </>
      )}
    </PageFrame>
  );
}
