import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Button } from '@backstage/ui';
import type { EvidenceRecord } from '@careplane/backstage-plugin-release-common';
import { Fragment, useState } from 'react';
import { fullTime } from '../lib/format';
import rolloutStyles from '../rollout/rollout.module.css';
import { releaseTranslationRef } from '../translation';
import { Hash } from '../ui/Facts';
import { asParagraph } from './sentence';
import styles from './audit.module.css';

const CALL_FACTS = ['api', 'service', 'operation', 'requestId', 'roleSession'];

function Facts(props: { rows: [string, unknown][] }) {
  return (
    <dl className={rolloutStyles.facts}>
      {props.rows.map(([key, value]) => (
        <Fragment key={key}>
          <dt>{key}</dt>
          <dd>{value === null ? '–' : String(value)}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

/** All of one record: its facts, its AWS call, its place in the chain. */
export function RecordDetail(props: { record: EvidenceRecord }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { record } = props;
  const [copied, setCopied] = useState(false);
  const entries = Object.entries(record.facts);
  const calls = entries.filter(([key]) => CALL_FACTS.includes(key));
  const about: [string, unknown][] = [
    ...(record.targetArn ? [['target', record.targetArn] as const] : []),
    ...(record.rolloutId ? [['rollout', record.rolloutId] as const] : []),
  ].map(([key, value]) => [key, value]);
  return (
    <div className={styles.detail}>
      <section>
        <h3>{t('audit.facts')}</h3>
        <Facts
          rows={[
            ['time', fullTime(new Date(record.at))],
            ['kind', record.kind],
            ...about,
            ...entries.filter(([key]) => !CALL_FACTS.includes(key)),
          ]}
        />
      </section>
      <section>
        <h3>{t('audit.calls')}</h3>
        {calls.length > 0 ? <Facts rows={calls} /> : <p>{t('audit.noCall')}</p>}
      </section>
      <section>
        <h3>{t('audit.integrity')}</h3>
        <dl className={rolloutStyles.facts}>
          <dt>{t('audit.position')}</dt>
          <dd>{record.position}</dd>
          <dt>{t('audit.hash')}</dt>
          <dd>
            <Hash value={record.hash} what={t('audit.hash')} />
          </dd>
          <dt>{t('audit.previous')}</dt>
          <dd>
            <Hash value={record.previousHash} what={t('audit.previous')} />
          </dd>
        </dl>
        <Button
          variant="secondary"
          size="small"
          onPress={async () => {
            await navigator.clipboard.writeText(asParagraph(record));
            setCopied(true);
          }}
        >
          {t(copied ? 'audit.copied' : 'audit.copy')}
        </Button>
      </section>
    </div>
  );
}
