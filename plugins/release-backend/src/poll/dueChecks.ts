import type { Revision } from '@careplane/backstage-plugin-release-common';
import type { TargetFacts } from './facts';

const MINUTE = 60_000;
/** The newest are what one returns to first. */
const NEWEST = 3;
const NEWEST_MS = 5 * MINUTE;
const OLDER_MS = 60 * MINUTE;
/** At most so many in one reading of a target, within its call budget. */
const AT_ONCE = 4;

/**
 * Which earlier revisions are checked now (N5, INV-20): the newest every five
 * minutes, all others every hour, the longest unchecked first. What was never
 * checked comes before what was.
 *
 * @param options - Newest first.
 */
export function dueChecks(
  options: Revision[],
  known: NonNullable<TargetFacts['viability']>,
  now: number,
): Revision[] {
  return options
    .map((revision, index) => {
      const checkedAt = known[revision.id]?.checkedAt;
      const age = checkedAt ? now - Date.parse(checkedAt) : Infinity;
      return { revision, age, every: index < NEWEST ? NEWEST_MS : OLDER_MS };
    })
    .filter(({ age, every }) => age >= every)
    .sort((a, b) => b.age / b.every - a.age / a.every || 0)
    .slice(0, AT_ONCE)
    .map(({ revision }) => revision);
}
