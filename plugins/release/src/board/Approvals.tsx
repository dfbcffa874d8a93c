import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Link } from '@backstage/ui';
import type { RolloutSummary } from '@careplane/backstage-plugin-release-common';
import { parseEntityRef } from '@backstage/catalog-model';
import { waitingForMe, type Work } from '../lib/hooks';
import { usePaths } from '../lib/paths';
import { ROLLOUT_LOOK } from '../lib/state';
import { useStageTitle, withStageTitle } from '../lib/useStages';
import type { Loaded } from '../lib/useLoaded';
import { rolloutTarget } from '../tab/RolloutsTable';
import { releaseTranslationRef } from '../translation';
import { Chip } from '../ui/Chip';
import { Time, Who } from '../ui/Facts';
import { LoadError, Placeholder } from '../ui/Notice';
import ui from '../ui/ui.module.css';
import styles from './board.module.css';

/** Rollouts as a list: state, sentence, who asked, link. */
export function RolloutList(props: { rollouts: RolloutSummary[] }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const paths = usePaths();
  const titleOf = useStageTitle();
  return (
    <ul className={styles.approvals}>
      {props.rollouts.map(rollout => {
        const { name } = parseEntityRef(rollout.entityRef);
        const stage = titleOf(rollout.stage);
        return (
          <li key={rollout.id} className={`${ui.panel} ${styles.approval}`}>
            <Chip {...ROLLOUT_LOOK[rollout.state]}>
              {t(`state.${rollout.state}`)}
            </Chip>
            <span className={styles.approvalText}>
              <Link href={paths.rollout(rollout.id)}>
                {t(`rollout.title.${rollout.kind}`, {
                  name,
                  stage,
                  to: rolloutTarget(rollout),
                })}
              </Link>
              <br />
              <span className={ui.muted}>
                {withStageTitle(rollout.headline, rollout.stage, stage)}
              </span>
            </span>
            <span className={ui.muted}>
              {t('approvals.askedBy')} <Who actor={rollout.requestedBy} />,{' '}
              <Time at={rollout.requestedAt} />
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** What waits for my consent, and what of mine waits for somebody else's. */
export function Approvals(props: { work: Loaded<Work> }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { value, error, failedAt, reload } = props.work;
  const mine = value ? waitingForMe(value) : [];
  const asked =
    value?.rollouts.filter(
      rollout =>
        rollout.state === 'AWAITING_APPROVAL' &&
        rollout.requestedBy === value.me,
    ) ?? [];
  return (
    <section aria-labelledby="release-approvals">
      <h2 className={ui.h2} id="release-approvals">
        {t('approvals.title')}
      </h2>
      {!value && error && (
        <LoadError
          what={t('approvals.what')}
          error={error}
          failedAt={failedAt}
          onRetry={reload}
        />
      )}
      {!value && !error && (
        <Placeholder height={40} label={t('approvals.loading')} />
      )}
      {value && mine.length === 0 && <p>{t('approvals.none')}</p>}
      {mine.length > 0 && <RolloutList rollouts={mine} />}
      {asked.length > 0 && (
        <>
          <h3>{t('approvals.iAsked')}</h3>
          <RolloutList rollouts={asked} />
        </>
      )}
    </section>
  );
}
