/**
 * Wire types of the release plugin: what its HTTP API, its actions and its
 * front end exchange. Times are ISO 8601 in UTC. Weights are fractions, 0 to 1,
 * of the traffic of a target. The words are those of the glossary in
 * `docs/extend/words.md`.
 */

import type { LastDrill } from './drills';
import type {
  PromoteDifferences,
  RevisionConfiguration,
} from './configuration';
import type { Ownership } from './ownership';

/** Where a component runs on one stage. */
export type TargetKind = 'lambda-alias' | 'ecs-service';

/** A named step on the way to users, in the order of config. */
export interface Stage {
  name: string;
  title: string;
  accountId: string;
  region: string;
  /** How many people besides the requester must consent to a promote. */
  approvals: number;
}

/** An immutable artifact with the template it was built with. */
export interface Release {
  /** Hex SHA-256 over kind, artifact hash and template hash. */
  id: string;
  component: string;
  /** A label. Identity is `id`. */
  version: string;
  kind: TargetKind;
  commit: { id: string; message?: string; author?: string };
  builtAt: string;
  pipeline?: { arn: string; executionId: string };
  artifact:
    | { type: 'zip'; codeSha256: string }
    | { type: 'image'; repositoryArn: string; digest: string; tags: string[] };
  /** The quality gate's word in the build that published it. */
  quality?: { projectKey: string; status: string; at?: string } | null;
  /** What its pipeline said of the database; missing for a service without one. */
  database?: ReleaseDatabase | null;
  quarantine?: { reason: string; by: string; at: string };
  /**
   * Nobody published it: it was found running there, and its content is known
   * by hash alone. It has no template, no commit and no build.
   */
  found?: { stage: string; revisionId: string };
  /** By stage, in their order: what it became there, and by which hash. */
  proof?: ReleaseProof[];
  /** Stage names on which this release runs now. */
  runsOn: string[];
  /** Stage names on which this release ran before. */
  ranOn: string[];
}

/** That a stage runs, or ran, this very artifact. */
export interface ReleaseProof {
  stage: string;
  revisionId: string;
  /** As AWS states it for the revision. */
  contentHash: string;
  configHash?: string;
  /** Whether it is the hash of the release. */
  matches: boolean;
}

/** The range of schemas that a release works with (INV-37). */
export interface ReleaseDatabase {
  /** Liquibase tag that its code needs at least. */
  requiresSchema?: string;
  /**
   * Changesets of the contract phase in its changelog: what they take away, code
   * from before them may still need.
   */
  contracts: string[];
}

/** What a release became on one stage: a Lambda version or a task definition. */
export interface Revision {
  /** Lambda version number, or full task definition ARN. */
  id: string;
  /** Missing when the code was not published by a known pipeline. */
  releaseId?: string;
  version?: string;
  /** Base64 CodeSha256, or image digest. */
  contentHash: string;
  /** Lambda's ConfigSha256 of what the version freezes beside its code. */
  configHash?: string;
  createdAt?: string;
}

/** One period in which a revision received all traffic of a target. */
export interface HistoryEntry {
  revision: Revision;
  from: string;
  /** Missing while it still runs. */
  to?: string;
  /** Who moved the target there, as AWS or Careplane recorded it. */
  actor?: string;
  /** `cloudtrail` and `ecs`: it ran here according to AWS, not watched by Careplane. */
  source: 'careplane' | 'cloudtrail' | 'ecs' | 'observed';
  rolloutId?: string;
}

/** Whether a recorded revision can be returned to, decided before anyone needs it. */
export interface RollbackOption {
  revision: Revision;
  /** When it last ran here, and for how long in seconds. */
  ran: { from: string; to: string; seconds: number }[];
  ready: 'ready' | 'not-ready' | 'unknown';
  checks: { id: string; state: 'pass' | 'fail' | 'unknown'; summary: string }[];
  checkedAt?: string;
  source: HistoryEntry['source'];
  /** When the target was last rolled away from it: no way back, unless promoted again. */
  rolledAwayAt?: string;
}

/** Who may write this target outside Careplane, told from its stack. */
export type TargetOwner = 'careplane-stack' | 'stack' | 'none' | 'unknown';

export type TargetHealth =
  | 'live'
  | 'shifting'
  | 'not-deployed'
  | 'changed-outside'
  | 'unknown';

/** A hold: automation may not change the target. Set by a rollback. */
export interface Hold {
  by: string;
  at: string;
  reason?: string;
  rolloutId: string;
}

/** What runs on one stage of a component. */
export interface TargetStatus {
  arn: string;
  /** What signals call it by; missing until it was read for the first time. */
  topic?: string;
  stage: string;
  kind: TargetKind;
  health: TargetHealth;
  current?: Revision;
  /** How `current` is configured: names and figures, never a value. */
  configuration?: RevisionConfiguration;
  /** When `current` began to receive traffic. */
  since?: string;
  /** The candidate and its observed weight while traffic is shared. */
  candidate?: { revision: Revision; weight: number };
  owner: TargetOwner;
  /** Missing until it was told for the first time. */
  ownership?: Ownership;
  /** Why this component may not act on it: it is another one's. */
  contest?: string;
  stack?: {
    name: string;
    settled: boolean;
    status?: string;
    /** False: it is not the stack of this target. Missing: not known. */
    holdsTarget?: boolean;
  };
  /** ARN of the CodeDeploy deployment group that shifts its traffic. */
  deploymentGroup?: string;
  /** ECS only: tasks wanted, running, and the digest they were seen to run. */
  tasks?: { desired: number; running: number; notRun?: string };
  hold?: Hold;
  /**
   * Lambda aliases: whether the account returns a canary by itself should
   * Careplane be down. Missing where that is not known.
   */
  canaryGuard?: { guarded: boolean; reason?: string };
  /** A change that Careplane did not make and nobody has adopted. */
  outsideChange?: {
    at?: string;
    actor?: string;
    from?: Revision;
    to: Revision;
  };
  activeRolloutId?: string;
  history: HistoryEntry[];
  /** Why AWS's own record of earlier moves is not in the history. */
  historyProblem?: string;
  rollbackOptions: RollbackOption[];
  /** When a rollback of it was last rehearsed. */
  lastDrill?: LastDrill;
  /** How many published releases are newer than `current`. */
  behind?: number;
  consoleUrl?: string;
}

export type BlockState =
  | 'ok'
  | 'stale'
  | 'empty'
  | 'not-configured'
  | 'denied'
  | 'error';

/** The state of the facts of one target, apart from the facts. */
export interface TargetBlock {
  state: BlockState;
  asOf?: string;
  /** What failed, what still works, what to do. Never AWS's raw text. */
  message?: string;
  target: TargetStatus;
}

/** What the caller may do on one stage, and who may where the caller may not. */
export interface StagePermissions {
  stage: string;
  acts: Record<
    ReleaseAct,
    { allowed: boolean; reason?: string; grantedTo: string[] }
  >;
}

export type ReleaseAct =
  | 'promote'
  | 'rollback'
  | 'approve'
  | 'lift-hold'
  | 'quarantine'
  | 'waive'
  | 'retry-pipeline';

/** Everything the Releases tab of one entity needs, read from the database. */
export interface EntityReleases {
  entityRef: string;
  stages: Stage[];
  targets: TargetBlock[];
  releases: Release[];
  releasesAsOf?: string;
  releasesState: BlockState;
  releasesMessage?: string;
  permissions: StagePermissions[];
  rollouts: RolloutSummary[];
}

export type StrategyType = 'all-at-once' | 'canary' | 'linear' | 'custom';

/** How the candidate of a step is judged against what runs. */
export interface AnalysisSpec {
  /**
   * How much higher the candidate's error rate may be, as a fraction of its
   * calls: 0.05 allows five errors more in a hundred.
   */
  tolerance: number;
}

/** One share of traffic. `bakeSeconds` counts from the observed weight. */
export interface StrategyStep {
  /** 0 to 1, at most four decimals. */
  weight: number;
  bakeSeconds: number;
  /** Calls that the candidate must have served before it is judged. */
  minRequests?: number;
  /** Missing: time and alarms alone decide. */
  analysis?: AnalysisSpec;
}

/** How traffic moves. */
export interface Strategy {
  type: StrategyType;
  steps: StrategyStep[];
}

/** Calls of one version through one alias, and how many of them failed. */
export interface Calls {
  calls: number;
  errors: number;
}

/** What was found at the last look, with the figures that it rests on. */
export interface Judgement {
  verdict: 'pass' | 'fail' | 'inconclusive';
  /** One sentence: what the figures say, and what is missing. */
  summary: string;
  /** The window of the figures. */
  from: string;
  to: string;
  candidate: Calls;
  stable: Calls;
  /** Calls the candidate still needs at the rates seen; missing: no number helps. */
  callsNeeded?: number;
}

/** One check before traffic moves. `warning` goes on, and is shown. */
export interface PreflightCheck {
  id: string;
  title: string;
  state: 'pass' | 'fail' | 'warning' | 'unknown';
  summary: string;
  /** Counts for sharing traffic only; all at once goes without. */
  canaryOnly?: boolean;
}

/** A CloudWatch alarm: its name and state, never its text. */
export interface AlarmState {
  name: string;
  state: 'ok' | 'alarm' | 'insufficient-data' | 'missing';
}

export type GateState = 'pass' | 'fail' | 'unknown' | 'waived';

/** A check that must pass before a forward step. */
export interface GateResult {
  id: string;
  title: string;
  state: GateState;
  summary: string;
  url?: string;
  asOf?: string;
  /** Shut, and somebody with the grant `waive` may let it pass. */
  waivable?: boolean;
}

/** A window in which nothing goes forward. It never blocks a rollback. */
export interface FreezeWindow {
  name: string;
  reason?: string;
  /** All stages where empty. */
  stages: string[];
  /** What becomes of a canary that is under way when it begins. */
  policy: 'hold' | 'send-back';
  from: string;
  until: string;
}

/** Asks to let a shut gate pass for one rollout. */
export interface WaiverRequest {
  /** Id of the gate. */
  gate: string;
  reason: string;
}

/** What is asked for. `idempotencyKey` makes a repeated request the same rollout. */
export interface RolloutRequest {
  entityRef: string;
  stage: string;
  kind: 'promote' | 'rollback';
  /** Promote: the release. */
  releaseId?: string;
  /** Roll back: the revision that ran here. */
  revisionId?: string;
  strategy?: Strategy;
  /** Promote: gates to be waived; needs the grant `waive`, and a browser. */
  waivers?: WaiverRequest[];
  reason?: string;
  /** Roll back: also quarantine the release that runs now. */
  quarantine?: boolean;
  idempotencyKey: string;
}

/** What would happen, from recorded facts. Making one changes nothing. */
export interface RolloutPreview {
  entityRef: string;
  stage: string;
  kind: 'promote' | 'rollback';
  from?: Revision;
  to: Revision | { releaseId: string; version: string; contentHash: string };
  /** One sentence each: what changes for users, what stays. */
  changes: string[];
  staysBehind: string[];
  /** Promote: what differs beside the artifact, and what would not come back. */
  differences?: PromoteDifferences;
  gates: GateResult[];
  steps: { title: string; detail?: string }[];
  strategies: { type: StrategyType; allowed: boolean; reason?: string }[];
  defaultStrategy: Strategy;
  /**
   * CodeDeploy shifts the traffic of canary and linear, and carries on, or goes
   * back, even when Careplane is down. `configs` are its predefined ones.
   */
  codeDeploy?: {
    group: string;
    configs: { name: string; strategy: Strategy }[];
  };
  approvalsNeeded: number;
  /** Sentences that say why it cannot be submitted now; empty when it can. */
  blockers: string[];
  warnings: string[];
  /** The freeze that is open here now. */
  freeze?: FreezeWindow;
}

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

/** One link of the hash chain, written in the transaction that changes state. */
export interface EvidenceRecord {
  position: number;
  at: string;
  kind: string;
  actor: string;
  stage?: string;
  entityRef?: string;
  targetArn?: string;
  rolloutId?: string;
  /** Allow-listed facts only. */
  facts: Record<string, string | number | boolean | null>;
  hash: string;
  previousHash: string;
}

export interface AuditQuery {
  stage?: string;
  entityRef?: string;
  actor?: string;
  kind?: string;
  rolloutId?: string;
  from?: string;
  to?: string;
  /** Leaves out what changed nothing: refused attempts and rehearsals. */
  changes?: boolean;
  limit?: number;
  /** Position to continue before. */
  before?: number;
}

export interface AuditPage {
  records: EvidenceRecord[];
  /** Pass as `before` for the next page. */
  next?: number;
  chain: { verified: boolean; checkedAt: string; firstBadPosition?: number };
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

/** Something that waits for a person. */
export interface AttentionItem {
  kind:
    | 'approval'
    | 'confirmation'
    | 'external-change'
    | 'decision'
    | 'rollback-failed'
    | 'outside-change'
    | 'hold'
    | 'not-settled'
    /** Glass was broken, and nobody else has looked at it yet. */
    | 'review';
  entityRef: string;
  stage: string;
  rolloutId?: string;
  sentence: string;
  since?: string;
}

export interface OverviewItem {
  entityRef: string;
  title: string;
  system?: string;
  owner?: string;
  targets: TargetBlock[];
}

/** The board and Home: every component with targets that the caller may see. */
export interface Overview {
  items: OverviewItem[];
  attention: AttentionItem[];
  /** Freezes that are open, or open within a week. */
  freezes?: FreezeWindow[];
}

export interface OverviewQuery {
  /** Only this component: what a page asks for after a signal about it. */
  entityRef?: string;
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
