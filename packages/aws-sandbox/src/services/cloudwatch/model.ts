import type { Collection, Sandbox } from '../../core';

export interface Dimension {
  Name: string;
  Value: string;
}

/** What one minute of a metric held. */
export interface MinuteStats {
  sum: number;
  count: number;
  min: number;
  max: number;
  /** How often each value came, for percentiles; left out when too many. */
  values?: Record<string, number>;
}

export interface Metric {
  namespace: string;
  name: string;
  dimensions: Dimension[];
  unit?: string;
  /** By the minute's start, in seconds since the epoch. */
  minutes: Record<string, MinuteStats>;
}

export const MINUTE = 60;
/** CloudWatch keeps minutes for 15 days. */
export const KEPT_SECONDS = 15 * 24 * 60 * 60;
const DISTINCT_VALUES = 150;

export function metrics(sandbox: Sandbox, account: string): Collection<Metric> {
  return sandbox.store<Metric>('cloudwatch', account, 'metrics');
}

export function metricKey(
  namespace: string,
  name: string,
  dimensions: Dimension[],
): string {
  const sorted = dimensions
    .map(({ Name, Value }) => [Name, Value])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, name, sorted]);
}

/** Adds a value that came `times` times. */
export function addValue(
  stats: MinuteStats | undefined,
  value: number,
  times = 1,
): MinuteStats {
  const before = stats ?? {
    sum: 0,
    count: 0,
    min: value,
    max: value,
    values: {},
  };
  const values = before.values && {
    ...before.values,
    [value]: (before.values[value] ?? 0) + times,
  };
  return {
    sum: before.sum + value * times,
    count: before.count + times,
    min: Math.min(before.min, value),
    max: Math.max(before.max, value),
    ...(values && Object.keys(values).length <= DISTINCT_VALUES
      ? { values }
      : {}),
  };
}

export function mergeStats(all: MinuteStats[]): MinuteStats | undefined {
  if (all.length === 0) return undefined;
  const values: Record<string, number> = {};
  for (const stats of all) {
    for (const [value, times] of Object.entries(stats.values ?? {})) {
      values[value] = (values[value] ?? 0) + times;
    }
  }
  return {
    sum: all.reduce((sum, stats) => sum + stats.sum, 0),
    count: all.reduce((sum, stats) => sum + stats.count, 0),
    min: Math.min(...all.map(stats => stats.min)),
    max: Math.max(...all.map(stats => stats.max)),
    ...(all.every(stats => stats.values) ? { values } : {}),
  };
}

/** `Sum`, `Average`, `SampleCount`, `Minimum`, `Maximum` or `p99`. */
export function statistic(
  stats: MinuteStats,
  name: string,
): number | undefined {
  switch (name) {
    case 'Sum':
      return stats.sum;
    case 'SampleCount':
      return stats.count;
    case 'Average':
      return stats.count > 0 ? stats.sum / stats.count : undefined;
    case 'Minimum':
      return stats.min;
    case 'Maximum':
      return stats.max;
    default:
      return percentile(stats, name);
  }
}

function percentile(stats: MinuteStats, name: string): number | undefined {
  const wanted = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(name);
  if (!wanted || !stats.values) return undefined;
  const rank = (Number(wanted[1]) / 100) * stats.count;
  let seen = 0;
  const sorted = Object.entries(stats.values).sort(
    ([a], [b]) => Number(a) - Number(b),
  );
  for (const [value, times] of sorted) {
    seen += times;
    if (seen >= rank) return Number(value);
  }
  return stats.max;
}
