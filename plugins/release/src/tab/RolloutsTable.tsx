import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Link } from '@backstage/ui';
import type { RolloutSummary } from '@careplane/backstage-plugin-release-common';
import { revisionName } from '../lib/format';
import { usePaths } from '../lib/paths';
import { ROLLOUT_LOOK } from '../lib/state';
import { useStageTitle, withStageTitle } from '../lib/useStages';
import { releaseTranslationRef } from '../translation';
import { Chip } from '../ui/Chip';
import { Time, Who } from '../ui/Facts';
import { ScrollArea } from '../ui/ScrollArea';
import ui from '../ui/ui.module.css';

/** What a rollout goes to, as people call it. */
export function rolloutTarget(rollout: RolloutSummary): string {
  return (
    rollout.to.version ??
    (rollout.to.revisionId
      ? revisionName({
          id: rollout.to.revisionId,
          contentHash: rollout.to.contentHash,
        })
      : rollout.to.contentHash.slice(0, 7))
  );
}

/** Promotes and rollbacks of a service, newest first. */
export function RolloutsTable(props: { rollouts: RolloutSummary[] }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const titleOf = useStageTitle();
  const paths = usePaths();
  if (props.rollouts.length === 0) return <p>{t('rollouts.empty')}</p>;
  return (
    <ScrollArea label={t('tab.rollouts')}>
      <table className={ui.table}>
        <thead>
          <tr>
            <th scope="col">{t('rollouts.what')}</th>
            <th scope="col">{t('rollouts.state')}</th>
            <th scope="col">{t('rollouts.now')}</th>
            <th scope="col">{t('rollouts.by')}</th>
            <th scope="col">{t('rollouts.when')}</th>
          </tr>
        </thead>
        <tbody>
          {props.rollouts.map(rollout => (
            <tr key={rollout.id}>
              <th scope="row">
                <Link href={paths.rollout(rollout.id)}>
                  {t(`rollouts.${rollout.kind}`, {
                    stage: titleOf(rollout.stage),
                    from: revisionName(rollout.from),
                    to: rolloutTarget(rollout),
                  })}
                </Link>
              </th>
              <td>
                <Chip {...ROLLOUT_LOOK[rollout.state]}>
                  {t(`state.${rollout.state}`)}
                </Chip>
              </td>
              <td>
                {withStageTitle(
                  rollout.headline,
                  rollout.stage,
                  titleOf(rollout.stage),
                )}
              </td>
              <td>
                <Who actor={rollout.requestedBy} />
              </td>
              <td>
                <Time at={rollout.requestedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
