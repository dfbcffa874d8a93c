import { useEffect, useRef } from 'react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type { FailureCause } from '@careplane/backstage-plugin-delivery-common';
import { deliveryTranslationRef } from '../translation';
import { OutLink } from '../ui/OutLink';
import { Revision } from '../ui/Revision';
import { ScrollRegion } from '../ui/ScrollRegion';
import { Time } from '../ui/Time';
import styles from '../ui/ui.module.css';
import pipelineStyles from './pipeline.module.css';

/** The log tail, scrolled to the first error line. */
function LogTail({ cause }: { cause: FailureCause }) {
  const { t } = useTranslationRef(deliveryTranslationRef);
  const frame = useRef<HTMLDivElement>(null);
  const first = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (frame.current && first.current) {
      frame.current.scrollTop = Math.max(
        0,
        first.current.offsetTop - frame.current.offsetTop - 54,
      );
    }
  }, [cause]);
  const { firstErrorLine, logTail } = cause;
  const at = firstErrorLine
    ? logTail.findIndex(line => line.includes(firstErrorLine))
    : -1;
  const label = t('cause.log', { number: String(logTail.length) });
  return (
    <div className={styles.section}>
      <h3 className={styles.sub}>{label}</h3>
      <ScrollRegion
        frame={frame}
        label={label}
        className={`${styles.code} ${pipelineStyles.log}`}
      >
        {logTail.map((line, index) => (
          <span
            // Lines have no identity but their place.
            key={index}
            ref={index === at ? first : undefined}
            className={index === at ? pipelineStyles.first : undefined}
          >
            {index === at ? `→ ${line}\n` : `${line}\n`}
          </span>
        ))}
      </ScrollRegion>
      {cause.truncated && (
        <p className={styles.muted}>{t('cause.truncated')}</p>
      )}
    </div>
  );
}

/** Why a build failed: phase, AWS's words, first error line, log, last green. */
export function Cause({ cause }: { cause: FailureCause }) {
  const { t } = useTranslationRef(deliveryTranslationRef);
  const { lastGreen } = cause;
  return (
    <>
      <dl className={styles.facts}>
        {cause.phase && (
          <>
            <dt>{t('cause.phase')}</dt>
            <dd>{cause.phase}</dd>
          </>
        )}
        <dt>{t('cause.line')}</dt>
        <dd>
          {cause.firstErrorOf && <p>{cause.firstErrorOf}</p>}
          {cause.firstErrorLine ? (
            <code className={`${styles.mono} ${pipelineStyles.errorLine}`}>
              {cause.firstErrorLine}
            </code>
          ) : (
            t('cause.noLine')
          )}
        </dd>
        {cause.message && (
          <>
            <dt>{t('cause.awsSays')}</dt>
            <dd>{cause.message}</dd>
          </>
        )}
        {cause.commit && (
          <>
            <dt>{t('cause.commit')}</dt>
            <dd>
              <Revision value={cause.commit} />
            </dd>
          </>
        )}
        <dt>{t('cause.lastGreen')}</dt>
        <dd>
          {lastGreen ? (
            <>
              {lastGreen.revision && <Revision value={lastGreen.revision} />}{' '}
              {lastGreen.at && <Time iso={lastGreen.at} />}
            </>
          ) : (
            t('pipeline.noGreen')
          )}
        </dd>
      </dl>
      {cause.logUnavailable ? (
        <p>{t('cause.noLog', { reason: cause.logUnavailable })}</p>
      ) : (
        <LogTail cause={cause} />
      )}
      {cause.url && (
        <OutLink href={cause.url} label={t('cause.aws')}>
          {t('cause.aws')}
        </OutLink>
      )}
    </>
  );
}
