import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Button } from '@backstage/ui';
import type { Stage } from '@careplane/backstage-plugin-release-common';
import type { ReactNode } from 'react';
import { clockTime } from '../lib/format';
import { withStageTitle } from '../lib/useStages';
import { releaseTranslationRef } from '../translation';
import type { Tone } from './Chip';
import { Shape, type StateIcon } from './icons';
import styles from './ui.module.css';

/** A block's message: shape, words, and what can be done. */
export function Notice(props: {
  icon: StateIcon;
  tone: Tone;
  children: ReactNode;
  actions?: ReactNode;
  role?: 'status' | 'alert';
}) {
  const tone =
    props.tone === 'off' ? styles.chip : styles[props.tone] ?? styles.chip;
  return (
    <div
      className={`${props.tone === 'off' ? '' : tone} ${styles.notice}`}
      role={props.role}
    >
      <Shape icon={props.icon} />
      <div className={styles.noticeBody}>
        {props.children}
        {props.actions && (
          <div className={styles.noticeActions}>{props.actions}</div>
        )}
      </div>
    </div>
  );
}

/** What failed, what still works, what to do. */
export function LoadError(props: {
  what: string;
  error: Error;
  failedAt?: Date;
  stale?: boolean;
  /** Where it failed: the stage is said by its title. */
  stage?: Pick<Stage, 'name' | 'title'>;
  onRetry: () => void;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const time = clockTime(props.failedAt ?? new Date());
  const { stage } = props;
  const { message } = props.error;
  return (
    <Notice
      icon={props.stale ? 'unknown' : 'failed'}
      tone={props.stale ? 'warn' : 'bad'}
      role="alert"
      actions={
        <Button variant="secondary" size="medium" onPress={props.onRetry}>
          {t('error.retry')}
        </Button>
      }
    >
      <p>
        <strong>
          {t(props.stale ? 'error.lost' : 'error.failed', {
            what: props.what,
            time,
          })}
        </strong>{' '}
        {stage ? withStageTitle(message, stage.name, stage.title) : message}
      </p>
      <p>{t(props.stale ? 'error.lostStill' : 'error.failedStill')}</p>
    </Notice>
  );
}

/** Holds the place of what loads, with the height that it will have. */
export function Placeholder(props: { height: number; label: string }) {
  return (
    <div role="status" aria-busy="true" aria-label={props.label}>
      <div
        aria-hidden="true"
        className={styles.skeleton}
        style={{ height: props.height }}
      />
    </div>
  );
}
