import { TERMINAL_STATES } from './rollouts';
import type { ReleaseAct } from './releases';
import type { RolloutAct, RolloutState, RolloutSummary } from './rollouts';

/** What each state is called on a screen. */
export const STATE_LABELS: Record<RolloutState, string> = {
  GATING: 'Checking gates',
  PLANNING: 'Planning',
  AWAITING_APPROVAL: 'Waiting for approval',
  QUEUED: 'Waiting for its turn',
  PREPARING: 'Publishing',
  PREFLIGHT: 'Last checks',
  SHIFTING: 'Moving traffic',
  BAKING: 'Baking',
  PAUSED: 'Waiting for a decision',
  CUTOVER: 'Cutting over',
  VERIFYING: 'Verifying',
  SETTLING: 'Settling the stack',
  SUCCEEDED: 'Live',
  ROLLING_BACK: 'Rolling back',
  VERIFYING_ROLLBACK: 'Verifying the rollback',
  ROLLED_BACK: 'Rolled back',
  ROLLED_BACK_UNVERIFIED: 'Rolled back, not verified',
  ROLLBACK_FAILED: 'Rollback failed',
  EXTERNAL_CHANGE: 'Changed outside Careplane',
  BLOCKED: 'Blocked',
  DECLINED: 'Declined',
  CANCELLED: 'Cancelled',
  ABANDONED: 'Abandoned',
};

/** What each act is called in a sentence: "you may not …". */
export const ACT_LABELS: Record<ReleaseAct, string> = {
  promote: 'promote',
  rollback: 'roll back',
  approve: 'approve',
  'lift-hold': 'lift a hold',
  quarantine: 'quarantine a release',
  waive: 'waive a gate',
  'retry-pipeline': 'retry a pipeline',
};

/** The same of what is done to a rollout that is there. */
export const ROLLOUT_ACT_LABELS: Record<RolloutAct, string> = {
  approve: 'approve',
  decline: 'decline',
  advance: 'raise the weight of a rollout',
  complete: 'complete a rollout',
  continue: 'continue a paused deployment',
  'send-back': 'send a rollout back',
  cancel: 'cancel a rollout',
  retry: 'retry a rollout',
  adopt: 'adopt an outside change',
  abandon: 'leave a rollout as it is',
  review: 'review a broken glass',
  confirm: 'confirm a rollout',
};

export function isTerminal(state: RolloutState): boolean {
  return TERMINAL_STATES.includes(state);
}

/** A fraction of traffic as people read it: `0.15` is `15 %`. */
export function formatWeight(weight: number): string {
  return `${Math.round(weight * 1000) / 10} %`;
}

/** First twelve characters of a content hash, without its algorithm. */
export function shortHash(hash: string): string {
  return hash.replace(/^sha256:/, '').slice(0, 12);
}

/**
 * A sentence about users now: "10 % of prod traffic is on 1.42.0". `weight` is
 * the last observed share of users on `to`; missing when nobody knows it.
 */
export function headlineOf(
  rollout: Pick<RolloutSummary, 'state' | 'stage' | 'kind' | 'to' | 'from'>,
  weight?: number,
): string {
  const { stage, state, kind } = rollout;
  const to =
    rollout.to.version ??
    (rollout.to.revisionId
      ? shortRevision(rollout.to.revisionId)
      : shortHash(rollout.to.contentHash));
  const from = rollout.from
    ? rollout.from.version ?? shortRevision(rollout.from.id)
    : undefined;
  const share = shareSentence(stage, to, weight);
  const stays =
    share ??
    (from ? `${stage} stays on ${from}` : `nothing runs on ${stage} yet`);
  const back = kind === 'rollback' ? to : from ?? 'the earlier release';
  const still = kind === 'promote' && share ? `. ${share} still` : '';
  switch (state) {
    case 'SUCCEEDED':
    case 'SETTLING':
      return `All of ${stage} traffic is on ${to}`;
    case 'SHIFTING':
    case 'BAKING':
    case 'PAUSED':
    case 'CUTOVER':
      return (
        share ??
        (from
          ? `${stage} is moving from ${from} to ${to}`
          : `${stage} is moving to ${to}`)
      );
    case 'VERIFYING':
      return `${share ?? `${stage} is moving to ${to}`}; being verified`;
    case 'ROLLED_BACK':
      return `All of ${stage} traffic is back on ${back}`;
    case 'ROLLED_BACK_UNVERIFIED':
      return `${stage} was returned, and that could not be verified`;
    case 'ROLLING_BACK':
    case 'VERIFYING_ROLLBACK':
      return `${stage} is being returned to ${back}${still}`;
    case 'ROLLBACK_FAILED':
      return `The rollback on ${stage} failed: a person must act now${still}`;
    case 'EXTERNAL_CHANGE':
      return `${stage} was changed outside Careplane: nothing more is written until somebody decides`;
    case 'AWAITING_APPROVAL':
      return `Waiting for approval: ${stays}`;
    case 'ABANDONED':
      return `${STATE_LABELS[state]}: ${stage} was left as it is`;
    default:
      // Creating the stack is what brings a first deployment live.
      return state === 'PREPARING' && !from
        ? `${STATE_LABELS[state]}: this brings ${to} live on ${stage}`
        : `${STATE_LABELS[state]}: ${stays}`;
  }
}

/** Undefined where no user gets `to`, or nobody knows. */
function shareSentence(
  stage: string,
  to: string,
  weight: number | undefined,
): string | undefined {
  if (!weight) return undefined;
  const part = weight >= 1 ? 'All' : formatWeight(weight);
  return `${part} of ${stage} traffic is on ${to}`;
}

/** A Lambda version number as `version 42`, a task definition as `family:7`. */
export function shortRevision(id: string): string {
  return /^\d+$/.test(id) ? `version ${id}` : id.replace(/^.*\//, '');
}

/** A person as sentences name one: `user:default/maya.chen` is `maya.chen`. */
export function personName(actor: string): string {
  const ref = /^(?:user|group):[^/]+\/(.+)$/.exec(actor);
  if (ref) return ref[1];
  if (actor.startsWith('arn:')) return actor.split(/[/:]/).pop() ?? actor;
  return actor === 'careplane-auto' ? 'Careplane' : actor;
}
