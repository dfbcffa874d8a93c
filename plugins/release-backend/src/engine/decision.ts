import type {
  AlarmState,
  Ownership,
  FreezeWindow,
  GateResult,
  PreflightCheck,
  HistoryEntry,
  Revision,
  Strategy,
} from '@careplane/backstage-plugin-release-common';
import type {
  MetricsReading,
  CanaryDeadline,
  Readiness,
  ObservedTarget,
  Preparation,
  Publication,
  StackPort,
} from '@careplane/backstage-plugin-release-node';
import type { ViabilityCheck } from '../poll/facts';
import type { Delegation } from './deploymentReading';
import type { EvidenceDraft, IntentRecord, RolloutRecord } from './model';
import type { Turn } from './turn';

export type StackFacts = Awaited<ReturnType<StackPort['describe']>>;
export type ChangeSetFacts = Awaited<
  ReturnType<StackPort['describeChangeSet']>
>;

/** What was read for one decision. What is missing was not needed. */
export interface Observation {
  intents: IntentRecord[];
  target?: ObservedTarget;
  stack?: StackFacts;
  changeSet?: ChangeSetFacts;
  /** How far publishing without a stack has come. */
  publication?: Publication;
  /**
   * Who else writes the target, asked for this very decision; `untold` where
   * no module tells owners apart. Missing where it was not asked.
   */
  ownership?: Ownership | 'untold';
  gates?: GateResult[];
  approvals?: { ids: number[]; people: string[]; declinedBy?: string };
  viability?: ViabilityCheck[];
  canary?: { allowed: boolean; reason?: string };
  /** What a return needs first; missing where it was not read. */
  preparation?: Preparation | 'none';
  /** How an unfinished earlier rollback found the service to deploy. */
  recordedConfiguration?: Record<string, unknown>;
  /** Whether those before it in its release set have ended well. */
  turn?: Turn;
  /** What CodeDeploy says; missing where it was not asked, or did not answer. */
  delegation?: Delegation;
  /** Checks of the move, of a driver that has some. */
  preflight?: PreflightCheck[];
  readiness?: Readiness;
  /** The target is held, read where a hold was lifted before. */
  held?: boolean;
  /** Calls of both versions since the bake began. */
  metrics?: MetricsReading;
  alarms?: AlarmState[];
  /** The freeze that is open on the stage, by the time of this look. */
  freeze?: FreezeWindow;
  /** How often this target was returned by itself in the last hour. */
  automaticReturns?: number;
  /** Whether a canary is guarded while Careplane is away. */
  guard?: { guarded: boolean; reason?: string };
  /** Who wrote the target since its deadline; missing where AWS does not tell. */
  lastWriter?: { actor: string; at: string; isDeadline: boolean };
  /** `release.maxUnattended`, in milliseconds. */
  maxUnattendedMs?: number;
  /** A reading failed: what cannot be known now, and why. */
  unreadable?: string;
}

/** One AWS write. At most one is made for a decision. */
export type Effect =
  | { type: 'createChangeSet'; liveValue: string }
  | { type: 'executeChangeSet'; changeSetArn: string }
  /** Copies the artifact, or makes a revision of it, without a stack. */
  | { type: 'publish'; needs: 'code' | 'revision' }
  | {
      type: 'shift';
      /** Towards the new release: needs gates and approvals. */
      forward: boolean;
      to: {
        stable: Revision;
        candidate?: { revision: Revision; weight: number };
        ends?: { deploymentArn: string; hookId?: string };
      };
    }
  | {
      type: 'deploy';
      group: string;
      strategy: Strategy;
      from: Revision;
      candidate: Revision;
      /** ECS under CodeDeploy: the group's own configuration shifts. */
      service?: boolean;
      /** It carries out a return: at once, by a deployment of its own. */
      returns?: boolean;
    }
  | {
      type: 'proceed';
      group: string;
      deploymentId: string;
      wait: 'reroute' | 'termination';
      returns?: boolean;
    }
  | { type: 'stopDeployment'; group: string; deploymentId: string }
  | { type: 'continue'; deploymentArn: string; hookId: string }
  | { type: 'prepare'; preparation: Preparation['id']; revision: Revision }
  | { type: 'settle'; liveValue: string }
  | { type: 'unprotect' }
  | { type: 'arm'; deadline: CanaryDeadline }
  | { type: 'disarm' }
  | { type: 'restore'; configuration: Record<string, unknown> };

export interface EffectPlan {
  /** Name of the step within the rollout: never carried out twice. */
  step: string;
  api: string;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  effect: Effect;
  /** The intent to send again, where the first sending did not arrive. */
  again?: IntentRecord;
  /** Not asked for by a person just now. */
  automatic?: boolean;
  /** Who asked for this very write, where not the requester. */
  by?: string;
}

/** What to do next: pure data, carried out by the reconciler. */
export interface Decision {
  patch?: Partial<RolloutRecord>;
  /** What the step says for itself in the list of steps. */
  detail?: string;
  facts?: EvidenceDraft['facts'];
  effect?: EffectPlan;
  completes?: IntentRecord;
  consumes?: number[];
  setsHold?: boolean;
  move?: Omit<HistoryEntry, 'to' | 'from' | 'rolloutId'>;
  /** How long to wait for the next look; none means at once. */
  waitMs?: number;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** How long each state may go on without getting anywhere. */
export const LIMITS = {
  gates: 10 * MINUTE,
  changeSet: 15 * MINUTE,
  stack: 60 * MINUTE,
  approval: 24 * HOUR,
  preflight: 5 * MINUTE,
  verifyAlias: 5 * MINUTE,
  verifyService: 40 * MINUTE,
  /** Alarms that come to rest after a rollback (INV-36). */
  recovery: 15 * MINUTE,
  /** Provisioned concurrency that follows an alias (INV-12). */
  provisioned: 4 * MINUTE,
  /** What cannot be read for so long is put before a person. */
  blind: 10 * MINUTE,
  /** An image that comes back from the archive, before a return can begin. */
  prepare: 120 * MINUTE,
  /** ECS has taken a stop, and does not go back yet. */
  stopping: 5 * MINUTE,
  /** An accepted write that is not to be seen. */
  readBack: MINUTE,
  /**
   * What CodeDeploy replaced comes to its end, once it is told to end it: ECS
   * lets connections drain for up to an hour (`deregistration_delay`; five
   * minutes where nobody set it) and tasks stop for two minutes.
   */
  termination: 10 * MINUTE,
  /** How long a paused canary waits for a person. */
  decision: 6 * HOUR,
  /**
   * A canary that nobody looked after, the engine being down (INV-27): the
   * default of `release.maxUnattended`.
   */
  unattended: 6 * HOUR,
  /** CloudTrail tells of a call within this time. */
  trail: 20 * MINUTE,
} as const;

export const POLL_MS = 2_000;
export const SLOW_POLL_MS = 5_000;

/** Delay before the next try after `failures` in a row, at most a minute. */
export const backoffMs = (failures: number): number =>
  Math.min(1_000 * 2 ** Math.min(failures, 6), 60_000);

export const ageMs = (record: RolloutRecord, now: number): number =>
  now - Date.parse(record.stateSince);
