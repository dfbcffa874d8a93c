import type { IntentRecord } from './model';

/** A write that is not read back any more: AWS took it, or never answered. */
export const leftAs = ({ acceptedAt }: IntentRecord): IntentRecord['outcome'] =>
  acceptedAt ? 'done' : 'not-executed';
