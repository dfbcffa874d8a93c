import type { HistoryEntry } from '@careplane/backstage-plugin-release-common';
import type { TargetFacts } from '../poll/facts';

/**
 * What has the traffic by the newest that is known: a move is recorded when AWS
 * was read back, and the reading before it says what ran until then. Without
 * this, a release that just went live could not be rolled back until the target
 * was read again ("receives all traffic already").
 *
 * @param history - The target's moves, oldest first.
 */
export function observedNow(
  facts: TargetFacts | undefined,
  history: HistoryEntry[],
): TargetFacts['observed'] {
  const observed = facts?.observed;
  const last = history.at(-1);
  if (!observed || !facts.asOf || last?.source !== 'careplane' || last.to) {
    return observed;
  }
  if (Date.parse(last.from) <= Date.parse(facts.asOf)) return observed;
  return { ...observed, stable: last.revision, candidate: undefined };
}
