import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type {
  EntityReleases,
  Ownership as Owner,
} from '@careplane/backstage-plugin-release-common';
import { releaseTranslationRef } from '../translation';
import { Chip } from '../ui/Chip';
import { AsOf, Time } from '../ui/Facts';
import { ScrollArea } from '../ui/ScrollArea';
import styles from './tab.module.css';

/** Whether the owner and Careplane agree, in one look. */
function lookOf(owner: Owner) {
  if (owner.tool === 'unknown') {
    return { icon: 'unknown', tone: 'warn' } as const;
  }
  return owner.undoneBy
    ? ({ icon: 'warn', tone: 'warn' } as const)
    : ({ icon: 'live', tone: 'ok' } as const);
}

function Told(props: { owner: Owner; stage: string }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { owner, stage } = props;
  return (
    <>
      <p>
        <Chip {...lookOf(owner)}>{t(`owner.tool.${owner.tool}`)}</Chip>
      </p>
      <p>{owner.writes}</p>
      {owner.undoneBy && (
        <p>
          <strong>{t('owner.undone')}</strong> {owner.undoneBy}
        </p>
      )}
      {owner.agreement && (
        <details>
          <summary>{t('owner.agree')}</summary>
          <p>{owner.agreement.summary}</p>
          <ScrollArea label={t('owner.patch', { stage })}>
            <pre>{owner.agreement.text}</pre>
          </ScrollArea>
        </details>
      )}
      {owner.signs.length > 0 && (
        <details>
          <summary>{t('owner.signs')}</summary>
          <ul>
            {owner.signs.map(sign => (
              <li key={sign}>{sign}</li>
            ))}
          </ul>
        </details>
      )}
      {owner.unread.length > 0 && (
        <p>{t('owner.unread', { actions: owner.unread.join(', ') })}</p>
      )}
      {owner.readBackTo && (
        <p>
          {t('owner.readBackTo')} <Time at={owner.readBackTo} />
        </p>
      )}
      {owner.checkedAt && <AsOf at={owner.checkedAt} />}
    </>
  );
}

/** Who else writes each target, what would undo a release, and what to do. */
export function Ownership(props: { releases: EntityReleases }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { releases } = props;
  return (
    <div className={styles.lanes}>
      {releases.stages.map(stage => {
        const target = releases.targets.find(
          one => one.target.stage === stage.name,
        )?.target;
        return (
          <section key={stage.name} className={styles.lane}>
            <h3>{stage.title}</h3>
            {target?.ownership ? (
              <Told owner={target.ownership} stage={stage.title} />
            ) : (
              <p>{target ? t('owner.notYet') : t('cell.notConfigured')}</p>
            )}
          </section>
        );
      })}
    </div>
  );
}
