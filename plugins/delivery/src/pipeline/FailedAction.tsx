import { useEffect, useId, useState } from 'react';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { Button } from '@backstage/ui';
import type {
  FailureCause,
  PipelineAction,
  PipelineStatus,
} from '@careplane/backstage-plugin-delivery-common';
import { deliveryApiRef } from '../api';
import { deliveryTranslationRef } from '../translation';
import styles from '../ui/ui.module.css';
import { Cause } from './Cause';
import pipelineStyles from './pipeline.module.css';

interface FailedActionProps {
  action: PipelineAction;
  pipeline: PipelineStatus;
  entityRef: string;
}

/** Retry, shown only to who may; the release backend checks and does it. */
function RetryButton({ action, pipeline, entityRef }: FailedActionProps) {
  const { t } = useTranslationRef(deliveryTranslationRef);
  const api = useApi(deliveryApiRef);
  const [allowed, setAllowed] = useState(false);
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState('');
  useEffect(() => {
    let gone = false;
    api.mayRetry().then(
      may => !gone && setAllowed(may),
      () => !gone && setAllowed(false),
    );
    return () => {
      gone = true;
    };
  }, [api]);
  const executionId = pipeline.execution?.id;
  if (!allowed || !executionId) return null;
  const { stage } = action;
  const onPress = async () => {
    setBusy(true);
    try {
      await api.retry({
        entityRef,
        pipelineArn: pipeline.arn,
        stage,
        executionId,
      });
      setSaid(t('cause.retried', { stage }));
      await api.store.refresh(entityRef);
    } catch (thrown) {
      setSaid(t('cause.retryFailed', { message: toError(thrown).message }));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button
        size="small"
        variant="secondary"
        isPending={busy}
        onPress={onPress}
      >
        {t('cause.retry', { stage })}
      </Button>
      <span role="status">{said}</span>
    </>
  );
}

/**
 * A failed action with its cause one press away. The log is read only when it
 * is opened: looking at a page must not call AWS.
 */
export function FailedAction(props: FailedActionProps) {
  const { action, pipeline, entityRef } = props;
  const { t } = useTranslationRef(deliveryTranslationRef);
  const api = useApi(deliveryApiRef);
  const [open, setOpen] = useState(false);
  const [cause, setCause] = useState<FailureCause>();
  const [error, setError] = useState<string>();
  const region = useId();
  const { buildId, name } = action;

  useEffect(() => {
    setCause(undefined);
    setError(undefined);
    if (!open || !buildId) return undefined;
    const abort = new AbortController();
    api
      .getFailureCause(
        entityRef,
        { pipelineArn: pipeline.arn, buildId },
        { signal: abort.signal },
      )
      .then(
        found => !abort.signal.aborted && setCause(found),
        thrown => !abort.signal.aborted && setError(toError(thrown).message),
      );
    return () => abort.abort();
  }, [api, open, buildId, entityRef, pipeline.arn]);

  return (
    <>
      <div className={styles.row}>
        {buildId && (
          <Button
            size="small"
            variant="secondary"
            aria-expanded={open}
            aria-controls={open ? region : undefined}
            onPress={() => setOpen(!open)}
          >
            {t(open ? 'cause.close' : 'cause.open', { name })}
          </Button>
        )}
        <RetryButton {...props} />
      </div>
      {open && (
        <div
          id={region}
          className={pipelineStyles.cause}
          aria-busy={!cause && !error}
        >
          {!cause && !error && <p role="status">{t('cause.loading')}</p>}
          {error && (
            <p role="alert" className={styles.verdict}>
              {t('cause.failed', { message: error })}
            </p>
          )}
          {cause && <Cause cause={cause} />}
        </div>
      )}
    </>
  );
}
