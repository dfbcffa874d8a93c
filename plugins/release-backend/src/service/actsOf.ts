import type {
  ReleaseAct,
  Rollout,
  RolloutAct,
  RolloutState,
} from '@careplane/backstage-plugin-release-common';
import { TERMINAL_STATES } from '@careplane/backstage-plugin-release-common';
import type { IntentRecord, RolloutRecord } from '../engine/model';
import { pendingOf } from '../engine/resume';
import { isReviewDue } from '../store/RolloutStore';
import type { Verdict } from './Access';

interface Rule {
  states: RolloutState[];
  grant: ReleaseAct;
  /** Why not, beyond state and grant. */
  also?: (record: RolloutRecord, person?: string) => string | undefined;
}

/** Nothing has moved yet. */
export const BEFORE_TRAFFIC: RolloutState[] = [
  'GATING',
  'PLANNING',
  'AWAITING_APPROVAL',
  'QUEUED',
  'PREPARING',
  'PREFLIGHT',
];

const notRequester = (record: RolloutRecord, person?: string) =>
  record.requestedBy === person
    ? 'You asked for this rollout; somebody else must decide.'
    : undefined;

const planned = (record: RolloutRecord) =>
  record.awaitsConfirmation
    ? 'The requester has not confirmed it yet.'
    : undefined;

const delegated = (record: RolloutRecord) =>
  record.delegate
    ? 'CodeDeploy shifts this traffic by its own clock. Wait for it, or send it back.'
    : undefined;

const RULES: Record<RolloutAct, Rule> = {
  approve: {
    states: ['AWAITING_APPROVAL'],
    grant: 'approve',
    also: (record, person) => planned(record) ?? notRequester(record, person),
  },
  decline: {
    states: ['AWAITING_APPROVAL'],
    grant: 'approve',
    also: (record, person) => planned(record) ?? notRequester(record, person),
  },
  confirm: {
    states: ['AWAITING_APPROVAL'],
    grant: 'promote',
    also: (record, person) => {
      if (!record.awaitsConfirmation) return 'Nothing waits for confirmation.';
      return record.requestedBy === person
        ? undefined
        : 'Only the requester may confirm it.';
    },
  },
  advance: {
    states: ['BAKING', 'PAUSED'],
    grant: 'promote',
    also: delegated,
  },
  complete: {
    states: ['BAKING', 'PAUSED'],
    grant: 'promote',
    also: delegated,
  },
  continue: {
    states: ['BAKING', 'VERIFYING'],
    grant: 'promote',
    also: ({ pause, wish }) => {
      if (!pause) return 'Its deployment waits for nobody.';
      return wish?.act === 'continue' ? 'It is being continued.' : undefined;
    },
  },
  'send-back': {
    states: [
      'SHIFTING',
      'BAKING',
      'PAUSED',
      'CUTOVER',
      'VERIFYING',
      'EXTERNAL_CHANGE',
    ],
    grant: 'rollback',
    also: record =>
      record.returnTo ? undefined : 'There is nothing to send it back to.',
  },
  cancel: {
    states: BEFORE_TRAFFIC,
    grant: 'promote',
    also: record => {
      const { state, firstDeployment, kind } = record;
      return (state === 'PREPARING' && firstDeployment) ||
        (kind === 'rollback' &&
          state !== 'QUEUED' &&
          !record.awaitsConfirmation)
        ? 'It is too late to cancel: it is being carried out.'
        : undefined;
    },
  },
  retry: {
    states: ['SHIFTING', 'CUTOVER', 'ROLLBACK_FAILED'],
    grant: 'promote',
    also: record =>
      record.stuck || record.state === 'ROLLBACK_FAILED'
        ? undefined
        : 'Nothing waits for a retry.',
  },
  review: {
    states: [...TERMINAL_STATES],
    grant: 'approve',
    also: (record, person) => {
      if (!isReviewDue(record)) return 'Nothing waits for a review.';
      return notRequester(record, person);
    },
  },
  adopt: { states: ['EXTERNAL_CHANGE'], grant: 'promote' },
  abandon: { states: ['EXTERNAL_CHANGE', 'ROLLBACK_FAILED'], grant: 'promote' },
};

/** The grant that an act on a rollout needs. */
export const grantOf = (record: RolloutRecord, act: RolloutAct): ReleaseAct =>
  RULES[act].grant === 'promote' && record.kind === 'rollback'
    ? 'rollback'
    : RULES[act].grant;

/** Why an act cannot be done now, whoever asks; undefined when it can. */
export function whyNot(
  record: RolloutRecord,
  act: RolloutAct,
  person?: string,
  intents: IntentRecord[] = [],
): string | undefined {
  const rule = RULES[act];
  if (!rule.states.includes(record.state)) {
    return `Not possible while the rollout is ${record.state
      .toLowerCase()
      .replace(/_/g, ' ')}.`;
  }
  if (act === 'cancel' && pendingOf(intents)) {
    return 'It is too late to cancel: a write to AWS is under way. Try again when its outcome is known.';
  }
  return rule.also?.(record, person);
}

/** All acts with what the caller may do now. */
export function actsOf(
  record: RolloutRecord,
  person: string | undefined,
  verdicts: Record<ReleaseAct, Verdict>,
  intents: IntentRecord[] = [],
): Rollout['acts'] {
  const acts = (Object.keys(RULES) as RolloutAct[]).map(act => {
    const verdict = verdicts[grantOf(record, act)];
    const reason = whyNot(record, act, person, intents) ?? verdict.reason;
    return [act, { allowed: !reason && verdict.allowed, reason }];
  });
  return Object.fromEntries(acts);
}
