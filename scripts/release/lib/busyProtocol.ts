import type { PlainAlias } from './aliases';

/** What the busy engine is told. */
export type ToBusy =
  | {
      type: 'begin';
      account: string;
      file: string;
      postgres?: string;
      inFlight: PlainAlias[];
      rollbacks: PlainAlias[];
    }
  | { type: 'rollback'; name: string }
  | { type: 'end' };

/** What it tells. `usage`: of Lambda's shared quota group, 0 to 1. */
export type FromBusy =
  | { type: 'ready' }
  | { type: 'started'; name: string }
  | { type: 'usage'; used: number; waiting: number }
  | { type: 'states'; states: Record<string, number> }
  | { type: 'broke'; error: string };
