import type {
  RolloutState,
  RolloutStep,
  GateState,
  TargetBlock,
} from '@careplane/backstage-plugin-release-common';
import type { StateIcon } from '../ui/icons';
import type { Tone } from '../ui/Chip';

export interface Look {
  icon: StateIcon;
  tone: Tone;
}

const RUN: Look = { icon: 'shifting', tone: 'run' };

/** Shape and tone of each rollout state; the words are in `STATE_LABELS`. */
export const ROLLOUT_LOOK: Record<RolloutState, Look> = {
  GATING: RUN,
  PLANNING: RUN,
  AWAITING_APPROVAL: { icon: 'person', tone: 'warn' },
  QUEUED: { icon: 'watching', tone: 'off' },
  PREPARING: RUN,
  PREFLIGHT: RUN,
  SHIFTING: RUN,
  BAKING: { icon: 'watching', tone: 'run' },
  PAUSED: { icon: 'person', tone: 'warn' },
  CUTOVER: RUN,
  VERIFYING: { icon: 'watching', tone: 'run' },
  SETTLING: { icon: 'settling', tone: 'run' },
  SUCCEEDED: { icon: 'live', tone: 'ok' },
  ROLLING_BACK: { icon: 'shifting', tone: 'warn' },
  VERIFYING_ROLLBACK: { icon: 'watching', tone: 'warn' },
  ROLLED_BACK: { icon: 'waived', tone: 'hold' },
  ROLLED_BACK_UNVERIFIED: { icon: 'unknown', tone: 'bad' },
  ROLLBACK_FAILED: { icon: 'failed', tone: 'bad' },
  EXTERNAL_CHANGE: { icon: 'outside', tone: 'warn' },
  BLOCKED: { icon: 'failed', tone: 'bad' },
  DECLINED: { icon: 'failed', tone: 'off' },
  CANCELLED: { icon: 'none', tone: 'off' },
  ABANDONED: { icon: 'none', tone: 'off' },
};

export const GATE_LOOK: Record<GateState, Look> = {
  pass: { icon: 'live', tone: 'ok' },
  fail: { icon: 'failed', tone: 'bad' },
  unknown: { icon: 'unknown', tone: 'warn' },
  waived: { icon: 'waived', tone: 'warn' },
};

export const STEP_LOOK: Record<RolloutStep['state'], Look> = {
  waiting: { icon: 'none', tone: 'off' },
  running: RUN,
  done: { icon: 'live', tone: 'ok' },
  failed: { icon: 'failed', tone: 'bad' },
  skipped: { icon: 'waived', tone: 'off' },
};

/** What a board filter and a cell's first chip call the state of a target. */
export type TargetLook =
  | 'live'
  | 'shifting'
  | 'not-deployed'
  | 'changed-outside'
  | 'unknown'
  | 'denied';

export const TARGET_LOOK: Record<TargetLook, Look> = {
  live: { icon: 'live', tone: 'ok' },
  shifting: RUN,
  'not-deployed': { icon: 'none', tone: 'off' },
  'changed-outside': { icon: 'outside', tone: 'warn' },
  unknown: { icon: 'unknown', tone: 'off' },
  denied: { icon: 'unknown', tone: 'warn' },
};

/**
 * How a target shows. Only a block that was read recently may look live: a
 * stale, denied or failed read is unknown, whatever was recorded before.
 */
export function targetLook({ state, asOf, target }: TargetBlock): TargetLook {
  if (state === 'denied') return 'denied';
  // Empty and never read is not known to be empty.
  if (state === 'empty') return asOf ? 'not-deployed' : 'unknown';
  if (state !== 'ok') return 'unknown';
  return target.health;
}
