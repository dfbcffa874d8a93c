import type {
  OwnerPort,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';
import { iso } from '../engine/model';
import { isUnanswered, ownershipOf } from '../ownership/ownership';
import type { TargetFacts } from './facts';

/** Owners are told again after this time. */
const OWNER_MS = 60 * 60_000;
/** And after this, where a question was left open. */
const RETRY_MS = 5 * 60_000;

/**
 * Who else writes a target: told again after an hour, and when the stack is
 * another than before. A question unanswered now does not take back what was
 * answered before.
 */
export async function ownerFacts(
  target: TargetRef,
  before: TargetFacts,
  facts: TargetFacts,
  port: OwnerPort | undefined,
  now: number,
): Promise<TargetFacts['ownership']> {
  const known = facts.ownership;
  if (!port || !facts.observed?.exists) return known;
  const same =
    before.stack?.owner === facts.stack?.owner &&
    before.stack?.holdsTarget === facts.stack?.holdsTarget;
  const age = now - Date.parse(known?.checkedAt ?? '');
  const isOpen = known && (known.unread.length > 0 || isUnanswered(known));
  if (known && same && age < (isOpen ? RETRY_MS : OWNER_MS)) return known;
  const earlier = same ? known : undefined;
  const told = ownershipOf(target, await port.signs(target), earlier);
  const { unread } = told;
  // That there was nobody says nothing of a time that was not read since.
  const stands = earlier && (unread.length > 0 || earlier.tool !== 'none');
  const kept = isUnanswered(told) && stands ? { ...earlier, unread } : told;
  return { ...kept, checkedAt: iso(now) };
}
