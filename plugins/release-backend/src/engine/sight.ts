import { Decision, LIMITS, Observation } from './decision';
import { iso, RolloutRecord } from './model';

/**
 * Adds to a decision what could not be read: it is told at once, put before a
 * person when it lasts, and forgotten when it is over.
 */
export function withSight(
  record: RolloutRecord,
  observation: Observation,
  decision: Decision,
  now: number,
): Decision {
  const { unreadable } = observation;
  const { patch } = decision;
  if (!unreadable) {
    return record.blind
      ? {
          ...decision,
          patch: { blind: undefined, problem: undefined, ...patch },
        }
      : decision;
  }
  if (decision.effect || decision.waitMs === undefined) return decision;
  const since = record.blind?.since ?? iso(now);
  const pages = now - Date.parse(since) >= LIMITS.blind;
  return {
    ...decision,
    patch: {
      ...patch,
      problem: unreadable,
      failures: record.failures + 1,
      blind: { since, pages },
    },
  };
}
