import type { ReactNode } from 'react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type { Block } from '@careplane/backstage-plugin-delivery-common';
import { deliveryTranslationRef } from '../translation';
import type { Tone } from './StateMark';
import styles from './ui.module.css';

/** A notice inside a block. */
export function Note(props: {
  tone: Tone;
  title: string;
  children?: ReactNode;
}) {
  return (
    <div className={`${styles.note} ${styles[props.tone]}`}>
      <strong>{props.title}</strong>
      {props.children}
    </div>
  );
}

const EXAMPLES: Record<string, string> = {
  'aws.amazon.com/aws-codepipeline-arn':
    'arn:aws:codepipeline:<region>:<account>:<pipeline>',
  'aws.amazon.com/amazon-ecr-arn':
    'arn:aws:ecr:<region>:<account>:repository/<name>',
  'sonarqube.org/project-key': '<project key>',
};

function example(annotation: string): string {
  if (EXAMPLES[annotation]) return EXAMPLES[annotation];
  return annotation.endsWith('-tags') ? '<tag>=<value>' : '<arn>';
}

/** What a block's state says besides its facts: failed, what works, what to do. */
export function StateNote(props: { title: string; block: Block<unknown> }) {
  const { t } = useTranslationRef(deliveryTranslationRef);
  const { title, block } = props;
  switch (block.state) {
    case 'pending':
      return (
        <Note tone="off" title={t('block.pendingTitle')}>
          <p>{block.message}</p>
        </Note>
      );
    case 'not-configured':
      return (
        <Note tone="off" title={t('block.notConfiguredTitle')}>
          {block.missingAnnotations?.length ? (
            <>
              <p>{t('block.notConfiguredDo')}</p>
              <pre className={`${styles.code} ${styles.wrapped}`}>
                {block.missingAnnotations
                  .map(one => `${one}: ${example(one)}`)
                  .join('\n')}
              </pre>
            </>
          ) : (
            <p>{t('block.notInstalled')}</p>
          )}
        </Note>
      );
    case 'denied':
      return (
        <Note tone="warn" title={t('block.deniedTitle')}>
          <p>{block.message}</p>
          {block.missingPermission && (
            <p>
              {t('block.deniedMissing')}
              <code className={styles.mono}>{block.missingPermission}</code>
            </p>
          )}
          {block.deniedTo && (
            <p>{t('block.deniedTo', { who: block.deniedTo })}</p>
          )}
          <p>{t('block.deniedDo')}</p>
        </Note>
      );
    case 'error':
      return (
        <Note tone="bad" title={t('block.errorTitle', { title })}>
          <p>{block.message}</p>
          <p>{t('block.errorWorks')}</p>
        </Note>
      );
    case 'stale':
      return block.message ? (
        <p className={`${styles.muted} ${styles.small}`}>{block.message}</p>
      ) : null;
    default:
      return null;
  }
}
