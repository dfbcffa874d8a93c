import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Button, Link } from '@backstage/ui';
import type {
  EntityReleases,
  TargetStatus,
} from '@careplane/backstage-plugin-release-common';
import { useState } from 'react';
import { revisionName } from '../lib/format';
import { usePaths } from '../lib/paths';
import { releaseTranslationRef } from '../translation';
import { Time, Who } from '../ui/Facts';
import { type Guard, Guarded } from '../ui/Guarded';
import { Notice } from '../ui/Notice';
import { LiftHoldDialog } from './LiftHoldDialog';

/** Whether the person may do `act` on a stage, and who may otherwise. */
export function guardOf(
  releases: EntityReleases,
  stage: string,
  act: 'promote' | 'rollback' | 'lift-hold' | 'quarantine',
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
  const [open, setOpen] = useState(false);
  const { target, title } = props;
  if (!target.hold) return null;
  return (
    <>
      <Notice
        icon="held"
        tone="hold"
        actions={
          <Guarded
            guard={guardOf(props.releases, target.stage, 'lift-hold')}
            label={t('hold.release')}
            onPress={() => setOpen(true)}
          >
            {t('hold.release')}
          </Guarded>
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
            <>{t('hold.reason', { reason: target.hold.reason })} </>
          )}
          {t('hold.meaning')}
        </p>
      </Notice>
      {open && (
        <LiftHoldDialog
          arn={target.arn}
          stage={title}
          version={revisionName(target.current)}
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

/** What somebody must know before anything else: holds and outside changes. */
export function Bands(props: {
  releases: EntityReleases;
  onChanged: () => void;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const paths = usePaths();
  const { releases } = props;
  const titleOf = (name: string) =>
    releases.stages.find(stage => stage.name === name)?.title ?? name;
  return (
    <>
      {releases.targets.map(({ target }) => (
        <HeldBand
          key={`hold-${target.arn}`}
          releases={releases}
          target={target}
          title={titleOf(target.stage)}
          onChanged={props.onChanged}
        />
      ))}
      {releases.targets.map(
        ({ target }) =>
          target.outsideChange && (
            <Notice key={`outside-${target.arn}`} icon="outside" tone="warn">
              <p>
                <strong>
                  {t('outside.title', { stage: titleOf(target.stage) })}
                </strong>{' '}
                {target.outsideChange.from
                  ? t('outside.fromTo', {
                      from: revisionName(target.outsideChange.from),
                      to: revisionName(target.outsideChange.to),
                    })
                  : t('outside.to', {
                      to: revisionName(target.outsideChange.to),
                    })}{' '}
                {t('outside.by')} <Who actor={target.outsideChange.actor} />
                {target.outsideChange.at && (
                  <>
                    , <Time at={target.outsideChange.at} />
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
          ),
      )}
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
