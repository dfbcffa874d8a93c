import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { TextField } from '@backstage/ui';
import type {
  Rollout,
  RolloutAct,
} from '@careplane/backstage-plugin-release-common';
import { useState } from 'react';
import { releaseApiRef } from '../api';
import { isActive } from '../lib/hooks';
import { percent, revisionName } from '../lib/format';
import { useSaid, useStageTitle } from '../lib/useStages';
import { rolloutTarget } from '../tab/RolloutsTable';
import { releaseTranslationRef } from '../translation';
import { Guarded } from '../ui/Guarded';
import { Notice } from '../ui/Notice';
import styles from './rollout.module.css';

const ORDER: RolloutAct[] = [
  'confirm',
  'approve',
  'decline',
  'retry',
  'continue',
  'advance',
  'complete',
  'send-back',
  'adopt',
  'abandon',
  'cancel',
  'review',
];

/** Acts shown in a state even when this person may not do them. */
const RELEVANT: Partial<Record<Rollout['state'], RolloutAct[]>> = {
  AWAITING_APPROVAL: ['approve', 'decline', 'cancel'],
  SHIFTING: ['send-back'],
  BAKING: ['advance', 'complete', 'send-back'],
  PAUSED: ['advance', 'complete', 'send-back'],
  EXTERNAL_CHANGE: ['adopt', 'abandon', 'send-back'],
  ROLLBACK_FAILED: ['retry', 'abandon'],
};

/** The share that the next step gives the candidate; 1 after the last step. */
function nextWeight(rollout: Rollout): number {
  const reached = rollout.observedWeight ?? rollout.requestedWeight ?? 0;
  return (
    rollout.strategy.steps.find(step => step.weight > reached + 0.0005)
      ?.weight ?? 1
  );
}

/** What a person may do with the rollout now; each button says its effect. */
export function Acts(props: {
  rollout: Rollout;
  /** False while the page cannot see the server: nothing may be sent. */
  connected: boolean;
  onChanged: (rollout: Rollout) => void;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const api = useApi(releaseApiRef);
  const titleOf = useStageTitle();
  const said = useSaid();
  const [comment, setComment] = useState('');
  const [busy, setBusy] = useState<RolloutAct>();
  const [error, setError] = useState<string>();
  const { rollout } = props;
  const reviewDue = rollout.review && !rollout.review.done;
  if (!isActive(rollout) && !reviewDue) return null;

  const relevant: RolloutAct[] = [
    ...(RELEVANT[rollout.state] ?? []),
    ...(rollout.pause ? (['continue', 'send-back'] as const) : []),
    ...(reviewDue ? (['review'] as const) : []),
  ];
  const acts = ORDER.filter(
    act => rollout.acts[act]?.allowed || relevant.includes(act),
  ).filter(
    act =>
      act !== 'advance' || nextWeight(rollout) < 1 || !rollout.acts.complete,
  );
  if (acts.length === 0) return null;

  const words = {
    share: percent(nextWeight(rollout)),
    to: rolloutTarget(rollout),
    from: revisionName(rollout.from),
    stage: titleOf(rollout.stage),
  };
  const goesOn = acts.includes('advance') || acts.includes('complete');
  const may = (which: RolloutAct) => rollout.acts[which]?.allowed;
  const asksComment =
    may('advance') ||
    may('complete') ||
    may('approve') ||
    may('decline') ||
    may('continue') ||
    may('review');
  const commentLabel = () => {
    if (goesOn) return t('acts.goOnReason');
    if (reviewDue) return t('acts.reviewComment');
    return t(rollout.pause ? 'acts.continueReason' : 'acts.comment');
  };

  const act = async (which: RolloutAct) => {
    if (which === 'decline' && !comment.trim()) {
      setError(t('acts.declineReason'));
      return;
    }
    if (which === 'review' && !comment.trim()) {
      setError(t('acts.reviewNeeded'));
      return;
    }
    if ((which === 'advance' || which === 'complete') && !comment.trim()) {
      setError(t('acts.goOnNeeded'));
      return;
    }
    setBusy(which);
    setError(undefined);
    try {
      props.onChanged(
        await api.act(rollout.id, {
          act: which,
          comment: comment.trim() || undefined,
          planHash: which === 'approve' ? rollout.planHash : undefined,
          ...(which === 'continue' && { hookId: rollout.pause?.hookId }),
        }),
      );
      setComment('');
    } catch (cause) {
      setError(said(cause, rollout.stage));
    }
    setBusy(undefined);
  };

  return (
    <div className={styles.stack}>
      {asksComment && (
        <TextField
          label={commentLabel()}
          value={comment}
          onChange={setComment}
        />
      )}
      <div className={styles.acts}>
        {acts.map((which, index) => (
          <Guarded
            key={which}
            stage={{ name: rollout.stage, title: words.stage }}
            guard={
              props.connected
                ? rollout.acts[which] ?? { allowed: false }
                : { allowed: false, reason: t('acts.notConnected') }
            }
            label={t(`acts.${which}`, words)}
            variant={
              index === 0 && which !== 'cancel' && rollout.acts[which]?.allowed
                ? 'primary'
                : 'secondary'
            }
            destructive={which === 'send-back' || which === 'decline'}
            size="medium"
            isPending={busy === which}
            onPress={() => act(which)}
          >
            {t(`acts.${which}`, words)}
          </Guarded>
        ))}
      </div>
      {error && (
        <Notice icon="failed" tone="bad" role="alert">
          <p>
            <strong>{t('acts.failed')}</strong> {error}
          </p>
        </Notice>
      )}
    </div>
  );
}
