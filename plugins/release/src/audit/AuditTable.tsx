import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type { EvidenceRecord } from '@careplane/backstage-plugin-release-common';
import { Fragment, useState } from 'react';
import { timeZone } from '../lib/format';
import { ROLLOUT_LOOK } from '../lib/state';
import { useStageTitle } from '../lib/useStages';
import { releaseTranslationRef } from '../translation';
import { Chip } from '../ui/Chip';
import { Moment, Who } from '../ui/Facts';
import { ScrollArea } from '../ui/ScrollArea';
import ui from '../ui/ui.module.css';
import { GroupRecords } from './GroupRecords';
import {
  type AuditGroup,
  groupRecords,
  kindWords,
  summaryOf,
  telling,
} from './groups';
import { RecordDetail } from './RecordDetail';
import { fact, outcomeOf, serviceOf } from './sentence';
import { Toggle } from './Toggle';
import styles from './audit.module.css';

function Line(props: {
  group: AuditGroup;
  open: boolean;
  onToggle: () => void;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const titleOf = useStageTitle();
  const { group } = props;
  const { latest, kind, move, requestedBy, approvers, state, calls } =
    summaryOf(group);
  const call = telling(calls);
  const rollout = Boolean(group.rolloutId);
  const what = rollout && kind ? t(`audit.rollout.${kind}`) : kindWords(latest);
  const outcome =
    rollout && state ? (
      <Chip {...ROLLOUT_LOOK[state]}>{t(`state.${state}`)}</Chip>
    ) : (
      outcomeOf(latest)
    );
  return (
    <tr>
      <td>
        <Moment at={latest.at} />
      </td>
      <th scope="row">
        <Toggle open={props.open} onToggle={props.onToggle}>
          {[serviceOf(latest), latest.stage && titleOf(latest.stage), what]
            .filter(Boolean)
            .join(' · ')}
          {move && ` ${move}`}
        </Toggle>
      </th>
      <td>
        <Who actor={requestedBy} />
      </td>
      <td>
        {approvers.map((person, index) => (
          <Fragment key={person}>
            {index > 0 && ', '}
            <Who actor={person} />
          </Fragment>
        ))}
        {approvers.length === 0 && '–'}
      </td>
      <td className={styles.call}>
        {call ? (
          <>
            {fact(call, 'api')} {fact(call, 'requestId')}
            {calls.length > 1 && (
              <div className={ui.muted}>
                {t('audit.otherCalls', { count: calls.length - 1 })}
              </div>
            )}
          </>
        ) : (
          '–'
        )}
      </td>
      <td>{outcome}</td>
    </tr>
  );
}

/**
 * One line for each rollout, newest first, with who, what, when, the AWS request
 * and what came out; opened, all its records. Other records stand by themselves.
 */
export function AuditTable(props: { records: EvidenceRecord[] }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const [open, setOpen] = useState<string>();
  return (
    <ScrollArea label={t('audit.table')}>
      <table className={ui.table}>
        <thead>
          <tr>
            <th scope="col" aria-sort="descending">
              {t('audit.when', { zone: timeZone() })}
            </th>
            <th scope="col">{t('audit.what2')}</th>
            <th scope="col">{t('audit.requested')}</th>
            <th scope="col">{t('audit.approved')}</th>
            <th scope="col">{t('audit.request')}</th>
            <th scope="col">{t('audit.outcome')}</th>
          </tr>
        </thead>
        <tbody>
          {groupRecords(props.records).map(group => (
            <Fragment key={group.id}>
              <Line
                group={group}
                open={open === group.id}
                onToggle={() =>
                  setOpen(open === group.id ? undefined : group.id)
                }
              />
              {open === group.id && (
                <tr>
                  <td colSpan={6}>
                    {group.rolloutId ? (
                      <GroupRecords group={group} />
                    ) : (
                      <RecordDetail record={group.records[0]} />
                    )}
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
