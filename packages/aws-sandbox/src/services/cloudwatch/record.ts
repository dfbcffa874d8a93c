import type { Sandbox } from '../../core';
import {
  addValue,
  KEPT_SECONDS,
  metricKey,
  metrics,
  MINUTE,
  type Dimension,
} from './model';
import { keepTicking } from './ticking';

export interface Datum {
  name: string;
  dimensions: Dimension[];
  value: number;
  /** How often the value came; once by default. */
  times?: number;
  unit?: string;
  /** Now by default. */
  at?: Date;
}

/** Adds data points, as a service of AWS does for its own namespace. */
export function recordMetrics(
  sandbox: Sandbox,
  account: string,
  namespace: string,
  data: Datum[],
) {
  const store = metrics(sandbox, account);
  const now = sandbox.clock.now();
  const oldest = now.getTime() / 1000 - KEPT_SECONDS;
  for (const datum of data) {
    const key = metricKey(namespace, datum.name, datum.dimensions);
    const metric = store.get(key) ?? {
      namespace,
      name: datum.name,
      dimensions: datum.dimensions,
      unit: datum.unit,
      minutes: {},
    };
    const seconds = (datum.at ?? now).getTime() / 1000;
    const minute = String(Math.floor(seconds / MINUTE) * MINUTE);
    metric.minutes[minute] = addValue(
      metric.minutes[minute],
      datum.value,
      datum.times,
    );
    for (const each of Object.keys(metric.minutes)) {
      if (Number(each) < oldest) delete metric.minutes[each];
    }
    store.set(key, metric);
  }
  const isRecent = ({ at = now }: Datum) =>
    now.getTime() - at.getTime() < 60 * 60_000;
  if (data.some(isRecent)) keepTicking(sandbox, account);
}
