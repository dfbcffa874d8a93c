import type { RolloutSummary } from './rollouts';
import type { Strategy } from './strategies';

/** One target of a set: what it is to run, and its turn. */
export interface ReleaseSetMemberRequest {
  entityRef: string;
  /** Members with the same number go together, smaller numbers first. */
  order: number;
  /** Promote: the release. */
  releaseId?: string;
  /** Roll back: the revision that ran here. */
  revisionId?: string;
  strategy?: Strategy;
}

/**
 * Several targets on one stage that are promoted or rolled back together, in
 * a declared order. Each member is a rollout of its own, with its own gates,
 * plan and approval; it waits (`QUEUED`) until all before it have ended well,
 * and is blocked when one of them has not.
 */
export interface ReleaseSetRequest {
  stage: string;
  kind: 'promote' | 'rollback';
  members: ReleaseSetMemberRequest[];
  reason?: string;
  idempotencyKey: string;
}

/** What a set would do, member by member. Making one changes nothing. */
export interface ReleaseSetPreview {
  members: {
    entityRef: string;
    order: number;
    blockers: string[];
    warnings: string[];
    approvalsNeeded: number;
  }[];
}

/**
 * `waiting`: a program asked for it and the requester has not confirmed it.
 * `failed`: a member did not end well; those after it were not moved.
 */
export type ReleaseSetState =
  | 'waiting'
  | 'running'
  | 'done'
  | 'failed'
  | 'stopped';

export interface ReleaseSet {
  id: string;
  stage: string;
  kind: 'promote' | 'rollback';
  state: ReleaseSetState;
  reason?: string;
  requestedBy: string;
  requestedAt: string;
  stopped?: { by: string; at: string };
  /** In their order. `rollout` is missing before it is opened, or where the caller may not see its component. */
  members: {
    entityRef?: string;
    order: number;
    rollout?: RolloutSummary;
    /** Why it was not opened. */
    problem?: string;
  }[];
}
