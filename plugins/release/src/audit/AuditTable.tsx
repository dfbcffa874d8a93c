import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Button, Link } from '@backstage/ui';
import type { EvidenceRecord } from '@careplane/backstage-plugin-release-common';
import { RiArrowDownSLine, RiArrowRightSLine } from '@remixicon/react';
import { Fragment, useState } from 'react';
import { fullTime } from '../lib/format';
import { usePaths } from '../lib/paths';
import rolloutStyles from '../rollout/rollout.module.css';
import { releaseTranslationRef } from '../translation';
import { Hash, UtcTime, Who } from '../ui/Facts';
import { ScrollArea } from '../ui/ScrollArea';
import ui from '../ui/ui.module.css';
import styles from './audit.module.css';
import {
  approversOf,
  asParagraph,
  fact,
  moveOf,
  outcomeOf,
  serviceOf,
} from './sentence';

function Detail(props: { record: EvidenceRecord }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const paths = usePaths();
  const { record } = props;
  const [copied, setCopied] = useState(false);
  const callFacts = ['api', 'service', 'operation', 'requestId', 'roleSession'];
  const entries = Object.entries(record.facts);
  const list = (rows: [string, unknown][]) => (
    <dl className={rolloutStyles.facts}>
      {rows.map(([key, value]) => (
        <Fragment key={key}>
          <dt>{key}</dt>
          <dd>{value === null ? '–' : String(value)}</dd>
        </Fragment>
      ))}
    </dl>
  );
  const calls = entries.filter(([key]) => callFacts.includes(key));
  return (
    <div className={styles.detail}>
      <section>
        <h3>{t('audit.facts')}</h3>
        {list([
          ['time', fullTime(new Date(record.at))],
          ...(record.targetArn
            ? ([['target', record.targetArn]] as [string, unknown][])
            : []),
          ...entries.filter(([key]) => !callFacts.includes(key)),
        ])}
      </section>
      <section>
        <h3>{t('audit.calls')}</h3>
        {calls.length > 0 ? list(calls) : <p>{t('audit.noCall')}</p>}
        {record.rolloutId && (
          <Link href={paths.rollout(record.rolloutId)}>
            {t('audit.openRollout')}
          </Link>
        )}
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

/** Records of the chain, newest first; a row opens its facts and integrity. */
export function AuditTable(props: { records: EvidenceRecord[] }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const [open, setOpen] = useState<number>();
  return (
    <ScrollArea label={t('audit.table')}>
      <table className={ui.table}>
        <thead>
          <tr>
            <th scope="col" aria-sort="descending">
              {t('audit.utc')}
            </th>
            <th scope="col">{t('audit.what2')}</th>
            <th scope="col">{t('audit.requested')}</th>
            <th scope="col">{t('audit.approved')}</th>
            <th scope="col">{t('audit.outcome')}</th>
          </tr>
        </thead>
        <tbody>
          {props.records.map(record => {
            const expanded = open === record.position;
            const move = moveOf(record);
            return (
              <Fragment key={record.position}>
                <tr>
                  <td>
                    <UtcTime at={record.at} />
                  </td>
                  <th scope="row">
                    <button
                      type="button"
                      className={styles.toggle}
                      aria-expanded={expanded}
                      onClick={() =>
                        setOpen(expanded ? undefined : record.position)
                      }
                    >
                      {expanded ? (
                        <RiArrowDownSLine size={18} aria-hidden />
                      ) : (
                        <RiArrowRightSLine size={18} aria-hidden />
                      )}
                      <span>
                        {[serviceOf(record), record.stage, record.kind]
                          .filter(Boolean)
                          .join(' · ')}
                        {move && ` ${move}`}
                      </span>
                    </button>
                  </th>
                  <td>
                    <Who actor={fact(record, 'requestedBy') ?? record.actor} />
                  </td>
                  <td>
                    {approversOf(record).map((person, index) => (
                      <Fragment key={person}>
                        {index > 0 && ', '}
                        <Who actor={person} />
                      </Fragment>
                    ))}
                    {approversOf(record).length === 0 && '–'}
                  </td>
                  <td>
                    {outcomeOf(record)}
                    {fact(record, 'requestId') && (
                      <div className={ui.muted}>
                        {fact(record, 'api')} {fact(record, 'requestId')}
                      </div>
                    )}
                  </td>
                </tr>
                {expanded && (
                  <tr>
                    <td colSpan={5}>
                      <Detail record={record} />
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </ScrollArea>
  );
}
