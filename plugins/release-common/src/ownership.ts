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
