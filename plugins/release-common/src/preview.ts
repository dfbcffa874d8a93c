import type { PromoteDifferences } from './configuration';
import type { FreezeWindow, GateResult, WaiverRequest } from './gates';
import type { Strategy, StrategyType } from './strategies';
import type { Revision } from './targets';

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
