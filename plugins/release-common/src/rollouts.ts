import type { EvidenceRecord } from './evidence';
import type { GateResult } from './gates';
import type {
  AlarmState,
  Judgement,
  PreflightCheck,
  Strategy,
} from './strategies';
import type { Revision } from './targets';

/**
 * States of a rollout. `QUEUED` waits for its turn in a release set,
 * `PREPARING` makes and executes the change set, `SETTLING` writes the live
 * value back to the stack.
 */
export type RolloutState =
  | 'GATING'
  | 'PLANNING'
  | 'AWAITING_APPROVAL'
  | 'QUEUED'
  | 'PREPARING'
  | 'PREFLIGHT'
  | 'SHIFTING'
  | 'BAKING'
  /** Traffic stays shared until a person decides, or the deadline sends it back. */
  | 'PAUSED'
  | 'CUTOVER'
  | 'VERIFYING'
  | 'SETTLING'
  | 'SUCCEEDED'
  | 'ROLLING_BACK'
  | 'VERIFYING_ROLLBACK'
  | 'ROLLED_BACK'
  | 'ROLLED_BACK_UNVERIFIED'
  | 'ROLLBACK_FAILED'
  | 'EXTERNAL_CHANGE'
  | 'BLOCKED'
  | 'DECLINED'
  | 'CANCELLED'
  | 'ABANDONED';

export const TERMINAL_STATES: readonly RolloutState[] = [
  'SUCCEEDED',
  'ROLLED_BACK',
  'ROLLED_BACK_UNVERIFIED',
  'BLOCKED',
  'DECLINED',
  'CANCELLED',
  'ABANDONED',
];

export interface RolloutSummary {
  id: string;
  entityRef: string;
  stage: string;
  targetArn: string;
  kind: 'promote' | 'rollback';
  state: RolloutState;
  from?: Revision;
  to: {
    releaseId?: string;
    version?: string;
    revisionId?: string;
    contentHash: string;
  };
  strategy: Strategy;
  requestedBy: string;
  requestedAt: string;
  endedAt?: string;
  /** The release set that it belongs to, and its turn in it. */
  set?: { id: string; order: number };
  /** A sentence about users now: "10 % of prod traffic is on 1.42.0". */
  headline: string;
}

/** An AWS write: recorded before the call and completed after it. */
export interface Intent {
  seq: number;
  /** Service and operation, for example `lambda:UpdateAlias`. */
  api: string;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  writtenAt: string;
  outcome?: 'done' | 'not-executed' | 'failed' | 'external-change';
  observed?: Record<string, unknown>;
  observedAt?: string;
  requestId?: string;
  error?: string;
}

export interface RolloutStep {
  id: string;
  title: string;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'skipped';
  startedAt?: string;
  endedAt?: string;
  detail?: string;
}

export interface RolloutReview {
  /** Id of the gate that was waived. */
  gate: string;
  reason: string;
  by: string;
  since: string;
  done?: { by: string; at: string; comment?: string };
}

/** What the caller may do with a rollout now. */
export type RolloutAct =
  | 'approve'
  | 'decline'
  | 'advance'
  | 'complete'
  /** Answers the pause that its deployment waits at. */
  | 'continue'
  | 'send-back'
  | 'cancel'
  | 'retry'
  | 'adopt'
  | 'abandon'
  /** Somebody else has looked at why glass was broken. */
  | 'review'
  /** The requester says yes, in the browser, to what a program asked for. */
  | 'confirm';

/** A deployment waits in AWS until a person answers, or AWS's own deadline. */
export interface DeploymentPause {
  /** What is answered; each pause has its own. */
  hookId: string;
  by: 'ecs' | 'codedeploy';
  /** Lifecycle stage of the deployment, in AWS's word. */
  stage?: string;
  /** ISO 8601; then AWS does `timeoutAction` by itself. */
  expiresAt?: string;
  timeoutAction: 'CONTINUE' | 'ROLLBACK';
}

export interface Rollout extends RolloutSummary {
  reason?: string;
  gates: GateResult[];
  steps: RolloutStep[];
  intents: Intent[];
  approvals: {
    by: string;
    decision: 'approved' | 'declined';
    at: string;
    comment?: string;
  }[];
  approvalsNeeded: number;
  /** Asked for by a program: nothing happens until the requester confirms it. */
  awaitsConfirmation?: boolean;
  /** Hash of what is approved. */
  planHash?: string;
  /** What the change set would change, one line per resource. */
  stackChanges?: {
    action: string;
    resource: string;
    type: string;
    replacement?: string;
  }[];
  codeOnly?: boolean;
  requestedWeight?: number;
  /** Last observed share of users on `to`; missing when nobody can tell. */
  observedWeight?: number;
  bakeUntil?: string;
  /** `PAUSED`: when it is sent back if nobody has decided. */
  pausedUntil?: string;
  /** Its deployment waits in AWS for somebody. */
  pause?: DeploymentPause;
  judgement?: Judgement;
  /** The last checks before traffic moved. */
  preflight?: PreflightCheck[];
  /** Alarms that watch the target, as last read. */
  alarms?: AlarmState[];
  /** CodeDeploy shifts this rollout's traffic, by this deployment. */
  codeDeploy?: {
    group: string;
    config: string;
    deploymentId?: string;
    consoleUrl?: string;
    /** Why CodeDeploy ended it before all traffic had moved. */
    ended?: string;
  };
  /** Glass was broken for it, and somebody else has to look at that. */
  review?: RolloutReview;
  /** What is wrong, what still works, what to do. */
  problem?: string;
  acts: Record<RolloutAct, { allowed: boolean; reason?: string }>;
  evidence: EvidenceRecord[];
}

/** One page of rollouts, newest first. */
export interface RolloutPage {
  items: RolloutSummary[];
  /** Pass as `before` for the next page. */
  next?: string;
}

export interface RolloutQuery {
  entityRef?: string;
  stage?: string;
  state?: RolloutState;
  /** Those only that have not ended. */
  open?: boolean;
  limit?: number;
  /** Cursor: `next` of the page before. */
  before?: string;
}

export interface ActRequest {
  act: RolloutAct;
  comment?: string;
  /** Approve: the hash of the plan that was read. */
  planHash?: string;
  /** Continue: the pause that was read. */
  hookId?: string;
}

/**
 * Signal on channel `release:rollouts`: read again to see more. Everybody hears
 * it, so it holds random names only.
 */
export interface RolloutSignal {
  /** Missing where a target was read again, and no rollout changed. */
  rolloutId?: string;
  /** `TargetStatus.topic` of the target that it is about. */
  topic?: string;
}
