import type { Decision, Observation } from './decision';
import { ageMs, MINUTE, POLL_MS } from './decision';
import { blocked } from './gatesShut';
import type { RolloutRecord } from './model';
import { firstMove } from './turn';

/** A member of a release set waits for those before it, or stops with them. */
export function decideQueued(
  record: RolloutRecord,
  { turn }: Observation,
  now: number,
): Decision {
  if (!turn) return { waitMs: POLL_MS };
  switch (turn.verdict) {
    case 'go':
      return { patch: { state: firstMove(record), problem: undefined } };
    case 'opening':
      return ageMs(record, now) < MINUTE
        ? { waitMs: POLL_MS }
        : blocked(
            'The release set was not opened in full. Nothing has changed here.',
          );
    case 'stopped':
      return blocked(`${turn.summary} Nothing has changed here.`);
    default:
      return { patch: { problem: turn.summary }, waitMs: POLL_MS };
  }
}
