import type { Sandbox } from '../../core';

/** CloudWatch keeps an alarm's history for 30 days. */
const KEPT_MS = 30 * 24 * 3_600_000;

export interface HistoryItem {
  name: string;
  type: 'StateUpdate' | 'ConfigurationUpdate';
  /** ISO 8601. */
  at: string;
  summary: string;
  data: string;
}

function history(sandbox: Sandbox, account: string) {
  return sandbox.store<HistoryItem[]>('cloudwatch', account, 'alarmHistory');
}

export function noteHistory(
  sandbox: Sandbox,
  account: string,
  item: HistoryItem,
) {
  const oldest = new Date(sandbox.clock.now().getTime() - KEPT_MS);
  const kept = (history(sandbox, account).get(item.name) ?? []).filter(
    each => each.at >= oldest.toISOString(),
  );
  history(sandbox, account).set(item.name, [...kept, item]);
}

/** Newest first. */
export function historyOf(sandbox: Sandbox, account: string): HistoryItem[] {
  return history(sandbox, account)
    .values()
    .flat()
    .map((item, index) => ({ item, index }))
    .sort((a, b) => b.item.at.localeCompare(a.item.at) || b.index - a.index)
    .map(({ item }) => item);
}
