import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  TextAreaField,
} from '@backstage/ui';
import { useState } from 'react';
import { useFirstFocus } from '../lib/useFirstFocus';
import { useSaid } from '../lib/useStages';
import { releaseTranslationRef } from '../translation';
import { Notice } from '../ui/Notice';

/** Asks for a reason, which is recorded, and then does one act. */
export function ReasonDialog(props: {
  title: string;
  body: string;
  reasonLabel: string;
  reasonNeeded: string;
  submitLabel: string;
  /** Where the act is: what is refused says its title. */
  stage: string;
  act: (reason: string) => Promise<void>;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const firstFocus = useFirstFocus('textarea');
  const said = useSaid();
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();

  const submit = async () => {
    if (!reason.trim()) {
      setError(props.reasonNeeded);
      return;
    }
    setBusy(true);
    setError(undefined);
    try {
      await props.act(reason.trim());
      props.onDone();
    } catch (cause) {
      setError(said(cause, props.stage));
      setBusy(false);
    }
  };

  return (
    <Dialog isOpen onOpenChange={open => !open && props.onClose()} width={520}>
      <DialogHeader>{props.title}</DialogHeader>
      <DialogBody ref={firstFocus}>
        <p>{props.body}</p>
        <TextAreaField
          label={props.reasonLabel}
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
          {props.submitLabel}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
