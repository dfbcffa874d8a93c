import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Link } from '@backstage/ui';
import type {
  EntityReleases,
  HistoryEntry,
} from '@careplane/backstage-plugin-release-common';
import { duration, revisionName } from '../lib/format';
import { usePaths } from '../lib/paths';
import { releaseTranslationRef } from '../translation';
import { Time, Who } from '../ui/Facts';
import { Notice } from '../ui/Notice';
import styles from './tab.module.css';

const SHOWN = 8;

function Entry(props: { entry: HistoryEntry }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const paths = usePaths();
  const { entry } = props;
  const seconds = entry.to
    ? (Date.parse(entry.to) - Date.parse(entry.from)) / 1000
    : undefined;
  const watched = entry.source === 'careplane';
  return (
    <li
      className={styles.entry}
      data-now={entry.to ? undefined : ''}
      data-unwatched={watched ? undefined : ''}
    >
      <strong>{revisionName(entry.revision)}</strong>{' '}
      {seconds === undefined
        ? t('history.runs')
        : t('history.ranFor', { duration: duration(seconds) })}
      <p>
        <Time at={entry.from} />
        {entry.actor && (
          <>
            {' '}
            {t('history.by')} <Who actor={entry.actor} />
          </>
        )}
        {entry.rolloutId && (
          <>
            {' · '}
            <Link href={paths.rollout(entry.rolloutId)}>
              {t('history.rollout', { version: revisionName(entry.revision) })}
            </Link>
          </>
        )}
      </p>
      {!watched && <p>{t(`source.${entry.source}`)}</p>}
    </li>
  );
}

/** What ran on each stage, newest first, and how Careplane knows. */
export function History(props: { releases: EntityReleases }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { releases } = props;
  return (
    <div className={styles.lanes}>
      {releases.stages.map(stage => {
        const target = releases.targets.find(
          one => one.target.stage === stage.name,
        )?.target;
        const entries = target?.history ?? [];
        const newest = [...entries].sort((a, b) =>
          b.from.localeCompare(a.from),
        );
        return (
          <section key={stage.name} className={styles.lane}>
            <h3>{stage.title}</h3>
            {target?.historyProblem && (
              <Notice icon="unknown" tone="warn">
                <p>{target.historyProblem}</p>
              </Notice>
            )}
            {newest.length === 0 ? (
              <p>{t('history.empty')}</p>
            ) : (
              <ol className={styles.timeline}>
                {newest.slice(0, SHOWN).map(entry => (
                  <Entry
                    key={`${entry.revision.id}-${entry.from}`}
                    entry={entry}
                  />
                ))}
              </ol>
            )}
            {newest.length > SHOWN && (
              <details>
                <summary>
                  {t('history.more', { count: newest.length - SHOWN })}
                </summary>
                <ol className={styles.timeline}>
                  {newest.slice(SHOWN).map(entry => (
                    <Entry
                      key={`${entry.revision.id}-${entry.from}`}
                      entry={entry}
                    />
                  ))}
                </ol>
              </details>
            )}
          </section>
        );
      })}
    </div>
  );
}
