import type * as sdk from '@aws-sdk/client-cloudwatch';
import type { Collection, Sandbox } from '../../core';
import { toDimensions } from './metricOperations';
import { align, findMetric, series } from './query';

export interface Alarm {
  name: string;
  /** The request's members, timestamps aside. */
  settings: Omit<sdk.PutMetricAlarmInput, 'AlarmName'>;
  createdAt: string;
  state: sdk.StateValue;
  reason: string;
  changedAt: string;
  /** Set by SetAlarmState: no evaluation before this moment. */
  heldUntil?: string;
}

export function alarms(sandbox: Sandbox, account: string): Collection<Alarm> {
  return sandbox.store<Alarm>('cloudwatch', account, 'alarms');
}

/** What the data says; undefined where it says nothing new. */
interface Verdict {
  state: sdk.StateValue;
  reason: string;
}

/** Evaluates an alarm now and keeps the outcome. */
export function evaluate(
  sandbox: Sandbox,
  account: string,
  alarm: Alarm,
): Alarm {
  const now = sandbox.clock.now();
  if (alarm.heldUntil && alarm.heldUntil > now.toISOString()) return alarm;
  const verdict = judge(sandbox, account, alarm, now.getTime() / 1000);
  if (!verdict || verdict.state === alarm.state) return alarm;
  const changed: Alarm = {
    ...alarm,
    ...verdict,
    heldUntil: undefined,
    changedAt: now.toISOString(),
  };
  alarms(sandbox, account).set(alarm.name, changed);
  return changed;
}

/**
 * Evaluation of a plain metric alarm, missing data included.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
function judge(
  sandbox: Sandbox,
  account: string,
  { settings }: Alarm,
  now: number,
): Verdict | undefined {
  const { MetricName, Namespace, Period, EvaluationPeriods = 1 } = settings;
  if (!MetricName || !Namespace || !Period) return undefined;
  const period = Math.max(60, Period);
  const query = {
    namespace: Namespace,
    name: MetricName,
    dimensions: toDimensions(settings.Dimensions),
    statistic: settings.Statistic ?? settings.ExtendedStatistic ?? 'Average',
    period,
    from: align(now, period) - EvaluationPeriods * period,
    to: now + 1,
  };
  const points = new Map(
    series(findMetric(sandbox, account, query), query).map(point => [
      point.at,
      point.value,
    ]),
  );
  // The running period counts once it has data.
  const current = align(now, period);
  const last = points.has(current) ? current : current - period;
  const values = Array.from({ length: EvaluationPeriods }, (_, index) =>
    points.get(last - index * period),
  );
  const missing = values.filter(value => value === undefined).length;
  const treat = settings.TreatMissingData ?? 'missing';
  if (missing === values.length) {
    if (treat === 'ignore') return undefined;
    if (treat === 'missing') {
      return {
        state: 'INSUFFICIENT_DATA',
        reason: `Insufficient Data: ${missing} datapoints were unknown.`,
      };
    }
  }
  const breaches = values.filter(value =>
    value === undefined ? treat === 'breaching' : exceeds(value, settings),
  ).length;
  const needed = settings.DatapointsToAlarm ?? EvaluationPeriods;
  const isAlarm = breaches >= needed;
  return {
    state: isAlarm ? 'ALARM' : 'OK',
    reason: `Threshold Crossed: ${breaches} of the last ${values.length} datapoints were breaching the threshold (${settings.Threshold}); ${needed} are needed.`,
  };
}

function exceeds(
  value: number,
  { ComparisonOperator, Threshold = 0 }: Alarm['settings'],
): boolean {
  switch (ComparisonOperator) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= Threshold;
    case 'GreaterThanThreshold':
      return value > Threshold;
    case 'LessThanThreshold':
      return value < Threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= Threshold;
    default:
      return false;
  }
}
