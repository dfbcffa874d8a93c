import type { TargetKind } from './targets';

/** What writes a target besides people, told from its stack, tags and trail. */
export type OwnerTool =
  | 'careplane'
  | 'cloudformation'
  | 'sam'
  | 'serverless'
  | 'terraform'
  | 'codedeploy'
  | 'none'
  | 'unknown';

/** Who else writes a target, what that means, and how the two agree. */
export interface Ownership {
  tool: OwnerTool;
  /** Name of the stack that holds the target, where one does. */
  stack?: string;
  /** How it was told, one sentence each. */
  signs: string[];
  /** What could not be read, as IAM actions. */
  unread: string[];
  /** ISO 8601: writes before this moment were not read yet (CloudTrail). */
  readBackTo?: string;
  mayPromote: boolean;
  mayRollBack: boolean;
  /** What Careplane may write, in a sentence. */
  writes: string;
  /** What would undo a release that Careplane made. */
  undoneBy?: string;
  /** A patch or parameter that makes the owner agree with what is live. */
  agreement?: { summary: string; language: string; text: string };
  checkedAt?: string;
}

/**
 * The stack parameter that holds the live revision of a target. Of a function
 * with an alias for each stage, every alias has one of its own, so that telling
 * the stack about one never moves another: `LiveVersionProd`.
 */
export function liveParameterOf(target: {
  kind: TargetKind;
  arn: string;
  sharesFunction?: boolean;
}): string {
  if (target.kind === 'ecs-service') return 'LiveTaskDefinition';
  if (!target.sharesFunction) return 'LiveVersion';
  const alias = target.arn.split(':').pop() ?? '';
  const words = alias.split(/[^A-Za-z0-9]+/).filter(Boolean);
  return `LiveVersion${words
    .map(word => word[0].toUpperCase() + word.slice(1))
    .join('')}`;
}
