/** One thing that is proved about the release engine. A file of `scripts/release` has one as its default export. */
export interface Part {
  /** What holds when it passes, in one sentence. */
  claim: string;
  /** Tests that are its slice, where it is too heavy to have one of its own. */
  slice?: string;
  prove(proof: Proof): Promise<void>;
}

/** What a part is given, and where it says what it found. */
export interface Proof {
  /** A small, fast slice for `npm test`; else everything. */
  readonly quick: boolean;
  /** `--only=ECS`: flows of this driver alone. */
  readonly only?: string;
  /** Of everything that is random; printed, so that a run can be repeated. */
  readonly seed: number;
  /** A folder of its own, removed at the end. */
  readonly folder: string;
  /** Progress: one line. */
  say(text: string): void;
  /** A matrix; every row has the columns of the first. */
  table(title: string, rows: Record<string, string | number>[]): void;
  /** Something that must hold. The figure and its bar are printed beside it. */
  check(what: string, holds: boolean, figure?: string): void;
  /** What the machine lacks: counted as skipped in the slice, a failure else. */
  lacks(what: string): void;
  /** A throw-away PostgreSQL; undefined where none can be had. */
  postgres(): Promise<string | undefined>;
  /** Runs at the end, whatever happened; last first. */
  onEnd(undo: () => unknown): void;
}
