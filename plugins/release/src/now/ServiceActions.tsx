import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type {
  EntityReleases,
  Release,
  Stage,
  TargetStatus,
} from '@careplane/backstage-plugin-release-common';
import { useState } from 'react';
import { PromoteDialog } from '../promote/PromoteDialog';
import { RollbackDialog, rollbackOptionsOf } from '../rollback/RollbackDialog';
import { releaseTranslationRef } from '../translation';
import { Guarded } from '../ui/Guarded';
import { guardOf } from './Bands';
import { RunTestsButton } from './RunTestsButton';

/**
 * The release that one would promote to a stage: what runs on the stage before
 * it; for the first stage the newest. Never what is quarantined, runs there or is
 * older than what runs there (releases come newest first).
 */
export function candidateFor(
  releases: EntityReleases,
  stage: Stage,
): Release | undefined {
  const index = releases.stages.findIndex(one => one.name === stage.name);
  const target = releases.targets.find(
    one => one.target.stage === stage.name,
  )?.target;
  const running = [
    target?.current?.releaseId,
    target?.candidate?.revision.releaseId,
  ];
  const at = releases.releases.findIndex(
    release => release.id === target?.current?.releaseId,
  );
  const newer = at < 0 ? releases.releases : releases.releases.slice(0, at);
  const usable = newer.filter(
    release => !release.quarantine && !running.includes(release.id),
  );
  const before = releases.stages[index - 1]?.name;
  const fromBefore = releases.targets.find(one => one.target.stage === before)
    ?.target.current?.releaseId;
  return before
    ? usable.find(release => release.id === fromBefore)
    : usable.find(release => release === releases.releases[0]);
}

/** Promote, roll back and test one stage, with their dialogs. */
export function StageActions(props: {
  releases: EntityReleases;
  stage: Stage;
  target: TargetStatus | undefined;
  onChanged: () => Promise<void>;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const [open, setOpen] = useState<'promote' | 'rollback'>();
  const { releases, stage, target } = props;
  if (!target || target.contest) return null;
  const isFirst = stage.name === releases.stages[0]?.name;
  const candidate = isFirst ? undefined : candidateFor(releases, stage);
  const promoteLabel = candidate
    ? t('act.promoteTo', { version: candidate.version, stage: stage.title })
    : t('act.promote', { stage: stage.title });
  const rollbackLabel = t('act.rollback', { stage: stage.title });
  // The pipeline deploys the first stage.
  const other = isFirst
    ? undefined
    : releases.releases.find(one => one.id !== target.current?.releaseId);
  const initial = candidate ?? other;

  return (
    <>
      {initial && (
        <Guarded
          stage={stage}
          guard={guardOf(releases, stage.name, 'promote')}
          label={promoteLabel}
          variant={
            candidate &&
            !target.hold &&
            !target.outsideChange &&
            !target.activeRolloutId
              ? 'primary'
              : 'secondary'
          }
          onPress={() => setOpen('promote')}
        >
          {promoteLabel}
        </Guarded>
      )}
      {rollbackOptionsOf(target).length > 0 && (
        <Guarded
          stage={stage}
          guard={guardOf(releases, stage.name, 'rollback')}
          label={rollbackLabel}
          destructive
          onPress={() => setOpen('rollback')}
        >
          {rollbackLabel}
        </Guarded>
      )}
      <RunTestsButton
        releases={releases}
        stage={stage}
        target={target}
        onChanged={props.onChanged}
      />
      {open === 'promote' && initial && (
        <PromoteDialog
          releases={releases}
          stage={stage}
          releaseId={initial.id}
          onClose={() => setOpen(undefined)}
        />
      )}
      {open === 'rollback' && (
        <RollbackDialog
          releases={releases}
          stage={stage}
          target={target}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}
