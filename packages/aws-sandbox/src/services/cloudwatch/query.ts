import type { Sandbox } from '../../core';
import {
  mergeStats,
  metricKey,
  metrics,
  MINUTE,
  statistic,
  type Dimension,
  type Metric,
} from './model';

export interface SeriesQuery {
  namespace: string;
  name: string;
  dimensions: Dimension[];
  statistic: string;
  /** Seconds, a multiple of 60. */
  period: number;
  /** Seconds since the epoch; the end is not part of the range. */
  from: number;
  to: number;
}

export interface Point {
  /** Start of the period, seconds since the epoch. */
  at: number;
  value: number;
}

export function findMetric(
  sandbox: Sandbox,
  account: string,
  query: Pick<SeriesQuery, 'namespace' | 'name' | 'dimensions'>,
): Metric | undefined {
  const { namespace, name, dimensions } = query;
  return metrics(sandbox, account).get(metricKey(namespace, name, dimensions));
}

/** One value per period that has data, oldest first; periods without are left out. */
export function series(
  metric: Metric | undefined,
  query: SeriesQuery,
): Point[] {
  const { period, from, to } = query;
  const byPeriod = new Map<number, Metric['minutes'][string][]>();
  for (const [minute, stats] of Object.entries(metric?.minutes ?? {})) {
    const at = Number(minute);
    if (at < align(from, MINUTE) || at >= to) continue;
    const start = align(at, period);
    byPeriod.set(start, [...(byPeriod.get(start) ?? []), stats]);
  }
  return [...byPeriod]
    .sort(([a], [b]) => a - b)
    .flatMap(([at, all]) => {
      const stats = mergeStats(all);
      const value = stats && statistic(stats, query.statistic);
      return value === undefined ? [] : [{ at, value }];
    });
}

/** The period's start that a moment falls in. */
export function align(seconds: number, period: number): number {
  return Math.floor(seconds / period) * period;
}
