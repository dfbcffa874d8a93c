import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Link } from '@backstage/ui';
import type {
  Stage,
  TargetBlock,
  TargetStatus,
} from '@careplane/backstage-plugin-release-common';
import { type ReactNode, useId } from 'react';
import { percent, revisionName } from '../lib/format';
import { usePaths } from '../lib/paths';
import { TARGET_LOOK, targetLook } from '../lib/state';
import { releaseTranslationRef } from '../translation';
import { Chip } from '../ui/Chip';
import { AsOf, Hash, Time } from '../ui/Facts';
import { WeightBar } from '../ui/WeightBar';
import { TestsLine } from './TestsLine';
import styles from './StageCell.module.css';

const WAY_BACK = {
  'not-ready': { icon: 'failed', tone: 'bad' },
  unknown: { icon: 'unknown', tone: 'warn' },
  none: { icon: 'unknown', tone: 'off' },
  away: { icon: 'unknown', tone: 'off' },
} as const;

/** Undefined while there is a verified way back, or nothing runs. */
export function wayBackOf(
  target: TargetStatus,
): keyof typeof WAY_BACK | undefined {
  const options = target.rollbackOptions.filter(one => !one.rolledAwayAt);
  if (!target.current || options.some(one => one.ready === 'ready')) {
    return undefined;
  }
  if (!options.length) return target.rollbackOptions.length ? 'away' : 'none';
  return options.some(one => one.ready === 'unknown') ? 'unknown' : 'not-ready';
}

/**
 * The state of a target, and whether it is held. What matters more stands
 * first: a hold before "Live", what is wrong before a hold.
 */
export function StateChips(props: { block: TargetBlock | undefined }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { block } = props;
  const target = block?.target;
  const look = block ? targetLook(block) : 'not-deployed';
  const state = (
    <Chip key="state" {...TARGET_LOOK[look]}>
      {target?.candidate && look === 'shifting'
        ? t('cell.shifting', { share: percent(target.candidate.weight) })
        : t(`target.${look}`)}
    </Chip>
  );
  if (!target?.hold) return state;
  const held = (
    <Chip key="held" icon="held" tone="hold">
      {t('chip.held')}
    </Chip>
  );
  return <>{look === 'live' ? [held, state] : [state, held]}</>;
}

/** The other chips of a target: what is out of the ordinary about it. */
export function TargetChips(props: { block: TargetBlock }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { target } = props.block;
  const tasks = target.tasks;
  const wayBack = wayBackOf(target);
  return (
    <>
      {target.outsideChange && target.health !== 'changed-outside' && (
        <Chip icon="outside" tone="warn">
          {t('chip.outside')}
        </Chip>
      )}
      {target.stack && !target.stack.settled && (
        <Chip icon="settling" tone="run">
          {t('chip.notSettled')}
        </Chip>
      )}
      {wayBack && (
        <Chip {...WAY_BACK[wayBack]}>{t(`chip.back.${wayBack}`)}</Chip>
      )}
      {target.behind ? (
        <Chip icon="behind" tone="off">
          {t('chip.behind', { count: target.behind })}
        </Chip>
      ) : null}
      {tasks && (
        <Chip
          icon={tasks.running >= tasks.desired ? 'live' : 'warn'}
          tone={tasks.running >= tasks.desired ? 'off' : 'warn'}
        >
          {t('chip.tasks', {
            running: String(tasks.running),
            desired: String(tasks.desired),
          })}
        </Chip>
      )}
    </>
  );
}

/** One stage of a service: what runs there, since when, where traffic goes. */
export function StageCell(props: {
  stage: Stage;
  block: TargetBlock | undefined;
  last: boolean;
  heading: 'h3' | 'h4';
  children?: ReactNode;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const paths = usePaths();
  const headingId = useId();
  const { stage, block, heading: Heading } = props;
  const target = block?.target;
  const look = block ? targetLook(block) : 'not-deployed';
  const current = target?.current;

  return (
    <section
      className={`${styles.cell} ${props.last ? styles.prod : ''}`}
      aria-labelledby={headingId}
    >
      <div className={styles.head}>
        <Heading className={styles.stage} id={headingId}>
          {stage.title}
        </Heading>
        <span className={styles.chips}>
          <StateChips block={block} />
        </span>
      </div>
      {current ? (
        <>
          <div className={styles.version}>{revisionName(current)}</div>
          <div className={styles.line}>
            <Hash
              value={current.contentHash}
              what={t('hash.contentOf', { version: revisionName(current) })}
            />
            {target?.since && (
              <span>
                {t('cell.since')} <Time at={target.since} />
              </span>
            )}
          </div>
        </>
      ) : (
        <p className={styles.message}>
          {look === 'not-deployed' ? t('cell.nothing') : t('cell.notKnown')}
        </p>
      )}
      {target?.candidate && current && (
        <WeightBar
          stable={revisionName(current)}
          candidate={revisionName(target.candidate.revision)}
          weight={target.candidate.weight}
          label={t('cell.shares', {
            stage: stage.title,
            candidate: revisionName(target.candidate.revision),
            share: percent(target.candidate.weight),
            stable: revisionName(current),
            rest: percent(1 - target.candidate.weight),
          })}
        />
      )}
      {block && (
        <div className={styles.chips}>
          <TargetChips block={block} />
        </div>
      )}
      {target?.tasks?.notRun && (
        <p className={styles.message}>{target.tasks.notRun}</p>
      )}
      {target?.tests && <TestsLine run={target.tests} />}
      {target?.activeRolloutId && (
        <Link href={paths.rollout(target.activeRolloutId)}>
          {t('cell.openRollout')}
        </Link>
      )}
      {block?.message && <p className={styles.message}>{block.message}</p>}
      {block && block.state !== 'not-configured' && <AsOf at={block.asOf} />}
      {props.children && <div className={styles.actions}>{props.children}</div>}
    </section>
  );
}
