import type {
  OwnerPort,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';
import { iso } from '../engine/model';
import { ownershipOf } from '../ownership/ownership';
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
  if (known && same && !known.unread.length && age < OWNER_MS) return known;
  if (known && same && age < RETRY_MS) return known;
  const told = ownershipOf(target, await port.signs(target));
  const kept = told.tool === 'unknown' && known && same ? known : told;
  return { ...kept, checkedAt: iso(now) };
}
