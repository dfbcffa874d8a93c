import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type {
  AlarmState,
  Calls,
  Judgement,
  PreflightCheck,
  Rollout,
} from '@careplane/backstage-plugin-release-common';
import { revisionName } from '../lib/format';
import type { Look } from '../lib/state';
import { rolloutTarget } from '../tab/RolloutsTable';
import { releaseTranslationRef } from '../translation';
import { Chip } from '../ui/Chip';
import { Moment } from '../ui/Facts';
import { ScrollArea } from '../ui/ScrollArea';
import ui from '../ui/ui.module.css';
import styles from './rollout.module.css';

const VERDICT_LOOK: Record<Judgement['verdict'], Look> = {
  pass: { icon: 'live', tone: 'ok' },
  fail: { icon: 'failed', tone: 'bad' },
  inconclusive: { icon: 'unknown', tone: 'warn' },
};

const ALARM_LOOK: Record<AlarmState['state'], Look> = {
  ok: { icon: 'live', tone: 'ok' },
  alarm: { icon: 'failed', tone: 'bad' },
  'insufficient-data': { icon: 'unknown', tone: 'warn' },
  missing: { icon: 'unknown', tone: 'bad' },
};

const CHECK_LOOK: Record<PreflightCheck['state'], Look> = {
  pass: { icon: 'live', tone: 'ok' },
  fail: { icon: 'failed', tone: 'bad' },
  warning: { icon: 'warn', tone: 'warn' },
  unknown: { icon: 'unknown', tone: 'warn' },
};

/** The checks before traffic moved, each with its own result. */
export function Preflight(props: { rollout: Rollout }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { preflight } = props.rollout;
  if (!preflight?.length) return null;
  return (
    <section>
      <h2 className={ui.h2}>{t('preflight.title')}</h2>
      <ul className={styles.steps} aria-label={t('preflight.title')}>
        {preflight.map(check => (
          <li key={check.id} className={styles.step}>
            <Chip {...CHECK_LOOK[check.state]}>
              {t(`preflight.${check.state}`)}
            </Chip>
            <strong>{check.title}</strong>
            <span className={styles.stepDetail}>
              {check.summary} {check.canaryOnly && t('preflight.canaryOnly')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the last look at a canary found: verdict, figures, alarms. */
export function Figures(props: { rollout: Rollout }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { rollout } = props;
  const { judgement, alarms = [] } = rollout;
  if (!judgement && !alarms.length) return null;
  // Somebody sent all traffic on before the figures decided: nothing is needed.
  const decided = !(
    rollout.state === 'SUCCEEDED' && judgement?.verdict === 'inconclusive'
  );
  const rows: [string, Calls][] = judgement
    ? [
        [rolloutTarget(rollout), judgement.candidate],
        [revisionName(rollout.from), judgement.stable],
      ]
    : [];
  return (
    <section>
      <h2 className={ui.h2}>{t('figures.title')}</h2>
      {judgement && (
        <div className={styles.stack}>
          {decided && (
            <p>
              <Chip {...VERDICT_LOOK[judgement.verdict]}>
                {t(`figures.${judgement.verdict}`)}
              </Chip>{' '}
              {judgement.summary}
            </p>
          )}
          <ScrollArea label={t('figures.table')}>
            <table className={ui.table}>
              <thead>
                <tr>
                  <th scope="col">{t('figures.version')}</th>
                  <th scope="col">{t('figures.calls')}</th>
                  <th scope="col">{t('figures.errors')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map(([name, { calls, errors }]) => (
                  <tr key={name}>
                    <th scope="row">{name}</th>
                    <td>{calls}</td>
                    <td>{errors}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollArea>
          <p>
            {Date.parse(judgement.to) > Date.parse(judgement.from) ? (
              <>
                {t('figures.window')} <Moment at={judgement.from} /> –{' '}
                <Moment at={judgement.to} />.
              </>
            ) : (
              t('figures.noMinute')
            )}{' '}
            {t('figures.method')}
          </p>
        </div>
      )}
      {alarms.length > 0 && (
        <ul className={styles.steps} aria-label={t('figures.alarms')}>
          {alarms.map(alarm => (
            <li key={alarm.name} className={styles.step}>
              <Chip {...ALARM_LOOK[alarm.state]}>
                {t(`alarm.${alarm.state}`)}
              </Chip>
              <span className={styles.code}>{alarm.name}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
