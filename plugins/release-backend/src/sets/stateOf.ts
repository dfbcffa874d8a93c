import type { ReleaseSetState } from '@careplane/backstage-plugin-release-common';
import type { RolloutRecord } from '../engine/model';
import { endedWell, wentWrong } from '../engine/turn';
import type { ReleaseSetRecord } from '../store/SetStore';

/** The state of a set, told from its members. */
export function stateOf(
  set: ReleaseSetRecord,
  rollouts: ReadonlyMap<string, RolloutRecord>,
): ReleaseSetState {
  if (set.awaitsConfirmation) return 'waiting';
  const members = set.members.map(member => rollouts.get(member.rolloutId));
  if (
    set.members.some(member => member.problem) ||
    members.some(member => member && wentWrong(member, set.kind))
  ) {
    return set.stopped ? 'stopped' : 'failed';
  }
  if (members.every(member => member && endedWell(member))) return 'done';
  return set.stopped ? 'stopped' : 'running';
}
