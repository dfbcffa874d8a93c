import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type {
  Intent,
  Rollout,
} from '@careplane/backstage-plugin-release-common';
import type { Look } from '../lib/state';
import { releaseTranslationRef } from '../translation';
import { Chip } from '../ui/Chip';
import { Hash, Moment, Who } from '../ui/Facts';
import { ScrollArea } from '../ui/ScrollArea';
import ui from '../ui/ui.module.css';
import styles from './rollout.module.css';

const INTENT_LOOK: Record<NonNullable<Intent['outcome']> | 'open', Look> = {
  done: { icon: 'live', tone: 'ok' },
  'not-executed': { icon: 'none', tone: 'off' },
  failed: { icon: 'failed', tone: 'bad' },
  'external-change': { icon: 'outside', tone: 'warn' },
  open: { icon: 'unknown', tone: 'warn' },
};

/** A value of AWS as people read it: `none`, `42 = 0.1`, `a, b`. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value !== 'object') return String(value);
  const parts = Array.isArray(value)
    ? value.map(textOf)
    : Object.entries(value).map(([key, part]) => `${key} = ${textOf(part)}`);
  return parts.join(', ') || 'none';
}

const linesOf = (values: Record<string, unknown>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}: ${textOf(value)}`)
    .join('\n') || '–';

/** Every AWS write: recorded before the call, completed after it. */
export function AwsCalls(props: { intents: Intent[] }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  if (props.intents.length === 0) return <p>{t('calls.none')}</p>;
  return (
    <ScrollArea label={t('calls.title')}>
      <table className={ui.table}>
        <thead>
          <tr>
            <th scope="col">{t('calls.api')}</th>
            <th scope="col">{t('calls.outcome')}</th>
            <th scope="col">{t('calls.beforeAfter')}</th>
            <th scope="col">{t('calls.written')}</th>
            <th scope="col">{t('calls.requestId')}</th>
          </tr>
        </thead>
        <tbody>
          {props.intents.map(intent => (
            <tr key={intent.seq}>
              <th scope="row">{intent.api}</th>
              <td>
                <Chip {...INTENT_LOOK[intent.outcome ?? 'open']}>
                  {t(`outcome.${intent.outcome ?? 'open'}`)}
                </Chip>
                {intent.error && <div>{intent.error}</div>}
              </td>
              <td className={styles.code}>
                <div className={styles.lines}>{linesOf(intent.before)}</div>
                <div aria-hidden>↓</div>
                <div className={styles.lines}>{linesOf(intent.after)}</div>
              </td>
              <td>
                <Moment at={intent.writtenAt} />
              </td>
              <td className={styles.code}>{intent.requestId ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

/** The evidence of a rollout, in the order of its chain. */
export function Evidence(props: { rollout: Rollout }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { evidence } = props.rollout;
  if (evidence.length === 0) return <p>{t('evidence.none')}</p>;
  return (
    <ScrollArea label={t('evidence.title')}>
      <table className={ui.table}>
        <thead>
          <tr>
            <th scope="col">{t('evidence.position')}</th>
            <th scope="col">{t('evidence.at')}</th>
            <th scope="col">{t('evidence.kind')}</th>
            <th scope="col">{t('evidence.actor')}</th>
            <th scope="col">{t('evidence.hash')}</th>
          </tr>
        </thead>
        <tbody>
          {evidence.map(record => (
            <tr key={record.position}>
              <th scope="row">{record.position}</th>
              <td>
                <Moment at={record.at} />
              </td>
              <td>{record.kind}</td>
              <td>
                <Who actor={record.actor} />
              </td>
              <td>
                <Hash
                  value={record.hash}
                  what={t('evidence.hashOf', {
                    position: String(record.position),
                  })}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

/** What the change set would do, and the hash that an approval is bound to. */
export function Plan(props: { rollout: Rollout }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { rollout } = props;
  return (
    <>
      {rollout.codeOnly && <p>{t('plan.codeOnly')}</p>}
      {rollout.stackChanges && rollout.stackChanges.length > 0 ? (
        <ul>
          {rollout.stackChanges.map(change => (
            <li key={`${change.action}-${change.resource}`}>
              <strong>{change.action}</strong> {change.resource} ({change.type})
              {change.replacement && change.replacement !== 'False' && (
                <> – {t('plan.replacement', { value: change.replacement })}</>
              )}
            </li>
          ))}
        </ul>
      ) : (
        !rollout.codeOnly && <p>{t('plan.none')}</p>
      )}
      {rollout.planHash && (
        <p>
          {t('plan.hash')}{' '}
          <Hash value={rollout.planHash} what={t('plan.hash')} />
        </p>
      )}
    </>
  );
}
