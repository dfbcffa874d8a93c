import type { TargetRef } from './targets';

/** Signs of who writes a target. Only names of tools and stacks, no values. */
export interface OwnerSigns {
  /** The stack that has the target among its resources. */
  stack?: {
    name: string;
    /** It takes the live value as a parameter (Careplane's stack contract). */
    takesLiveValue: boolean;
    /** Transforms that its template declares. */
    transforms: string[];
    /** It has the outputs that the Serverless Framework makes. */
    serverless: boolean;
  };
  /** Tags that tools set, lower case keys and values; others are left out. */
  tags: Record<string, string>;
  /** Who wrote the target in the last 90 days, newest first. */
  writers: {
    tool: 'careplane' | 'cloudformation' | 'terraform' | 'codedeploy' | 'other';
    at: string;
    actor?: string;
    /** It wrote the code of the alias's function, and moved no traffic. */
    wrote?: 'code';
  }[];
  /**
   * ISO 8601: older writes of the 90 days were not read yet. Missing where all
   * were: only then does a tool that is not among the writers not write it.
   */
  readBackTo?: string;
  /** ECS: CodeDeploy, or somebody outside ECS, controls the service. */
  controller?: 'codedeploy' | 'external';
  /** IAM actions whose answer is missing. */
  unread: string[];
}

/** Tells owners apart. It never throws: what fails is named in `unread`. */
export interface OwnerPort {
  /**
   * `fresh`: for a write that comes next. Nothing that was read before stands
   * for an answer then; CloudTrail itself tells of a call after minutes.
   */
  signs(target: TargetRef, options?: { fresh?: boolean }): Promise<OwnerSigns>;
}
