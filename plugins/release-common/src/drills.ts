import type { Revision } from './targets';

/** What is rehearsed: a rollback of a target, without the write. */
export interface DrillRequest {
  entityRef: string;
  stage: string;
  revisionId: string;
}

/** One thing that a rollback does before its write, done and measured. */
export interface DrillStep {
  id: 'plan' | 'target' | 'revision' | 'write' | 'stack';
  state: 'pass' | 'fail' | 'unknown';
  summary: string;
  /** Milliseconds that it took. */
  ms: number;
}

/** A rehearsed rollback. Nothing was written; the record of it is evidence. */
export interface Drill {
  entityRef: string;
  stage: string;
  targetArn: string;
  revision: Revision;
  by: string;
  at: string;
  /** What the rollback would have come to. Unknown is no success. */
  outcome: 'would-succeed' | 'would-fail' | 'unknown';
  steps: DrillStep[];
  /** The write that was not made, as `lambda:UpdateAlias`. */
  api?: string;
  /** Milliseconds from the click to where the write would be sent. */
  ms: number;
}

/** The last rehearsal of a target, as evidence has it. */
export interface LastDrill {
  at: string;
  by: string;
  revisionId: string;
  outcome: Drill['outcome'];
  ms: number;
}
