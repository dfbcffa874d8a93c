import type { HistoryEntry } from '@careplane/backstage-plugin-release-common';
import type { TargetFacts } from '../poll/facts';

/**
 * What has the traffic by the newest that is known: a move is recorded when AWS
 * was read back, and the reading before it says what ran until then. Without
 * this, a release that just went live could not be rolled back until the target
 * was read again ("receives all traffic already").
 *
 * @param history - The target's moves.
 */
export function observedNow(
  facts: TargetFacts | undefined,
  history: HistoryEntry[],
): TargetFacts['observed'] {
  const observed = facts?.observed;
  // By its missing end: AWS's clock, by which imported moves are, may be ahead.
  const last = history.find(entry => !entry.to);
  if (!observed || !facts.asOf || last?.source !== 'careplane') {
    return observed;
  }
  if (Date.parse(last.from) <= Date.parse(facts.asOf)) return observed;
  return { ...observed, stable: last.revision, candidate: undefined };
}
