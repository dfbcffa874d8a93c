import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Link } from '@backstage/ui';
import type { GateResult } from '@careplane/backstage-plugin-release-common';
import { GATE_LOOK } from '../lib/state';
import styles from '../promote/dialog.module.css';
import { releaseTranslationRef } from '../translation';
import { Chip } from './Chip';
import { AsOf } from './Facts';

/** The checks of a forward step, each with its outcome in a word. */
export function Gates(props: { gates: GateResult[] }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  if (props.gates.length === 0) return <p>{t('gates.none')}</p>;
  return (
    <ul className={styles.gates}>
      {props.gates.map(gate => (
        <li key={gate.id} className={styles.gate}>
          <Chip {...GATE_LOOK[gate.state]}>{t(`gate.${gate.state}`)}</Chip>
          <span className={styles.gateText}>
            <strong>{gate.title}</strong> – {gate.summary}{' '}
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
