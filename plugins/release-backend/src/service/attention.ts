import {
  AttentionItem,
  personName,
  OverviewItem,
  Stage,
} from '@careplane/backstage-plugin-release-common';
import type { RolloutRecord } from '../engine/model';
import { isReviewDue } from '../store/RolloutStore';
import { headlineOfRecord } from './dto';

const KIND_OF: Partial<Record<RolloutRecord['state'], AttentionItem['kind']>> =
  {
    AWAITING_APPROVAL: 'approval',
    EXTERNAL_CHANGE: 'external-change',
    PAUSED: 'decision',
    ROLLBACK_FAILED: 'rollback-failed',
  };

/** It stands still in a state that should pass by itself. */
const kindOfStanding = ({ kind, state, pause }: RolloutRecord) =>
  !pause && (kind === 'rollback' || /ROLL/.test(state))
    ? 'rollback-failed'
    : 'decision';

function kindOf(record: RolloutRecord): AttentionItem['kind'] {
  if (isReviewDue(record)) return 'review';
  if (record.awaitsConfirmation) return 'confirmation';
  return KIND_OF[record.state] ?? kindOfStanding(record);
}

function sentenceOf(record: RolloutRecord, stage: string): string {
  const { review } = record;
  if (review && isReviewDue(record)) {
    return `${personName(
      review.by,
    )} broke the glass on ${stage}, and somebody else must look at it`;
  }
  const headline = headlineOfRecord(record);
  return KIND_OF[record.state] ? headline : `${headline}. ${record.problem}`;
}

const URGENCY: AttentionItem['kind'][] = [
  'rollback-failed',
  'external-change',
  'decision',
  'outside-change',
  'approval',
  'confirmation',
  'review',
  'not-settled',
  'hold',
];

/** What waits for a person, most urgent first. */
export function attentionOf(
  items: OverviewItem[],
  waiting: RolloutRecord[],
  stages: readonly Pick<Stage, 'name' | 'title'>[] = [],
): AttentionItem[] {
  const titleOf = (name: string) =>
    stages.find(stage => stage.name === name)?.title ?? name;
  const rollouts = waiting.map(
    (record): AttentionItem => ({
      kind: kindOf(record),
      entityRef: record.entityRef,
      stage: record.stage,
      rolloutId: record.id,
      sentence: `${record.component}: ${sentenceOf(
        record,
        titleOf(record.stage),
      )}`,
      since: record.stateSince,
    }),
  );
  const targets = items.flatMap(item =>
    item.targets.flatMap(({ target }): AttentionItem[] => {
      const place = { entityRef: item.entityRef, stage: target.stage };
      const on = titleOf(target.stage);
      const found: AttentionItem[] = [];
      if (target.outsideChange && !target.activeRolloutId) {
        found.push({
          ...place,
          kind: 'outside-change',
          sentence: `${item.title} on ${on} was changed outside Careplane`,
          since: target.outsideChange.at,
        });
      }
      if (target.hold) {
        found.push({
          ...place,
          kind: 'hold',
          sentence: `${item.title} on ${on} is held by ${personName(
            target.hold.by,
          )}`,
          since: target.hold.at,
          rolloutId: target.hold.rolloutId,
        });
      }
      if (target.stack && !target.stack.settled && !target.activeRolloutId) {
        found.push({
          ...place,
          kind: 'not-settled',
          sentence: `The stack of ${item.title} on ${on} is not settled`,
        });
      }
      return found;
    }),
  );
  return [...rollouts, ...targets].sort(
    (a, b) => URGENCY.indexOf(a.kind) - URGENCY.indexOf(b.kind),
  );
}
