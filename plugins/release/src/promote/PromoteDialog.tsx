import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Select,
  TextField,
} from '@backstage/ui';
import type {
  EntityReleases,
  RolloutPreview,
  Stage,
  WaiverRequest,
} from '@careplane/backstage-plugin-release-common';
import { useCallback, useEffect, useState } from 'react';
import { releaseApiRef } from '../api';
import { FreezeNotice } from '../home/Freezes';
import { percent, revisionName } from '../lib/format';
import { useLoaded } from '../lib/useLoaded';
import { useInTitles } from '../lib/useStages';
import { useStartRollout } from '../lib/useStartRollout';
import { guardOf } from '../now/Bands';
import { releaseTranslationRef } from '../translation';
import { LoadError, Notice, Placeholder } from '../ui/Notice';
import { PreviewSections } from './PreviewSections';
import { StrategyFields } from './StrategyFields';
import { formOf, type StrategyForm, strategyOf } from './strategy';
import { WaiveGates } from './WaiveGates';
import styles from './dialog.module.css';

/**
 * Puts a published release on a stage: what changes, which gates pass, how
 * traffic moves, who must consent. The server checks all of it again.
 */
export function PromoteDialog(props: {
  releases: EntityReleases;
  stage: Stage;
  releaseId: string;
  onClose: () => void;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const api = useApi(releaseApiRef);
  const { start, busy, error } = useStartRollout();
  const inTitles = useInTitles();
  const { releases, stage } = props;
  const { entityRef } = releases;
  const [releaseId, setReleaseId] = useState(props.releaseId);
  const [form, setForm] = useState<StrategyForm>();
  const [edited, setEdited] = useState(false);
  const [reason, setReason] = useState('');
  const [waivers, setWaivers] = useState<WaiverRequest[]>([]);
  const [preview, setPreview] = useState<RolloutPreview>();

  const loadPreview = useCallback(
    () =>
      api.preview({
        entityRef,
        stage: stage.name,
        kind: 'promote',
        releaseId,
        strategy: edited && form ? strategyOf(form) : undefined,
        waivers: waivers.length ? waivers : undefined,
      }),
    [api, entityRef, stage.name, releaseId, edited, form, waivers],
  );
  const loaded = useLoaded(loadPreview);
  useEffect(() => {
    if (loaded.value) setPreview(loaded.value);
  }, [loaded.value]);

  const shown = form ?? (preview && formOf(preview.defaultStrategy));
  const release = releases.releases.find(one => one.id === releaseId);
  const version = release?.version ?? '';
  // What is consented to is what was shown for this very request.
  const blocked =
    !preview || loaded.value !== preview || preview.blockers.length > 0;
  const effect =
    shown && shown.type !== 'all-at-once'
      ? t('promote.send', {
          share: percent(shown.percent / 100),
          stage: stage.title,
          version,
        })
      : t('promote.promote', { version, stage: stage.title });
  const action = preview?.approvalsNeeded
    ? t('promote.request', {
        effect: effect.charAt(0).toLocaleLowerCase() + effect.slice(1),
      })
    : effect;

  const submit = () => {
    if (blocked || busy || !shown) return undefined;
    return start({
      entityRef,
      stage: stage.name,
      kind: 'promote',
      releaseId,
      strategy: strategyOf(shown),
      waivers: waivers.length ? waivers : undefined,
      reason,
    });
  };

  return (
    <Dialog
      isOpen
      onOpenChange={open => !open && props.onClose()}
      width={720}
      className={styles.dialog}
      isDismissable={!reason}
    >
      <DialogHeader>
        {t('promote.title', { version, stage: stage.title })}
      </DialogHeader>
      <DialogBody>
        <div className={styles.section}>
          <Select
            label={t('promote.release')}
            value={releaseId}
            onChange={key => {
              if (!key) return;
              setReleaseId(String(key));
              setWaivers([]);
            }}
            options={releases.releases.map(one => ({
              value: one.id,
              label: one.quarantine
                ? t('promote.optionQuarantined', { version: one.version })
                : one.version,
            }))}
          />
        </div>
        {loaded.error && (
          <LoadError
            what={t('promote.previewName')}
            error={loaded.error}
            stage={stage}
            failedAt={loaded.failedAt}
            onRetry={loaded.reload}
          />
        )}
        {!preview && !loaded.error && (
          <Placeholder height={320} label={t('promote.loading')} />
        )}
        {preview && (
          <div aria-busy={loaded.loading}>
            {preview.blockers.length > 0 && (
              <div className={styles.section}>
                <Notice icon="failed" tone="bad" role="status">
                  <p>
                    <strong>{t('promote.blocked')}</strong>
                  </p>
                  <ul className={styles.list}>
                    {preview.blockers.map(blocker => (
                      <li key={blocker}>{inTitles(blocker)}</li>
                    ))}
                  </ul>
                </Notice>
              </div>
            )}
            {preview.freeze && (
              <div className={styles.section}>
                <FreezeNotice freeze={preview.freeze} open />
              </div>
            )}
            <PreviewSections
              preview={preview}
              kind={release?.kind ?? 'lambda-alias'}
              from={revisionName(preview.from)}
              to={version}
            />
            <section className={styles.section}>
              <WaiveGates
                gates={preview.gates}
                guard={guardOf(releases, stage.name, 'waive')}
                onWaive={waiver => setWaivers([...waivers, waiver])}
              />
            </section>
            {shown && (
              <section className={styles.section}>
                <h3>{t('promote.how')}</h3>
                <StrategyFields
                  form={shown}
                  preview={preview}
                  stage={stage.title}
                  version={version}
                  onChange={next => {
                    setForm(next);
                    setEdited(true);
                  }}
                />
              </section>
            )}
            <section className={styles.section}>
              <h3>{t('promote.approval')}</h3>
              <p>
                {preview.approvalsNeeded > 0
                  ? t('promote.approvalsNeeded', {
                      count: preview.approvalsNeeded,
                    })
                  : t('promote.noApproval')}
              </p>
            </section>
            <TextField
              label={t('promote.reason')}
              description={t('promote.reasonHelp')}
              value={reason}
              onChange={setReason}
            />
          </div>
        )}
        {error && (
          <Notice icon="failed" tone="bad" role="alert">
            <p>
              <strong>{t('promote.notStarted')}</strong> {error}
            </p>
          </Notice>
        )}
      </DialogBody>
      <DialogFooter>
        <div className={styles.footer}>
          <Button variant="secondary" size="medium" onPress={props.onClose}>
            {t('cancel')}
          </Button>
          <Button
            variant="primary"
            size="medium"
            isDisabled={blocked}
            isPending={busy}
            onPress={submit}
          >
            {action}
          </Button>
        </div>
      </DialogFooter>
    </Dialog>
  );
}
