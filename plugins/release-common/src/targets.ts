import type { RevisionConfiguration } from './configuration';
import type { LastDrill } from './drills';
import type { Ownership } from './ownership';
import type { StageTestRun, TestProject } from './stageTests';

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
  /** What is tested after each promote; `{component}` in its project. */
  tests?: TestProject;
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
  /**
   * `cloudtrail`, `ecs` and `codedeploy`: it ran here according to AWS, not
   * watched by Careplane.
   */
  source: 'careplane' | 'cloudtrail' | 'ecs' | 'codedeploy' | 'observed';
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
  /** Why AWS's own record of earlier moves is not in the history, or a part of it. */
  historyProblem?: string;
  rollbackOptions: RollbackOption[];
  /** Something tests it after a promote. */
  tested?: boolean;
  /** The newest run of the stage's tests against `current`. */
  tests?: StageTestRun;
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
