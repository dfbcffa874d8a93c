import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type {
  ConfigurationDifference,
  PromoteDifferences,
  TargetKind,
} from '@careplane/backstage-plugin-release-common';
import { releaseTranslationRef } from '../translation';
import styles from './dialog.module.css';

const ACTIONS = ['Add', 'Modify', 'Remove'] as const;
type Action = (typeof ACTIONS)[number];

/** One field: two words, or names that are new and names that are gone. */
function Difference({ difference }: { difference: ConfigurationDifference }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { field, added = [], removed = [], from, to } = difference;
  const parts = [
    ...(from !== undefined || to !== undefined
      ? [
          t('differs.fromTo', {
            from: from || t('differs.none'),
            to: to || t('differs.none'),
          }),
        ]
      : []),
    ...(added.length ? [t('differs.added', { names: added.join(', ') })] : []),
    ...(removed.length
      ? [t('differs.removed', { names: removed.join(', ') })]
      : []),
  ];
  return (
    <li className={styles.difference}>
      <strong>{t(`differs.field.${field}`)}</strong>: {parts.join('; ')}
    </li>
  );
}

/**
 * What changes beside the artifact, in two parts: what a rollback brings back,
 * and what it leaves as it is. Names and figures, never a value.
 */
export function Differences(props: {
  differences: PromoteDifferences;
  kind: TargetKind;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { mode, configuration, untold, infrastructure, missing } =
    props.differences;
  const only = !configuration.length && !untold.length && !missing;
  const actionOf = (action: string) =>
    ACTIONS.includes(action as Action)
      ? t(`differs.action.${action as Action}`)
      : action;
  return (
    <>
      <section className={styles.section} aria-label={t('differs.code')}>
        <h3>{t('differs.code')}</h3>
        {missing && <p>{missing}</p>}
        {only && <p>{t('differs.onlyCode')}</p>}
        {configuration.length > 0 && (
          <ul className={styles.list}>
            {configuration.map(one => (
              <Difference key={one.field} difference={one} />
            ))}
          </ul>
        )}
        {untold.length > 0 && (
          <p>
            {t('differs.untold', {
              fields: untold.map(one => t(`differs.field.${one}`)).join(', '),
            })}
          </p>
        )}
        <p>
          {t(
            props.kind === 'lambda-alias'
              ? 'differs.codeBack.lambda'
              : 'differs.codeBack.service',
          )}
        </p>
      </section>
      <section
        className={styles.section}
        aria-label={t('differs.infrastructure')}
      >
        <h3>{t('differs.infrastructure')}</h3>
        {infrastructure.length > 0 && (
          <>
            <ul className={styles.list}>
              {infrastructure.map(one => (
                <li key={one.resource} className={styles.difference}>
                  {actionOf(one.action)}: <strong>{one.resource}</strong> (
                  {one.type})
                  {one.action === 'Remove' &&
                    one.type === 'AWS::Lambda::Version' &&
                    ` – ${t('differs.versionKept')}`}
                </li>
              ))}
            </ul>
            <p>{t('differs.infrastructureStays')}</p>
          </>
        )}
        {mode === 'stack' && !infrastructure.length && !missing && (
          <p>{t('differs.noInfrastructure')}</p>
        )}
        <p>
          {mode === 'stack'
            ? t('differs.byTemplates')
            : t(`differs.noStack.${mode}`)}
        </p>
      </section>
    </>
  );
}
