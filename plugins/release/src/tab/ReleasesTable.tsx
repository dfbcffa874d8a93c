import { parseEntityRef } from '@backstage/catalog-model';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  TextAreaField,
  VisuallyHidden,
} from '@backstage/ui';
import type {
  EntityReleases,
  Release,
} from '@careplane/backstage-plugin-release-common';
import { useState } from 'react';
import { releaseApiRef } from '../api';
import { guardOf } from '../now/Bands';
import { useFirstFocus } from '../lib/useFirstFocus';
import { useInTitles } from '../lib/useStages';
import { releaseTranslationRef } from '../translation';
import { Chip } from '../ui/Chip';
import { Hash, Time, Who } from '../ui/Facts';
import { Notice } from '../ui/Notice';
import { ScrollArea } from '../ui/ScrollArea';
import ui from '../ui/ui.module.css';
import { Proof } from './Proof';
import styles from './tab.module.css';

function contentHashOf(release: Release): string {
  return release.artifact.type === 'zip'
    ? release.artifact.codeSha256
    : release.artifact.digest;
}

function QuarantineDialog(props: {
  release: Release;
  component: string;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const api = useApi(releaseApiRef);
  const firstFocus = useFirstFocus('textarea');
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string>();
  const { release } = props;
  const on = !release.quarantine;
  const words = { version: release.version };
  const submit = async () => {
    if (!reason.trim()) {
      setError(t('quarantine.reasonNeeded'));
      return;
    }
    try {
      await api.setQuarantine(release.id, {
        component: props.component,
        reason: reason.trim(),
        on,
      });
      props.onDone();
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    }
  };
  return (
    <Dialog isOpen onOpenChange={open => !open && props.onClose()} width={520}>
      <DialogHeader>
        {t(on ? 'quarantine.title' : 'quarantine.liftTitle', words)}
      </DialogHeader>
      <DialogBody ref={firstFocus}>
        <p>{t(on ? 'quarantine.body' : 'quarantine.liftBody', words)}</p>
        <TextAreaField
          label={t('quarantine.reason')}
          value={reason}
          onChange={setReason}
          isRequired
        />
        {error && (
          <Notice icon="failed" tone="bad" role="alert">
            <p>{error}</p>
          </Notice>
        )}
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" size="medium" onPress={props.onClose}>
          {t('cancel')}
        </Button>
        <Button variant="primary" size="medium" onPress={submit}>
          {t(on ? 'quarantine.submit' : 'quarantine.lift', words)}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}

/** Releases of a service: what they are, where they run and ran. */
export function ReleasesTable(props: {
  releases: EntityReleases;
  onChanged: () => void;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const [open, setOpen] = useState<Release>();
  const inTitles = useInTitles();
  const { releases } = props;
  const last = releases.stages[releases.stages.length - 1];
  // A column of buttons that can never work here would only be noise.
  const guard = last && guardOf(releases, last.name, 'quarantine');
  if (releases.releases.length === 0) {
    return (
      <Notice
        icon={releases.releasesState === 'error' ? 'failed' : 'none'}
        tone={releases.releasesState === 'error' ? 'bad' : 'off'}
      >
        <p>{releases.releasesMessage ?? t('releases.empty')}</p>
      </Notice>
    );
  }
  const titles = (names: string[]) =>
    names
      .map(
        name =>
          releases.stages.find(stage => stage.name === name)?.title ?? name,
      )
      .join(', ') || t('releases.nowhere');
  return (
    <>
      {releases.releasesMessage && (
        <Notice icon="unknown" tone="warn">
          <p>{releases.releasesMessage}</p>
        </Notice>
      )}
      <ScrollArea label={t('tab.releases')}>
        <table className={ui.table}>
          <thead>
            <tr>
              <th scope="col">{t('releases.version')}</th>
              <th scope="col">{t('releases.content')}</th>
              <th scope="col">{t('releases.commit')}</th>
              <th scope="col">{t('releases.built')}</th>
              <th scope="col">{t('releases.runs')}</th>
              <th scope="col">{t('releases.ran')}</th>
              <th scope="col">{t('releases.proof')}</th>
              {guard?.allowed && <th scope="col">{t('releases.acts')}</th>}
            </tr>
          </thead>
          <tbody>
            {releases.releases.map(release => (
              <tr key={release.id}>
                <th scope="row">
                  {release.version}{' '}
                  {release.quarantine && (
                    <>
                      <Chip icon="quarantined" tone="bad">
                        {t('chip.quarantined')}
                      </Chip>
                      <span className={styles.message}>
                        {inTitles(release.quarantine.reason)} (
                        <Who actor={release.quarantine.by} />)
                      </span>
                    </>
                  )}
                </th>
                <td>
                  <Hash
                    value={contentHashOf(release)}
                    what={t('hash.contentOf', { version: release.version })}
                  />
                </td>
                <td>
                  {release.commit.id ? (
                    <Hash
                      value={release.commit.id}
                      what={t('hash.commitOf', { version: release.version })}
                    />
                  ) : (
                    t('releases.nowhere')
                  )}
                  <span
                    className={styles.message}
                    title={release.commit.message}
                  >
                    {release.commit.message}
                  </span>
                </td>
                <td>
                  <Time at={release.builtAt} />
                </td>
                <td>{titles(release.runsOn)}</td>
                <td>{titles(release.ranOn)}</td>
                <td>
                  <Proof release={release} stages={releases.stages} />
                </td>
                {guard?.allowed && (
                  <td>
                    <Button
                      variant="secondary"
                      size="small"
                      onPress={() => setOpen(release)}
                    >
                      {t(
                        release.quarantine
                          ? 'quarantine.openLift'
                          : 'quarantine.open',
                      )}
                      <VisuallyHidden> {release.version}</VisuallyHidden>
                    </Button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
      {open && (
        <QuarantineDialog
          release={open}
          component={parseEntityRef(releases.entityRef).name}
          onClose={() => setOpen(undefined)}
          onDone={() => {
            setOpen(undefined);
            props.onChanged();
          }}
        />
      )}
    </>
  );
}
