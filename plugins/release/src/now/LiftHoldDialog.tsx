import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  TextAreaField,
} from '@backstage/ui';
import { useState } from 'react';
import { releaseApiRef } from '../api';
import { useFirstFocus } from '../lib/useFirstFocus';
import { releaseTranslationRef } from '../translation';
import { Notice } from '../ui/Notice';

/** Lets automation and promotes change the target again; a reason is recorded. */
export function LiftHoldDialog(props: {
  arn: string;
  stage: string;
  version: string;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const api = useApi(releaseApiRef);
  const firstFocus = useFirstFocus('textarea');
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();

  const submit = async () => {
    if (!reason.trim()) {
      setError(t('hold.reasonNeeded'));
      return;
    }
    setBusy(true);
    setError(undefined);
    try {
      await api.liftHold({ arn: props.arn, reason: reason.trim() });
      props.onDone();
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
      setBusy(false);
    }
  };

  return (
    <Dialog isOpen onOpenChange={open => !open && props.onClose()} width={520}>
      <DialogHeader>
        {t('hold.dialogTitle', { stage: props.stage })}
      </DialogHeader>
      <DialogBody ref={firstFocus}>
        <p>
          {t('hold.dialogBody', { stage: props.stage, version: props.version })}
        </p>
        <TextAreaField
          label={t('hold.reasonLabel')}
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
        <Button
          variant="primary"
          size="medium"
          isPending={busy}
          onPress={submit}
        >
          {t('hold.submit', { stage: props.stage })}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
