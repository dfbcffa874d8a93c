import type {
  AlarmState,
  DeploymentPause,
  GateResult,
  Intent,
  Judgement,
  PreflightCheck,
  Release,
  Revision,
  RolloutReview,
  RolloutState,
  RolloutSummary,
  Strategy,
} from '@careplane/backstage-plugin-release-common';
import type { Waiver } from '../gates/waivers';
import type { CanaryDeadline } from '@careplane/backstage-plugin-release-node';

/** Where the traffic of a target goes, by revision ids. */
export interface Traffic {
  stable?: string;
  candidate?: { id: string; weight: number };
}

/** What remains to be done on the stack after a rollout has ended. */
export type FollowUp = 'settle' | 'unpin' | 'restore';

/** The stored facts of one rollout. Its row adds `version` and times. */
export interface RolloutRecord {
  id: string;
  entityRef: string;
  component: string;
  stage: string;
  targetArn: string;
  stackName: string;
  kind: 'promote' | 'rollback';
  state: RolloutState;
  /** Compare-and-swap of the row. */
  version: number;
  requestedBy: string;
  requestedAt: string;
  endedAt?: string;
  reason?: string;
  quarantine?: boolean;
  idempotencyKey: string;
  requestHash: string;
  /** Asked for by a program and not yet confirmed in the browser. */
  awaitsConfirmation?: boolean;
  from?: Revision;
  to: RolloutSummary['to'];
  release?: Release;
  /** The release set that it is part of: it waits for its turn there. */
  set?: { id: string; order: number };
  strategy: Strategy;
  /** Index of the strategy step that is shifted or baked. */
  step: number;
  approvalsNeeded: number;
  /** Gates that were waived for it, as part of the plan. */
  waivers?: Waiver[];
  /** Glass was broken: somebody else looks at it afterwards. */
  review?: RolloutReview;
  /** Whose approvals let it go on. */
  approvedBy?: string[];
  gates: GateResult[];
  planHash?: string;
  changeSetArn?: string;
  /** No stack publishes the release here: where its artifact comes from. */
  publish?: {
    mode: 'copy' | 'version';
    /** Its manifest names the artifact. */
    published: boolean;
    /** What runs, or ran, it on an earlier stage. */
    from?: { arn: string; stage: string; revision: Revision };
    /** What was planned to be published besides the artifact. */
    fingerprint?: string;
  };
  /** The change set had nothing to change: the stack published this before. */
  changeSetEmpty?: boolean;
  stackChanges?: {
    action: string;
    resource: string;
    type: string;
    replacement?: string;
  }[];
  codeOnly?: boolean;
  /** The stage had no target: creating the stack brings the release live. */
  firstDeployment?: boolean;
  /** What `to` became on this stage. */
  candidate?: Revision;
  /** Traffic at the first observation, written once (INV-09). */
  snapshot?: { stable?: Revision };
  /** Where a rollback of this rollout returns to. */
  returnTo?: Revision;
  /** What was seen when it stopped with EXTERNAL_CHANGE. */
  external?: {
    stable?: Revision;
    candidate?: { revision: Revision; weight: number };
  };
  requestedWeight?: number;
  observedWeight?: number;
  bakeUntil?: string;
  /** When the present weight was first observed: where its figures begin. */
  bakeFrom?: string;
  pausedUntil?: string;
  judgement?: Judgement;
  preflight?: PreflightCheck[];
  /** Readings of metrics that failed in a row. */
  metricFailures?: number;
  alarms?: AlarmState[];
  /** Names of alarms of the target, besides those of its stack. */
  alarmNames?: string[];
  /** It was sent back by itself: by an alarm, the figures or a deadline. */
  automatic?: boolean;
  /** Who asked for what, to be carried out at the next tick. */
  wish?: {
    act: 'advance' | 'complete' | 'continue';
    by: string;
    reason?: string;
    /** `continue`: the pause that is meant, and no later one. */
    hookId?: string;
  };
  /** Its deployment waits in AWS for somebody (INV-26). */
  pause?: DeploymentPause;
  /** When its verifying began to count: a pause takes no time of it (SC-R5). */
  verifyFrom?: string;
  /** Whether something returns this canary while Careplane is away. */
  guard?: { guarded: boolean; reason?: string };
  /** The schedule that stands for it, or whose making is under way. */
  deadline?: CanaryDeadline;
  /** Who returned it at the deadline, while Careplane was away. */
  returnedBy?: { actor: string; at: string };
  /** Who asked to return, where a person did. */
  sentBackBy?: string;
  problem?: string;
  /** Waits for `retry`: the last write was refused for good. */
  stuck?: boolean;
  /** What it needs cannot be read: since when, and whether a person is told. */
  blind?: { since: string; pages: boolean };
  /** When the present state began, and when the last tick ended. */
  stateSince: string;
  lastTickAt?: string;
  followUp?: FollowUp;
  /** CloudFormation was told to run it: its stack's policy may be open. */
  changeSetSent?: boolean;
  /** Another stage's target is an alias of the same function. */
  sharesFunction?: boolean;
  /** ARN of the group whose deployments move the target, as far as known. */
  deploymentGroup?: string;
  /** CodeDeploy shifts this rollout's traffic. */
  delegate?: {
    /** ARN. */
    group: string;
    config: string;
    deploymentId?: string;
    /** When it was first seen to have succeeded. */
    endedAt?: string;
    /** Why CodeDeploy ended it before all traffic had moved. */
    ended?: string;
  };
  /** ECS: CodeDeploy deploys the service, every move of it included. */
  byCodeDeploy?: boolean;
  /** ECS under CodeDeploy: the deployment that carries out the return. */
  returning?: {
    group: string;
    deploymentId: string;
    /** What it brings: another revision's return does not follow it. */
    revisionId: string;
    endedAt?: string;
  };
  /** ECS: the deployment that the last write started or ended (INV-21). */
  deploymentArn?: string;
  /** ECS: since when a return waits for its image. */
  preparingSince?: string;
  /** ECS: how the service deployed before the rollback, put back after it. */
  deploymentConfiguration?: Record<string, unknown>;
  /** Failed attempts in a row, for the delay until the next. */
  failures: number;
  steps: StepRecord[];
  nextRunAt?: string;
}

export interface StepRecord {
  state: RolloutState;
  detail?: string;
  startedAt: string;
  endedAt?: string;
}

/** An intent with what the engine keeps besides the wire type. */
export interface IntentRecord extends Intent {
  /** Name of the step: the same step is never sent twice for good. */
  step: string;
  /** How many times the call was sent. */
  sends: number;
  /** When AWS answered that it took the write. */
  acceptedAt?: string;
}

/** A fact for the evidence chain, before it has its place in it. */
export interface EvidenceDraft {
  kind: string;
  actor: string;
  stage?: string;
  entityRef?: string;
  targetArn?: string;
  rolloutId?: string;
  facts: Record<string, string | number | boolean | null>;
}

/** A record with a stored time that is always ISO 8601 in UTC. */
export const iso = (ms: number): string => new Date(ms).toISOString();
