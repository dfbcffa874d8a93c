import type { RolloutState } from '@careplane/backstage-plugin-release-common';
import type { RolloutRecord } from '../engine/model';
import type { Period } from '../store/TargetStore';
import type { SoakPeriod, Span } from './soak';

/** While a rollout is in one of these, its target's traffic may be shared. */
const MOVING: readonly RolloutState[] = [
  'SHIFTING',
  'BAKING',
  'PAUSED',
  'CUTOVER',
  'VERIFYING',
  'ROLLING_BACK',
  'VERIFYING_ROLLBACK',
  'ROLLBACK_FAILED',
  'EXTERNAL_CHANGE',
];

const timeOf = (at: string | undefined) =>
  at === undefined ? undefined : Date.parse(at);

/**
 * The times in which a release had the traffic of a target. What Careplane did
 * not begin is sure from its first reading (AWS's records do not tell who shared
 * its traffic before), and ended sure when it was last read; what runs, until
 * the last reading.
 *
 * @param history - All periods of the target, oldest first.
 * @param revisions - Ids of what the release became there.
 * @param asOf - When the target was last read.
 */
export function soakPeriods(
  history: Period[],
  revisions: Set<string>,
  asOf: string | undefined,
): SoakPeriod[] {
  return history.flatMap((period, index) => {
    const { revision, source, from, to, seen } = period;
    if (!revisions.has(revision.id)) return [];
    const endTold = history[index + 1]?.source !== 'observed';
    const sureEnd = endTold ? to : seen?.to;
    return {
      from: Date.parse(from),
      to: timeOf(to),
      sureFrom: timeOf(source === 'careplane' ? from : seen?.from),
      sureTo: timeOf(to === undefined ? asOf : sureEnd),
    };
  });
}

/** When traffic of a target was shared or moved, by rollouts or from outside. */
export function disturbances(
  history: Period[],
  rollouts: RolloutRecord[],
): Span[] {
  const spans = [
    ...rollouts.flatMap(({ steps }) =>
      steps
        .filter(({ state }) => MOVING.includes(state))
        .map(({ startedAt, endedAt }) => ({ from: startedAt, to: endedAt })),
    ),
    ...history.flatMap(({ seen, to: end }) =>
      (seen?.shared ?? []).map(({ from, to }) => ({ from, to: to ?? end })),
    ),
  ];
  return spans.map(({ from, to }) => ({
    from: Date.parse(from),
    to: timeOf(to),
  }));
}
