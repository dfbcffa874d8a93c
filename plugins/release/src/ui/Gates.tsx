import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Link } from '@backstage/ui';
import type { GateResult } from '@careplane/backstage-plugin-release-common';
import { clockTime, duration, fullTime } from '../lib/format';
import { GATE_LOOK } from '../lib/state';
import { useNow } from '../lib/useNow';
import { useInTitles } from '../lib/useStages';
import styles from '../promote/dialog.module.css';
import { releaseTranslationRef } from '../translation';
import { Chip } from './Chip';
import { AsOf } from './Facts';

/** How much of a time that must pass has passed, and when it is over. */
function Wait(props: { wait: NonNullable<GateResult['wait']> }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const now = useNow(30_000).getTime();
  const [since, until] = [props.wait.since, props.wait.until].map(Date.parse);
  if (now >= until) return null;
  return (
    <time dateTime={props.wait.until} title={fullTime(new Date(until))}>
      {t('gates.waited', {
        passed: duration(Math.max(0, now - since) / 1_000),
        needed: duration((until - since) / 1_000),
        time: clockTime(new Date(until), new Date(now)),
      })}{' '}
    </time>
  );
}

/** The checks of a forward step, each with its outcome in a word. */
export function Gates(props: { gates: GateResult[] }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const inTitles = useInTitles();
  if (props.gates.length === 0) return <p>{t('gates.none')}</p>;
  return (
    <ul className={styles.gates}>
      {props.gates.map(gate => (
        <li key={gate.id} className={styles.gate}>
          <Chip {...GATE_LOOK[gate.state]}>{t(`gate.${gate.state}`)}</Chip>
          <span className={styles.gateText}>
            <strong>{gate.title}</strong> – {inTitles(gate.summary)}{' '}
            {gate.wait && <Wait wait={gate.wait} />}
            {gate.url && (
              <Link href={gate.url}>
                {t('gates.evidence', { title: gate.title })}
              </Link>
            )}
          </span>
          {gate.asOf && <AsOf at={gate.asOf} />}
        </li>
      ))}
    </ul>
  );
}
