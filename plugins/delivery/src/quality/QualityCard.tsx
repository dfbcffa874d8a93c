import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type {
  QualityCondition,
  QualityStatus,
} from '@careplane/backstage-plugin-delivery-common';
import { deliveryTranslationRef } from '../translation';
import { BlockCard } from '../ui/BlockCard';
import { OutLink } from '../ui/OutLink';
import { Revision } from '../ui/Revision';
import { StateMark, Tone } from '../ui/StateMark';
import { Time } from '../ui/Time';
import styles from '../ui/ui.module.css';

const TONES: Record<QualityStatus['gate'], Tone> = {
  passed: 'ok',
  failed: 'bad',
  none: 'unknown',
  unknown: 'unknown',
};

const CONDITION_TONES: Record<QualityCondition['state'], Tone> = {
  ok: 'ok',
  error: 'bad',
  unknown: 'unknown',
};

const RATINGS = ['A', 'B', 'C', 'D', 'E'] as const;

function Condition({ condition }: { condition: QualityCondition }) {
  const { t } = useTranslationRef(deliveryTranslationRef);
  const words = {
    ok: t('quality.met'),
    error: t('quality.notMet'),
    unknown: t('quality.unknown'),
  };
  const { title, threshold, comparator } = condition;
  const actual = condition.actual ?? t('quality.noValue');
  // SonarQube names what breaks the gate: "less than" asks for at least.
  let sentence: string = t('quality.other', { title, actual });
  if (threshold && comparator === 'LT') {
    sentence = t('quality.atLeast', { title, actual, threshold });
  } else if (threshold && /^[A-E]$/.test(threshold)) {
    sentence = t('quality.atWorst', { title, actual, threshold });
  } else if (threshold && comparator === 'GT') {
    sentence = t('quality.atMost', { title, actual, threshold });
  }
  return (
    <li className={styles.row}>
      <StateMark
        tone={CONDITION_TONES[condition.state]}
        word={words[condition.state]}
      />
      <span>{sentence}</span>
    </li>
  );
}

function useVerdict({
  gate,
  projectKey,
  analysedAt,
  conditions,
}: QualityStatus) {
  const { t } = useTranslationRef(deliveryTranslationRef);
  const key = projectKey;
  switch (gate) {
    case 'passed':
      return t('quality.verdictPassed', { key });
    case 'failed':
      return t('quality.verdictFailed', {
        key,
        count: conditions.filter(one => one.state === 'error').length,
      });
    case 'none':
      return t(analysedAt ? 'quality.noGate' : 'quality.never', { key });
    default:
      return t('quality.verdictUnknown', { key });
  }
}

function Project({ status }: { status: QualityStatus }) {
  const { t } = useTranslationRef(deliveryTranslationRef);
  const verdict = useVerdict(status);
  const rating = (letter: string | undefined) => {
    const known = RATINGS.find(one => one === letter);
    return known ? t(`quality.rating.${known}`) : t('quality.notMeasured');
  };
  const percent = (value: number | undefined) =>
    value === undefined
      ? t('quality.notMeasured')
      : t('quality.percent', { value: String(value) });
  const { ratings, measures } = status;
  return (
    <div className={styles.section}>
      <div className={styles.row}>
        <StateMark
          tone={TONES[status.gate]}
          word={t(`quality.${status.gate}`)}
        />
        <p className={styles.verdict}>{verdict}</p>
      </div>
      {status.conditions.length > 0 && (
        <ul className={styles.list} aria-label={t('quality.conditions')}>
          {status.conditions.map(condition => (
            <Condition key={condition.metric} condition={condition} />
          ))}
        </ul>
      )}
      {status.analysedAt && (
        <dl className={styles.facts}>
          <dt>{t('quality.reliability')}</dt>
          <dd>{rating(ratings.reliability)}</dd>
          <dt>{t('quality.security')}</dt>
          <dd>{rating(ratings.security)}</dd>
          <dt>{t('quality.maintainability')}</dt>
          <dd>{rating(ratings.maintainability)}</dd>
          <dt>{t('quality.coverage')}</dt>
          <dd>{percent(measures.coverage)}</dd>
          <dt>{t('quality.duplications')}</dt>
          <dd>{percent(measures.duplications)}</dd>
          <dt>{t('quality.hotspots')}</dt>
          <dd>{percent(measures.hotspotsReviewed)}</dd>
          {status.branch && (
            <>
              <dt>{t('quality.branch')}</dt>
              <dd>{status.branch}</dd>
            </>
          )}
          <dt>{t('quality.analysed')}</dt>
          <dd>
            <Time iso={status.analysedAt} />{' '}
            {status.revision && <Revision value={status.revision} />}
          </dd>
        </dl>
      )}
      <div>
        <OutLink
          href={status.url}
          label={t('quality.open', { key: status.projectKey })}
        >
          {t('quality.open', { key: status.projectKey })}
        </OutLink>
      </div>
    </div>
  );
}

/** Quality gates of SonarQube, failing conditions first. */
export function QualityCard() {
  const { t } = useTranslationRef(deliveryTranslationRef);
  return (
    <BlockCard
      title={t('quality.title')}
      height={220}
      empty={t('quality.empty')}
      select={delivery => delivery.quality}
    >
      {projects =>
        projects.map(status => (
          <Project
            key={`${status.instance}/${status.projectKey}`}
            status={status}
          />
        ))
      }
    </BlockCard>
  );
}
