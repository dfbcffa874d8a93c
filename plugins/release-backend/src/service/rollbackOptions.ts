import type {
  HistoryEntry,
  RollbackOption,
  Stage,
} from '@careplane/backstage-plugin-release-common';
import type { TargetFacts } from '../poll/facts';

/**
 * When revisions were rolled away from, by revision id: the last move away from
 * them led to one that came here before them. Coming here by a move forward
 * takes that back. `history` is oldest first; who made the moves does not matter.
 */
export function rolledAwayOf(history: HistoryEntry[]): Map<string, string> {
  const came = new Map<string, number>();
  const away = new Map<string, string>();
  let before: { id: string; rank: number } | undefined;
  history.forEach(({ revision: { id }, from }, index) => {
    const rank = came.get(id) ?? index;
    came.set(id, rank);
    away.delete(id);
    if (before && rank < before.rank) away.set(before.id, from);
    before = { id, rank };
  });
  return away;
}

/**
 * Why a rollback may not go there: it is no way back, and skips the gates.
 * Undefined where it may.
 */
export function refusalOf(
  option: RollbackOption | undefined,
  stage: Pick<Stage, 'title'>,
  pipelineDeploys: boolean,
): string | undefined {
  if (!option?.rolledAwayAt) return undefined;
  const { version, id } = option.revision;
  const name = version ?? id;
  const todo = pipelineDeploys
    ? 'lift the hold, and retry the pipeline'
    : 'lift the hold, and promote it, which asks its gates and approval';
  return `${stage.title} was rolled away from ${name} at ${option.rolledAwayAt}, so a rollback does not go there. To go forward to it again: ${todo}.`;
}

/**
 * Revisions that ran here and are not what runs, newest first; those that were
 * rolled away from come last.
 */
export function optionsOf(
  history: HistoryEntry[],
  facts: Pick<TargetFacts, 'viability'> | undefined,
  currentId: string | undefined,
): RollbackOption[] {
  const away = rolledAwayOf(history);
  const byId = new Map<string, RollbackOption>();
  for (const entry of history) {
    if (!entry.to || entry.revision.id === currentId) continue;
    const known = facts?.viability?.[entry.revision.id];
    const checks = known?.checks ?? [];
    const period = {
      from: entry.from,
      to: entry.to,
      seconds: Math.max(
        0,
        (Date.parse(entry.to) - Date.parse(entry.from)) / 1000,
      ),
    };
    const option = byId.get(entry.revision.id) ?? {
      revision: entry.revision,
      ran: [],
      ready: readyOf(checks),
      checks,
      checkedAt: known?.checkedAt,
      source: entry.source,
      rolledAwayAt: away.get(entry.revision.id),
    };
    byId.delete(entry.revision.id);
    byId.set(entry.revision.id, {
      ...option,
      source: entry.source,
      ran: [period, ...option.ran],
    });
  }
  const newest = [...byId.values()].reverse();
  return [
    ...newest.filter(option => !option.rolledAwayAt),
    ...newest.filter(option => option.rolledAwayAt),
  ].slice(0, 20);
}

function readyOf(checks: RollbackOption['checks']): RollbackOption['ready'] {
  if (!checks.length) return 'unknown';
  if (checks.some(check => check.state === 'fail')) return 'not-ready';
  return checks.every(check => check.state === 'pass') ? 'ready' : 'unknown';
}
