import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Button,
  Dialog,
  DialogBody,
  DialogHeader,
  DialogTrigger,
  VisuallyHidden,
} from '@backstage/ui';
import type { Stage } from '@careplane/backstage-plugin-release-common';
import { type ReactNode, useId } from 'react';
import { withStageTitle } from '../lib/useStages';
import { releaseTranslationRef } from '../translation';
import { Who } from './Facts';
import styles from './ui.module.css';

export interface Guard {
  allowed: boolean;
  /** Sentence that names the rule or the missing permission. */
  reason?: string;
  /** Groups that may. */
  grantedTo?: string[];
}

/**
 * A button that is always there. Where the act is not allowed it stays
 * focusable, is `aria-disabled`, and "Why?" says which rule forbids it and who
 * may.
 */
export function Guarded(props: {
  guard: Guard;
  children: ReactNode;
  /** The act as words, for the heading of "Why?". */
  label: string;
  variant?: 'primary' | 'secondary';
  destructive?: boolean;
  isPending?: boolean;
  size?: 'small' | 'medium';
  /** Where the act is: its name in the reason is said as its title. */
  stage?: Pick<Stage, 'name' | 'title'>;
  onPress: () => void;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const reasonId = useId();
  const { guard } = props;
  if (guard.allowed) {
    return (
      <Button
        size={props.size ?? 'small'}
        variant={props.variant ?? 'secondary'}
        destructive={props.destructive}
        isPending={props.isPending}
        onPress={props.onPress}
      >
        {props.children}
      </Button>
    );
  }
  const said = guard.reason ?? t('guard.noReason');
  const reason = props.stage
    ? withStageTitle(said, props.stage.name, props.stage.title)
    : said;
  return (
    <span className={styles.guarded}>
      <button
        type="button"
        aria-disabled="true"
        aria-describedby={reasonId}
        className={styles.disabled}
        onClick={event => event.preventDefault()}
      >
        {props.children}
      </button>
      <VisuallyHidden>
        <span id={reasonId}>{reason}</span>
      </VisuallyHidden>
      <DialogTrigger>
        <Button
          size="small"
          variant="tertiary"
          aria-label={t('guard.whyOf', { act: props.label })}
        >
          {t('guard.why')}
        </Button>
        <Dialog width={420}>
          <DialogHeader>{t('guard.title', { act: props.label })}</DialogHeader>
          <DialogBody>
            <div className={styles.whyBody}>
              <p>{reason}</p>
              {guard.grantedTo && guard.grantedTo.length > 0 && (
                <>
                  <p>{t('guard.whoMay')}</p>
                  <ul>
                    {guard.grantedTo.map(group => (
                      <li key={group}>
                        <Who actor={group} />
                      </li>
                    ))}
                  </ul>
                </>
              )}
              {guard.grantedTo?.length === 0 && <p>{t('guard.nobody')}</p>}
            </div>
          </DialogBody>
        </Dialog>
      </DialogTrigger>
    </span>
  );
}
