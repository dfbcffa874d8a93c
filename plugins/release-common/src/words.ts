import { TERMINAL_STATES } from './types';
import type { ReleaseAct, RolloutState, RolloutSummary } from './types';

/** What each state is called on a screen. */
export const STATE_LABELS: Record<RolloutState, string> = {
  GATING: 'Checking gates',
  PLANNING: 'Planning',
  AWAITING_APPROVAL: 'Waiting for approval',
  PREPARING: 'Publishing',
  PREFLIGHT: 'Last checks',
  SHIFTING: 'Moving traffic',
  BAKING: 'Baking',
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
  'retry-pipeline': 'retry a pipeline',
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
 * the observed weight of the candidate; missing when nothing was observed.
 */
export function headlineOf(
  rollout: Pick<RolloutSummary, 'state' | 'stage' | 'kind' | 'to' | 'from'>,
  weight?: number,
): string {
  const { stage, state } = rollout;
  const to =
    rollout.to.version ??
    (rollout.to.revisionId
      ? shortRevision(rollout.to.revisionId)
      : shortHash(rollout.to.contentHash));
  const from = rollout.from
    ? rollout.from.version ?? shortRevision(rollout.from.id)
    : undefined;
  const stays = from
    ? `${stage} stays on ${from}`
    : `nothing runs on ${stage} yet`;
  switch (state) {
    case 'SUCCEEDED':
    case 'SETTLING':
    case 'VERIFYING':
      return state === 'VERIFYING'
        ? `${stage} is moving to ${to}; being verified`
        : `All of ${stage} traffic is on ${to}`;
    case 'ROLLED_BACK':
      return rollout.kind === 'rollback'
        ? `All of ${stage} traffic is back on ${to}`
        : `All of ${stage} traffic is back on ${from ?? 'the earlier release'}`;
    case 'ROLLED_BACK_UNVERIFIED':
      return `${stage} was returned, and that could not be verified`;
    case 'ROLLING_BACK':
    case 'VERIFYING_ROLLBACK':
      return `${stage} is being returned to ${
        rollout.kind === 'rollback' ? to : from ?? 'the earlier release'
      }`;
    case 'ROLLBACK_FAILED':
      return `The rollback on ${stage} failed: a person must act now`;
    case 'EXTERNAL_CHANGE':
      return `${stage} was changed outside Careplane: nothing more is written until somebody decides`;
    case 'AWAITING_APPROVAL':
      return `Waiting for approval: ${stays}`;
    case 'BLOCKED':
    case 'DECLINED':
    case 'CANCELLED':
    case 'ABANDONED':
      return `${STATE_LABELS[state]}: ${
        state === 'ABANDONED' ? `${stage} was left as it is` : stays
      }`;
    default:
      return weight !== undefined && weight > 0
        ? `${formatWeight(weight)} of ${stage} traffic is on ${to}`
        : `${STATE_LABELS[state]}: ${stays}`;
  }
}

/** A Lambda version number as `version 42`, a task definition as `family:7`. */
export function shortRevision(id: string): string {
  return /^\d+$/.test(id) ? `version ${id}` : id.replace(/^.*\//, '');
}
