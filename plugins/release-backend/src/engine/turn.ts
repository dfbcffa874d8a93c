import { isTerminal } from '@careplane/backstage-plugin-release-common';
import type { ReleaseSetRecord } from '../store/SetStore';
import type { RolloutRecord } from './model';

/** Where a member of a release set stands in it. */
export type Turn =
  | { verdict: 'go' }
  | {
      /** `opening`: not every member has its rollout yet. */
      verdict: 'wait' | 'opening' | 'stopped';
      summary: string;
    };

/** The state in which the first write that changes the target is made. */
export const firstMove = (record: RolloutRecord) =>
  record.kind === 'rollback' ? ('PREFLIGHT' as const) : ('PREPARING' as const);

/** Where a rollout goes when nothing but its turn is missing. */
export const afterConsent = (record: RolloutRecord) =>
  record.set ? ('QUEUED' as const) : firstMove(record);

type Member = Pick<RolloutRecord, 'state' | 'component' | 'kind'>;

/** Whether a member of a set did what it was for. */
export const endedWell = ({ state }: Member) =>
  state === 'SUCCEEDED' || state === 'ROLLED_BACK';

/** What of a set goes no further by itself: those after it are not moved. */
export const wentWrong = (member: Member, setKind: Member['kind']) =>
  (isTerminal(member.state) && !endedWell(member)) ||
  // A promote that was sent back did not bring its release.
  (setKind === 'promote' && member.state === 'ROLLED_BACK') ||
  member.state === 'ROLLBACK_FAILED' ||
  member.state === 'EXTERNAL_CHANGE';

/** Decides whether a member may go: all before it have ended well. */
export function turnOf(
  set: ReleaseSetRecord | undefined,
  order: number,
  rollouts: ReadonlyMap<string, Member>,
): Turn {
  if (!set) return { verdict: 'stopped', summary: 'Its release set is gone.' };
  if (set.stopped) {
    return { verdict: 'stopped', summary: 'The release set was stopped.' };
  }
  if (!set.opened) {
    return { verdict: 'opening', summary: 'The release set is being opened.' };
  }
  const before = set.members.filter(member => member.order < order);
  const open: string[] = [];
  let opening = false;
  for (const { rolloutId, name, problem } of before) {
    const rollout = rollouts.get(rolloutId);
    if (problem || (rollout && wentWrong(rollout, set.kind))) {
      return {
        verdict: 'stopped',
        summary: `The release set stopped at ${name}.`,
      };
    }
    if (!rollout) opening = true;
    if (!rollout || !endedWell(rollout)) open.push(name);
  }
  if (opening) {
    return { verdict: 'opening', summary: `Waits for ${open.join(', ')}.` };
  }
  return open.length
    ? { verdict: 'wait', summary: `Waits for ${open.join(', ')}.` }
    : { verdict: 'go' };
}
