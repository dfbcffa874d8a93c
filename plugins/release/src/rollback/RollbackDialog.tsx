import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Button,
  Checkbox,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Radio,
  RadioGroup,
  TextField,
} from '@backstage/ui';
import type {
  EntityReleases,
  RollbackOption,
  Stage,
  TargetStatus,
} from '@careplane/backstage-plugin-release-common';
import { useCallback, useState } from 'react';
import { releaseApiRef } from '../api';
import { duration, percent, revisionName } from '../lib/format';
import { useFirstFocus } from '../lib/useFirstFocus';
import { useLoaded } from '../lib/useLoaded';
import { useStartRollout } from '../lib/useStartRollout';
import styles from '../promote/dialog.module.css';
import { releaseTranslationRef } from '../translation';
import { Chip } from '../ui/Chip';
import { AsOf, Hash, Time } from '../ui/Facts';
import { Notice } from '../ui/Notice';
import { guardOf } from '../now/Bands';
import { Rehearsal } from './Rehearsal';

/**
 * Revisions that ran here and are not what runs alone now, newest first; those
 * that were rolled away from last.
 */
export function rollbackOptionsOf(target: TargetStatus): RollbackOption[] {
  return target.rollbackOptions.filter(
    option => target.candidate || option.revision.id !== target.current?.id,
  );
}

function Option(props: { option: RollbackOption }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { option } = props;
  const seconds = option.ran.reduce((sum, period) => sum + period.seconds, 0);
  return (
    <span className={styles.radioBody}>
      <span className={styles.strong}>{revisionName(option.revision)}</span>
      <Chip
        icon={option.ready === 'ready' ? 'live' : 'unknown'}
        tone={option.ready === 'ready' ? 'ok' : 'warn'}
      >
        {t(`ready.${option.ready}`)}
      </Chip>
      <span>
        {t('rollback.ranFor', { duration: duration(seconds) })}
        {option.source !== 'careplane' && ` ${t(`source.${option.source}`)}`}
      </span>
      {option.checkedAt && <AsOf at={option.checkedAt} />}
    </span>
  );
}

/**
 * Returns a stage to a revision that ran there. Opened by the first click with
 * the newest verified revision selected and focused; the second click acts.
 */
export function RollbackDialog(props: {
  releases: EntityReleases;
  stage: Stage;
  target: TargetStatus;
  onClose: () => void;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const api = useApi(releaseApiRef);
  const { start, busy, error } = useStartRollout();
  const { releases, stage, target } = props;
  const options = rollbackOptionsOf(target);
  const ordinary = options.filter(option => !option.rolledAwayAt);
  const away = options.filter(option => option.rolledAwayAt);
  const selectable = ordinary.filter(option => option.ready !== 'not-ready');
  const notReady = ordinary.filter(option => option.ready === 'not-ready');
  const [revisionId, setRevisionId] = useState(
    () => selectable.find(option => option.ready === 'ready')?.revision.id,
  );
  const [quarantine, setQuarantine] = useState(false);
  const [reason, setReason] = useState('');
  const selected = options.find(option => option.revision.id === revisionId);
  const running = revisionName(
    target.candidate ? target.candidate.revision : target.current,
  );

  const loadPreview = useCallback(
    async () =>
      revisionId
        ? api.preview({
            entityRef: releases.entityRef,
            stage: stage.name,
            kind: 'rollback',
            revisionId,
            quarantine: quarantine || undefined,
          })
        : undefined,
    [api, releases.entityRef, stage.name, revisionId, quarantine],
  );
  const { value: preview } = useLoaded(loadPreview);
  const firstFocus = useFirstFocus('input[type="radio"]:checked');
  const blockers = preview?.blockers ?? [];
  // A quarantine holds on all stages: the last one's grant decides.
  const last = releases.stages[releases.stages.length - 1]?.name ?? stage.name;
  const mayQuarantine = guardOf(releases, last, 'quarantine').allowed;

  const submit = () => {
    if (!revisionId || busy) return undefined;
    return start({
      entityRef: releases.entityRef,
      stage: stage.name,
      kind: 'rollback',
      revisionId,
      reason,
      quarantine: quarantine || undefined,
    });
  };

  return (
    <Dialog
      isOpen
      onOpenChange={open => !open && props.onClose()}
      width={640}
      className={styles.dialog}
      isDismissable={!reason}
    >
      <DialogHeader>{t('rollback.title', { stage: stage.title })}</DialogHeader>
      <DialogBody>
        <div className={styles.stack} ref={firstFocus}>
          <p style={{ margin: 0 }}>
            {t('rollback.now')}{' '}
            <strong>
              {target.candidate
                ? t('rollback.nowShared', {
                    share: percent(target.candidate.weight),
                    candidate: running,
                    stable: revisionName(target.current),
                  })
                : running}
            </strong>
            {target.since && (
              <>
                {' '}
                {t('cell.since')} <Time at={target.since} />
              </>
            )}
          </p>
          {selectable.length > 0 ? (
            <RadioGroup
              label={t('rollback.backTo')}
              value={revisionId ?? ''}
              onChange={setRevisionId}
            >
              {selectable.slice(0, 5).map(option => (
                <Radio
                  key={option.revision.id}
                  value={option.revision.id}
                  className={styles.radio}
                >
                  <Option option={option} />
                </Radio>
              ))}
            </RadioGroup>
          ) : (
            <Notice icon="failed" tone="bad">
              <p>{t('rollback.noTarget')}</p>
            </Notice>
          )}
          {notReady.length > 0 && (
            <div className={styles.section}>
              <h3>{t('rollback.notReady')}</h3>
              <ul className={styles.list}>
                {notReady.map(option => (
                  <li key={option.revision.id}>
                    <strong>{revisionName(option.revision)}</strong>{' '}
                    <Hash
                      value={option.revision.contentHash}
                      what={t('hash.contentOf', {
                        version: revisionName(option.revision),
                      })}
                    />{' '}
                    {option.checks
                      .filter(check => check.state !== 'pass')
                      .map(check => check.summary)
                      .join(' ')}
                  </li>
                ))}
              </ul>
            </div>
          )}
          {away.length > 0 && (
            <div className={styles.section}>
              <h3>{t('rollback.away')}</h3>
              <ul className={styles.list}>
                {away.map(option => (
                  <li key={option.revision.id}>
                    <strong>{revisionName(option.revision)}</strong>{' '}
                    {t('rollback.awayAt')}{' '}
                    {option.rolledAwayAt && <Time at={option.rolledAwayAt} />}
                  </li>
                ))}
              </ul>
              <p>{t('rollback.awayTodo')}</p>
            </div>
          )}
          {blockers.length > 0 && (
            <Notice icon="failed" tone="bad" role="status">
              <ul className={styles.list}>
                {blockers.map(line => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </Notice>
          )}
          <div className={styles.section} style={{ minHeight: 48 }}>
            <h3>{t('rollback.stays')}</h3>
            {preview ? (
              <ul className={styles.list}>
                {[...preview.staysBehind, ...preview.warnings].map(line => (
                  <li key={line}>{line}</li>
                ))}
                {preview.staysBehind.length === 0 && (
                  <li>{t('rollback.staysNothing')}</li>
                )}
              </ul>
            ) : (
              <p>{t('rollback.staysUnknown')}</p>
            )}
          </div>
          {preview?.freeze && (
            <p style={{ margin: 0 }}>
              {preview.freeze.name}: {t('freeze.rollback')}
            </p>
          )}
          {revisionId && (
            <Rehearsal
              entityRef={releases.entityRef}
              stage={stage.name}
              revisionId={revisionId}
              version={revisionName(selected?.revision)}
              last={target.lastDrill}
            />
          )}
          <p style={{ margin: 0 }}>
            {t('rollback.hold', { stage: stage.title })}
          </p>
          {mayQuarantine && (
            <Checkbox isSelected={quarantine} onChange={setQuarantine}>
              {t('rollback.quarantine', { version: running })}
            </Checkbox>
          )}
          <TextField
            label={t('rollback.reason')}
            value={reason}
            onChange={setReason}
          />
          {error && (
            <Notice icon="failed" tone="bad" role="alert">
              <p>
                <strong>{t('rollback.notStarted')}</strong> {error}
              </p>
            </Notice>
          )}
        </div>
      </DialogBody>
      <DialogFooter>
        <div className={styles.footer}>
          <Button variant="secondary" size="medium" onPress={props.onClose}>
            {t('cancel')}
          </Button>
          <Button
            variant="primary"
            destructive
            size="medium"
            isDisabled={!revisionId || blockers.length > 0}
            isPending={busy}
            onPress={submit}
          >
            {t('rollback.submit', {
              stage: stage.title,
              version: revisionName(selected?.revision),
            })}
          </Button>
        </div>
      </DialogFooter>
    </Dialog>
  );
}
