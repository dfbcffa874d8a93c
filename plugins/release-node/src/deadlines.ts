import type { TargetRef, WriteContext } from './targets';

/** What a canary returns to, and when, should Careplane not be there. */
export interface CanaryDeadline {
  /** ISO 8601; the schedule fires within the minute after it. */
  at: string;
  /** Revision ids: what the alias keeps, and what shares its traffic. */
  stable: string;
  candidate: string;
}

/**
 * Guards a canary while Careplane is away: a one-time schedule in the target's
 * account that takes the candidate's weight away again. At most one per rollout.
 */
export interface CanaryDeadlinePort {
  /** Whether the target's account has what guards a canary. */
  supports(target: TargetRef): Promise<{ guarded: boolean; reason?: string }>;
  /** Makes the rollout's schedule, or moves it. May be repeated. */
  arm(
    target: TargetRef,
    deadline: CanaryDeadline,
    context: WriteContext,
  ): Promise<{ requestId?: string }>;
  /** Deletes the rollout's schedule; one that is gone is no error. */
  disarm(
    target: TargetRef,
    context: WriteContext,
  ): Promise<{ requestId?: string }>;
  /**
   * Who wrote the target last since a moment, according to AWS; undefined
   * while AWS does not tell (CloudTrail takes up to 15 minutes).
   */
  lastWriter(
    target: TargetRef,
    since: string,
  ): Promise<{ actor: string; at: string; isDeadline: boolean } | undefined>;
}
