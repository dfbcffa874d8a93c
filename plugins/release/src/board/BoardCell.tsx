import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Link } from '@backstage/ui';
import type { TargetBlock } from '@careplane/backstage-plugin-release-common';
import { revisionName, shortHash } from '../lib/format';
import { usePaths } from '../lib/paths';
import { targetLook } from '../lib/state';
import { isUnread } from '../lib/useOverview';
import { StateChips, TargetChips } from '../now/StageCell';
import { releaseTranslationRef } from '../translation';
import { Time } from '../ui/Facts';
import ui from '../ui/ui.module.css';
import styles from './board.module.css';

/** One target on the board or on Home: state, version, age, what is unusual. */
export function BoardCell(props: {
  block: TargetBlock | undefined;
  compact?: boolean;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const paths = usePaths();
  const { block, compact } = props;
  if (!block || block.state === 'not-configured') {
    return <span className={ui.muted}>{t('cell.notConfigured')}</span>;
  }
  if (compact && isUnread(block)) {
    return <span className={ui.muted}>{t('asOf.never')}</span>;
  }
  const { target } = block;
  const look = targetLook(block);
  return (
    <div className={styles.cell}>
      <span className={styles.cellHead}>
        <StateChips block={block} />
        {target.current && (
          <span className={styles.version}>
            {target.candidate && look === 'shifting'
              ? revisionName(target.candidate.revision)
              : revisionName(target.current)}
          </span>
        )}
      </span>
      {!compact && target.current && (
        <span className={ui.muted}>
          <code className={ui.hash} title={target.current.contentHash}>
            {shortHash(target.current.contentHash)}
          </code>
          {target.since && (
            <>
              {' · '}
              <Time at={target.since} />
            </>
          )}
        </span>
      )}
      <span className={styles.cellHead}>
        <TargetChips block={block} />
      </span>
      {target.activeRolloutId && (
        <Link href={paths.rollout(target.activeRolloutId)}>
          {t('cell.openRollout')}
        </Link>
      )}
      {!compact && block.message && (
        <span className={ui.muted}>{block.message}</span>
      )}
    </div>
  );
}
