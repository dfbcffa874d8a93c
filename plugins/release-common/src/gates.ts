export type GateState = 'pass' | 'fail' | 'unknown' | 'waived';

/** A check that must pass before a forward step. */
export interface GateResult {
  id: string;
  title: string;
  state: GateState;
  summary: string;
  url?: string;
  asOf?: string;
  /** Shut until then only, where nothing disturbs what began at `since`. */
  wait?: { since: string; until: string };
  /** Shut, and somebody with the grant `waive` may let it pass. */
  waivable?: boolean;
}

/** A window in which nothing goes forward. It never blocks a rollback. */
export interface FreezeWindow {
  name: string;
  reason?: string;
  /** All stages where empty. */
  stages: string[];
  /** What becomes of a canary that is under way when it begins. */
  policy: 'hold' | 'send-back';
  from: string;
  until: string;
}

/** Asks to let a shut gate pass for one rollout. */
export interface WaiverRequest {
  /** Id of the gate. */
  gate: string;
  reason: string;
}
