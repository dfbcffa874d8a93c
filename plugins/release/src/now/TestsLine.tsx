import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Link } from '@backstage/ui';
import type {
  StageTestRun,
  StageTestState,
} from '@careplane/backstage-plugin-release-common';
import { releaseTranslationRef } from '../translation';
import { Chip, type Tone } from '../ui/Chip';
import { Time } from '../ui/Facts';
import type { StateIcon } from '../ui/icons';
import styles from './StageCell.module.css';

const LOOK: Record<StageTestState, { icon: StateIcon; tone: Tone }> = {
  waiting: { icon: 'watching', tone: 'run' },
  running: { icon: 'watching', tone: 'run' },
  passed: { icon: 'live', tone: 'ok' },
  failed: { icon: 'failed', tone: 'bad' },
  'not-run': { icon: 'unknown', tone: 'warn' },
};

/** What the stage's tests say of the release that runs there. */
export function TestsLine(props: { run: StageTestRun }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { run } = props;
  const at = run.endedAt ?? run.startedAt ?? run.requestedAt;
  return (
    <>
      <div className={styles.line}>
        <Chip {...LOOK[run.state]}>{t(`tests.${run.state}`)}</Chip>
        <Time at={at} />
        {run.url && (
          <Link href={run.url} target="_blank" rel="noopener noreferrer">
            {t('tests.log')}
          </Link>
        )}
      </div>
      {run.message && <p className={styles.message}>{run.message}</p>}
    </>
  );
}
