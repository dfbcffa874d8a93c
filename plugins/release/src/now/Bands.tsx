import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { Button, Link } from '@backstage/ui';
import type {
  EntityReleases,
  TargetStatus,
} from '@careplane/backstage-plugin-release-common';
import { useState } from 'react';
import { releaseApiRef } from '../api';
import { revisionName } from '../lib/format';
import { usePaths } from '../lib/paths';
import { withStageTitle } from '../lib/useStages';
import { releaseTranslationRef } from '../translation';
import { Time, Who } from '../ui/Facts';
import { type Guard, Guarded } from '../ui/Guarded';
import { Notice } from '../ui/Notice';
import { ReasonDialog } from './ReasonDialog';

/** Whether the person may do `act` on a stage, and who may otherwise. */
export function guardOf(
  releases: EntityReleases,
  stage: string,
  act: 'promote' | 'rollback' | 'lift-hold' | 'quarantine' | 'waive',
): Guard {
  const found = releases.permissions.find(one => one.stage === stage);
  return found?.acts[act] ?? { allowed: false, grantedTo: [] };
}

function HeldBand(props: {
  releases: EntityReleases;
  target: TargetStatus;
  title: string;
  onChanged: () => void;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const api = useApi(releaseApiRef);
  const [open, setOpen] = useState(false);
  const { target, title } = props;
  if (!target.hold) return null;
  return (
    <>
      <Notice
        icon="held"
        tone="hold"
        actions={
          target.contest ? undefined : (
            <Guarded
              guard={guardOf(props.releases, target.stage, 'lift-hold')}
              stage={{ name: target.stage, title }}
              label={t('hold.release')}
              onPress={() => setOpen(true)}
            >
              {t('hold.release')}
            </Guarded>
          )
        }
      >
        <p>
          <strong>
            {t('hold.heldAt', {
              stage: title,
              version: revisionName(target.current),
            })}
          </strong>{' '}
          {t('hold.since')} <Time at={target.hold.at} /> {t('hold.by')}{' '}
          <Who actor={target.hold.by} />.{' '}
          {target.hold.reason && (
            <>
              {t('hold.reason', {
                reason: withStageTitle(target.hold.reason, target.stage, title),
              })}{' '}
            </>
          )}
          {t('hold.meaning')}
        </p>
      </Notice>
      {open && (
        <ReasonDialog
          title={t('hold.dialogTitle', { stage: title })}
          body={t('hold.dialogBody', {
            stage: title,
            version: revisionName(target.current),
          })}
          reasonLabel={t('hold.reasonLabel')}
          reasonNeeded={t('hold.reasonNeeded')}
          submitLabel={t('hold.submit', { stage: title })}
          stage={target.stage}
          act={reason =>
            api.liftHold({
              arn: target.arn,
              reason,
              entityRef: props.releases.entityRef,
            })
          }
          onClose={() => setOpen(false)}
          onDone={() => {
            setOpen(false);
            props.onChanged();
          }}
        />
      )}
    </>
  );
}

function OutsideBand(props: {
  releases: EntityReleases;
  target: TargetStatus;
  title: string;
  onChanged: () => void;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const api = useApi(releaseApiRef);
  const paths = usePaths();
  const [open, setOpen] = useState(false);
  const { target, title } = props;
  const change = target.outsideChange;
  if (!change) return null;
  const to = revisionName(change.to);
  const adopt = (
    <Guarded
      guard={guardOf(props.releases, target.stage, 'promote')}
      stage={{ name: target.stage, title }}
      label={t('outside.adopt', { version: to })}
      onPress={() => setOpen(true)}
    >
      {t('outside.adopt', { version: to })}
    </Guarded>
  );
  return (
    <>
      <Notice
        icon="outside"
        tone="warn"
        actions={target.activeRolloutId || target.contest ? undefined : adopt}
      >
        <p>
          <strong>{t('outside.title', { stage: title })}</strong>{' '}
          {change.from
            ? t('outside.fromTo', { from: revisionName(change.from), to })
            : t('outside.to', { to })}{' '}
          {t('outside.by')} <Who actor={change.actor} />
          {change.at && (
            <>
              , <Time at={change.at} />
            </>
          )}
          . {t('outside.todo')}{' '}
          {target.activeRolloutId && (
            <Link href={paths.rollout(target.activeRolloutId)}>
              {t('outside.decide')}
            </Link>
          )}
        </p>
      </Notice>
      {open && (
        <ReasonDialog
          title={t('outside.dialogTitle', { stage: title, version: to })}
          body={t('outside.dialogBody', { stage: title, version: to })}
          reasonLabel={t('outside.reasonLabel')}
          reasonNeeded={t('outside.reasonNeeded')}
          submitLabel={t('outside.submit', { stage: title, version: to })}
          stage={target.stage}
          act={reason =>
            api.adoptOutsideChange({
              arn: target.arn,
              reason,
              revisionId: change.to.id,
              entityRef: props.releases.entityRef,
            })
          }
          onClose={() => setOpen(false)}
          onDone={() => {
            setOpen(false);
            props.onChanged();
          }}
        />
      )}
    </>
  );
}

/** Another component has this target: nothing is done from here. */
function ContestBand(props: { target: TargetStatus; title: string }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { contest } = props.target;
  if (!contest) return null;
  return (
    <Notice icon="warn" tone="warn">
      <p>
        <strong>{t('contest.title', { stage: props.title })}</strong> {contest}
      </p>
    </Notice>
  );
}

/** What somebody must know before anything else: holds and outside changes. */
export function Bands(props: {
  releases: EntityReleases;
  onChanged: () => void;
}) {
  const { releases } = props;
  const titleOf = (name: string) =>
    releases.stages.find(stage => stage.name === name)?.title ?? name;
  return (
    <>
      {releases.targets.map(({ target }) => (
        <ContestBand
          key={`contest-${target.arn}`}
          target={target}
          title={titleOf(target.stage)}
        />
      ))}
      {releases.targets.map(({ target }) => (
        <HeldBand
          key={`hold-${target.arn}`}
          releases={releases}
          target={target}
          title={titleOf(target.stage)}
          onChanged={props.onChanged}
        />
      ))}
      {releases.targets.map(({ target }) => (
        <OutsideBand
          key={`outside-${target.arn}`}
          releases={releases}
          target={target}
          title={titleOf(target.stage)}
          onChanged={props.onChanged}
        />
      ))}
    </>
  );
}

/** Refresh: the one act on a block that asks AWS. Says so when it fails. */
export function RefreshButton(props: { onPress: () => Promise<void> }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const press = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await props.onPress();
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    }
    setBusy(false);
  };
  return (
    <>
      {error && <span role="alert">{t('refreshFailed', { error })}</span>}
      <Button size="small" variant="tertiary" isPending={busy} onPress={press}>
        {t('refresh')}
      </Button>
    </>
  );
}
