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
import { Moment } from '../ui/Facts';
import { LoadError, Notice, Placeholder } from '../ui/Notice';
import { PageFrame } from '../ui/PageFrame';
import ui from '../ui/ui.module.css';
import { AuditFilters, edgeOf } from './AuditFilters';
import { AuditTable } from './AuditTable';
import { toCsv } from './sentence';
import styles from './audit.module.css';

/** The most that the API gives at once: a rollout has some fifteen records. */
const PAGE = 200;
const EXPORT_MAX = 10_000;

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
    from: from && (isDay(from) ? edgeOf('from', from) : from),
    to: to && (isDay(to) ? edgeOf('to', to) : to),
  };
}

function download(name: string, type: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
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
  const [exporting, setExporting] = useState(false);
  const [actionError, setActionError] = useState<string>();
  const [cut, setCut] = useState<EvidenceRecord>();

  const load = useCallback(
    () => api.queryAudit({ ...queryOf(new URLSearchParams(key)), limit: PAGE }),
    [api, key],
  );
  const { value, error, failedAt, reload } = useLoaded(load);
  useEffect(() => setMore(undefined), [key, value]);

  const records = [...(value?.records ?? []), ...(more?.records ?? [])];
  const next = more ? more.next : value?.next;

  const attempt = async (work: () => Promise<void>) => {
    setActionError(undefined);
    try {
      await work();
    } catch (cause) {
      setActionError(cause instanceof Error ? cause.message : String(cause));
    }
  };

  const loadMore = () =>
    attempt(async () => {
      const page = await api.queryAudit({
        ...queryOf(params),
        limit: PAGE,
        before: next,
      });
      setMore(old => ({
        records: [...(old?.records ?? []), ...page.records],
        next: page.next,
      }));
    });

  const exportAs = async (format: 'csv' | 'json') => {
    setExporting(true);
    setCut(undefined);
    await attempt(async () => {
      const all: EvidenceRecord[] = [];
      let before: number | undefined;
      do {
        const page = await api.queryAudit({
          ...queryOf(params),
          limit: PAGE,
          before,
        });
        all.push(...page.records);
        before = page.next;
      } while (before !== undefined && all.length < EXPORT_MAX);
      if (before !== undefined) setCut(all[all.length - 1]);
      const part = before === undefined ? '' : '-part';
      const day = new Date().toISOString().slice(0, 10);
      const name = `careplane-audit-${day}${part}`;
      if (format === 'csv') download(`${name}.csv`, 'text/csv', toCsv(all));
      else {
        download(
          `${name}.json`,
          'application/json',
          JSON.stringify(
            {
              query: queryOf(params),
              complete: before === undefined,
              records: all,
            },
            null,
            2,
          ),
        );
      }
    });
    setExporting(false);
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
      {actionError && (
        <Notice icon="failed" tone="bad" role="alert">
          <p>{actionError}</p>
        </Notice>
      )}
      {cut && (
        <Notice icon="warn" tone="warn" role="alert">
          <p>
            <strong>
              {t('audit.cut', { max: EXPORT_MAX.toLocaleString() })}
            </strong>{' '}
            {t('audit.cutAt')} <Moment at={cut.at} />. {t('audit.cutTodo')}
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
                <Button
                  variant="secondary"
                  size="small"
                  isPending={exporting}
                  onPress={() => exportAs('csv')}
                >
                  {t('audit.csv')}
                </Button>
                <Button
                  variant="secondary"
                  size="small"
                  isPending={exporting}
                  onPress={() => exportAs('json')}
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
