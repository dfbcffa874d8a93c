import type { Ownership } from '@careplane/backstage-plugin-release-common';
import { isUnanswered } from '../ownership/ownership';
import type { Decision, Observation } from './decision';
import { ageMs, LIMITS, SLOW_POLL_MS } from './decision';
import { blocked } from './gatesShut';
import type { RolloutRecord } from './model';

/** What the owner's tool says for people. */
export const saidOf = ({ signs, writes }: Ownership): string =>
  [...signs, writes].join(' ');

/**
 * Why nothing may be published past a stack or a tool that came to own the
 * target since the plan was made, and would undo what is published (INV-16,
 * INV-13). Asked again for each write. An alias that moves to a version that
 * is there publishes nothing, and needs its own stack to be at rest.
 */
export function ownerShut(
  record: RolloutRecord,
  { stack, ownership }: Observation,
  now: number,
): Decision | undefined {
  const waits = (problem: string): Decision =>
    ageMs(record, now) > LIMITS.changeSet
      ? blocked(problem)
      : { waitMs: SLOW_POLL_MS };
  const unread = 'Who owns the target could not be read for too long.';
  if (!stack || stack.owner === 'unknown') return waits(unread);
  if (stack.owner !== 'none') {
    const own = stack.owner === 'careplane-stack';
    if (own && record.publish?.mode === 'version') {
      return stack.busy
        ? waits('The stack has been busy with another update for too long.')
        : undefined;
    }
    return blocked(
      'A stack owns the target now, and would undo what is published without it.',
    );
  }
  if (!ownership) return waits(unread);
  if (ownership === 'untold' || ownership.mayPromote) return undefined;
  if (isUnanswered(ownership)) {
    const problem = `Who owns the target is not known. ${saidOf(ownership)}`;
    return { patch: { problem }, ...waits(problem) };
  }
  return blocked(
    `Another tool owns the target now, and would undo what is published. ${saidOf(
      ownership,
    )} Traffic has not moved.`,
  );
}
