import { useEffect, useState } from 'react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { ButtonIcon, VisuallyHidden } from '@backstage/ui';
import { shortRevision } from '@careplane/backstage-plugin-delivery-common';
import { RiCheckLine, RiFileCopyLine } from '@remixicon/react';
import { deliveryTranslationRef } from '../translation';
import styles from './ui.module.css';

/** A commit or digest: seven characters, the whole of it in title and by Copy. */
export function Revision(props: { value: string }) {
  const { t } = useTranslationRef(deliveryTranslationRef);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = window.setTimeout(() => setCopied(false), 2000);
    return () => window.clearTimeout(timer);
  }, [copied]);
  const short = shortRevision(props.value);
  return (
    <span className={styles.revision}>
      <code className={styles.mono} title={props.value}>
        {short}
      </code>
      <ButtonIcon
        size="small"
        variant="tertiary"
        aria-label={t('block.copy', { what: short })}
        icon={copied ? <RiCheckLine /> : <RiFileCopyLine />}
        onPress={() => {
          navigator.clipboard?.writeText(props.value).then(
            () => setCopied(true),
            () => setCopied(false),
          );
        }}
      />
      <VisuallyHidden>
        <span role="status">{copied ? t('block.copied') : ''}</span>
      </VisuallyHidden>
    </span>
  );
}
