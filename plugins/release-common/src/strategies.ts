export type StrategyType = 'all-at-once' | 'canary' | 'linear' | 'custom';

/** How the candidate of a step is judged against what runs. */
export interface AnalysisSpec {
  /**
   * How much higher the candidate's error rate may be, as a fraction of its
   * calls: 0.05 allows five errors more in a hundred.
   */
  tolerance: number;
}

/** One share of traffic. `bakeSeconds` counts from the observed weight. */
export interface StrategyStep {
  /** 0 to 1, at most four decimals. */
  weight: number;
  bakeSeconds: number;
  /** Calls that the candidate must have served before it is judged. */
  minRequests?: number;
  /** Missing: time and alarms alone decide. */
  analysis?: AnalysisSpec;
}

/** How traffic moves. */
export interface Strategy {
  type: StrategyType;
  steps: StrategyStep[];
}

/** Calls of one version through one alias, and how many of them failed. */
export interface Calls {
  calls: number;
  errors: number;
}

/** What was found at the last look, with the figures that it rests on. */
export interface Judgement {
  verdict: 'pass' | 'fail' | 'inconclusive';
  /** One sentence: what the figures say, and what is missing. */
  summary: string;
  /** The window of the figures. */
  from: string;
  to: string;
  candidate: Calls;
  stable: Calls;
  /** Calls the candidate still needs at the rates seen; missing: no number helps. */
  callsNeeded?: number;
}

/** One check before traffic moves. `warning` goes on, and is shown. */
export interface PreflightCheck {
  id: string;
  title: string;
  state: 'pass' | 'fail' | 'warning' | 'unknown';
  summary: string;
  /** Counts for sharing traffic only; all at once goes without. */
  canaryOnly?: boolean;
}

/** A CloudWatch alarm: its name and state, never its text. */
export interface AlarmState {
  name: string;
  state: 'ok' | 'alarm' | 'insufficient-data' | 'missing';
}
