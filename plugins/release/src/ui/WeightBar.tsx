import { percent } from '../lib/format';
import styles from './ui.module.css';

/** The share of traffic of two revisions; each share also stands in text. */
export function WeightBar(props: {
  stable: string;
  candidate: string;
  /** Share of the candidate, 0 to 1. */
  weight: number;
  label: string;
}) {
  const { weight } = props;
  const rest = 1 - weight;
  return (
    <div role="img" aria-label={props.label} className={styles.weights}>
      <div className={styles.bar}>
        {rest > 0 && (
          <div
            className={`${styles.segment} ${styles.stable}`}
            style={{ flexGrow: rest, flexBasis: 0 }}
          />
        )}
        {weight > 0 && (
          <div
            className={`${styles.segment} ${styles.candidate}`}
            style={{ flexGrow: weight, flexBasis: 0 }}
          />
        )}
      </div>
      <div className={styles.shares}>
        <span>
          {props.stable} {percent(rest)}
        </span>
        <span>
          {props.candidate} {percent(weight)}
        </span>
      </div>
    </div>
  );
}
