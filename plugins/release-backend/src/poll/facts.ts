import type {
  Ownership,
  PublishMode,
  Revision,
  TargetOwner,
  TargetStatus,
} from '@careplane/backstage-plugin-release-common';
import type {
  ObservedTarget,
  PublishFacts,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';

export type ViabilityCheck = {
  id: string;
  state: 'pass' | 'fail' | 'unknown';
  summary: string;
};

/** What the last readings of a target gave. Stored as its snapshot. */
export interface TargetFacts {
  /** When the target was last read with success. */
  asOf?: string;
  observed?: Pick<ObservedTarget, 'exists' | 'stable' | 'candidate' | 'tasks'>;
  /** How `observed.stable` is configured: names and figures, never a value. */
  configuration?: ObservedTarget['configuration'];
  stack?: {
    name?: string;
    exists: boolean;
    status?: string;
    liveValue?: string;
    owner: TargetOwner;
    /** The named stack has the target among its resources. */
    holdsTarget?: boolean;
    busy: boolean;
  };
  /** What a promote without a stack depends on, kept for ten minutes. */
  publish?: PublishFacts & { checkedAt: string };
  /** Why the last reading failed; the facts above are older then. */
  failure?: { kind: 'denied' | 'error'; message: string; at: string };
  viability?: Record<string, { checks: ViabilityCheck[]; checkedAt: string }>;
  /** Whether the account returns a canary while Careplane is away. */
  canaryGuard?: { guarded: boolean; reason?: string };
  /** The CodeDeploy group in charge, and when that was last looked up. */
  deploymentGroup?: { arn?: string; checkedAt: string; named?: string };
  /** Who else writes it, kept for an hour. */
  ownership?: Ownership;
  historyImported?: boolean;
  /** Why what AWS remembers of earlier moves is not known. */
  historyProblem?: string;
  /** ISO 8601: a part of it was not read, and is asked for again from then on. */
  historyRetryAt?: string;
  outsideChange?: TargetStatus['outsideChange'];
  /** A revision found outside that somebody has adopted. */
  adopted?: string;
}

/**
 * How a release comes to a target: an alias beside another stage's moves to a
 * version that is there, a target in no stack gets a copy, and everything else
 * is published by its stack.
 */
export function publishModeOf(
  target: Pick<TargetRef, 'sharesFunction'>,
  facts: Pick<TargetFacts, 'observed' | 'stack'> | undefined,
): PublishMode {
  if (!facts?.observed?.exists) return 'stack';
  if (target.sharesFunction) return 'version';
  const { stack } = facts;
  return stack && !stack.exists && stack.owner === 'none' ? 'copy' : 'stack';
}

/** The value that the stack must pass so that it never moves traffic. */
export function isSettled(
  facts: TargetFacts | undefined,
  options: { pipelineDeploys: boolean; held: boolean },
): boolean | undefined {
  if (!facts?.observed || !facts.stack) return undefined;
  if (facts.stack.exists && facts.stack.holdsTarget === false) return false;
  if (!facts.stack.exists || facts.stack.owner !== 'careplane-stack') {
    return true;
  }
  if (facts.stack.busy) return false;
  if (options.pipelineDeploys && !options.held) return true;
  return facts.stack.liveValue === facts.observed.stable?.id;
}

export type { Revision };
