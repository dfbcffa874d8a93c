import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntityPresentation } from '@backstage/plugin-catalog-react';
import { RiCheckLine, RiFileCopyLine } from '@remixicon/react';
import { useState } from 'react';
import {
  clockTime,
  exactTime,
  fullTime,
  relativeTime,
  shortHash,
} from '../lib/format';
import { useNow } from '../lib/useNow';
import { releaseTranslationRef } from '../translation';
import styles from './ui.module.css';

/** Relative under seven days, absolute after; the full time is its title. */
export function Time(props: { at: string }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const now = useNow(30_000);
  const at = new Date(props.at);
  return (
    <time dateTime={props.at} title={fullTime(at)} className={styles.nums}>
      {relativeTime(at, now) ?? t('justNow')}
    </time>
  );
}

/** To the second, for records; the full time and UTC are its title. */
export function Moment(props: { at: string }) {
  const at = new Date(props.at);
  return (
    <time dateTime={props.at} title={fullTime(at)} className={styles.nums}>
      {exactTime(at)}
    </time>
  );
}

/** When the facts of a block were read. */
export function AsOf(props: { at?: string }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  if (!props.at) return <span className={styles.asOf}>{t('asOf.never')}</span>;
  const at = new Date(props.at);
  return (
    <time dateTime={props.at} title={fullTime(at)} className={styles.asOf}>
      {t('asOf.at', { time: clockTime(at) })}
    </time>
  );
}

/** Seven characters of a hash, the whole in its title, and Copy. */
export function Hash(props: { value: string; what: string }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.value);
      setCopied(true);
      setTimeout(() => setCopied(false), 2_000);
    } catch {
      setCopied(false);
    }
  };
  return (
    <span>
      <code className={styles.hash} title={props.value}>
        {shortHash(props.value)}
      </code>
      <button
        type="button"
        className={styles.copy}
        onClick={copy}
        aria-label={t(copied ? 'hash.copied' : 'hash.copy', {
          what: props.what,
          short: shortHash(props.value),
        })}
      >
        {copied ? <RiCheckLine size={14} /> : <RiFileCopyLine size={14} />}
      </button>
    </span>
  );
}

function EntityName(props: { entityRef: string; defaultKind: string }) {
  const { primaryTitle } = useEntityPresentation(props.entityRef, {
    defaultKind: props.defaultKind,
    defaultNamespace: 'default',
  });
  return <span title={props.entityRef}>{primaryTitle}</span>;
}

/** A person or group by display name; an AWS principal by the end of its ARN. */
export function Who(props: { actor: string | undefined }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { actor } = props;
  if (!actor) return <>{t('who.unknown')}</>;
  if (/^(user|group):[^/]+\/.+$/.test(actor)) {
    return <EntityName entityRef={actor} defaultKind={actor.split(':')[0]} />;
  }
  if (actor.startsWith('arn:')) {
    const short = actor.split(':').slice(5).join(':');
    return <span title={actor}>{short}</span>;
  }
  return <span>{actor}</span>;
}
