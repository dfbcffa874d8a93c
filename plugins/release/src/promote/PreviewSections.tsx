import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type {
  RolloutPreview,
  TargetKind,
} from '@careplane/backstage-plugin-release-common';
import { releaseTranslationRef } from '../translation';
import { Hash } from '../ui/Facts';
import { Gates } from '../ui/Gates';
import { Notice } from '../ui/Notice';
import { Differences } from './Differences';
import styles from './dialog.module.css';

/** What a promote would do: from and to, changes, what stays, gates, steps. */
export function PreviewSections(props: {
  preview: RolloutPreview;
  kind: TargetKind;
  from: string;
  to: string;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { preview, from, to } = props;
  return (
    <>
      <section className={styles.section}>
        <h3>{t('promote.changes')}</h3>
        <p className={styles.fromTo}>
          <span>
            {preview.from ? from : t('promote.nothingYet')} →{' '}
            <strong>{to}</strong>
          </span>
          <Hash
            value={preview.to.contentHash}
            what={t('hash.contentOf', { version: to })}
          />
        </p>
        <ul className={styles.list}>
          {preview.changes.map(line => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        {preview.staysBehind.length > 0 && (
          <>
            <p>{t('promote.stays')}</p>
            <ul className={styles.list}>
              {preview.staysBehind.map(line => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </>
        )}
      </section>
      {preview.differences && (
        <Differences differences={preview.differences} kind={props.kind} />
      )}
      {preview.warnings.length > 0 && (
        <div className={styles.section}>
          <Notice icon="warn" tone="warn">
            <ul className={styles.list}>
              {preview.warnings.map(line => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </Notice>
        </div>
      )}
      <section className={styles.section}>
        <h3>
          {t('promote.gates', {
            pass: String(
              preview.gates.filter(gate =>
                ['pass', 'waived'].includes(gate.state),
              ).length,
            ),
            total: String(preview.gates.length),
          })}
        </h3>
        <Gates gates={preview.gates} />
      </section>
      {preview.steps.length > 0 && (
        <details className={styles.details}>
          <summary>
            {t('promote.steps', { count: preview.steps.length })}
          </summary>
          <ol className={styles.list}>
            {preview.steps.map(step => (
              <li key={step.title}>
                {step.title}
                {step.detail && ` – ${step.detail}`}
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
  );
}
