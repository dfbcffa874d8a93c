import type * as sdk from '@aws-sdk/client-cloudwatch';
import type { Collection, Sandbox } from '../../core';
import { toDimensions } from './metricOperations';
import { align, findMetric, series } from './query';
import { noteHistory } from './history';
import { MORE_PERIODS, verdictOf } from './verdict';

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
  return changeState(sandbox, account, alarm, verdict);
}

/** Keeps a new state, tells EventBridge, and writes the alarm's history. */
export function changeState(
  sandbox: Sandbox,
  account: string,
  alarm: Alarm,
  change: Verdict & Pick<Alarm, 'heldUntil'>,
): Alarm {
  const changedAt = sandbox.clock.now().toISOString();
  const changed: Alarm = {
    ...alarm,
    heldUntil: undefined,
    ...change,
    changedAt,
  };
  alarms(sandbox, account).set(alarm.name, changed);
  if (changed.state === alarm.state) return changed;
  const told = (each: Alarm) => ({
    value: each.state,
    reason: each.reason,
    timestamp: each.changedAt.replace('Z', '+0000'),
  });
  noteHistory(sandbox, account, {
    name: alarm.name,
    type: 'StateUpdate',
    at: changedAt,
    summary: `Alarm updated from ${alarm.state} to ${changed.state}`,
    data: JSON.stringify({
      version: '1.0',
      oldState: { stateValue: alarm.state, stateReason: alarm.reason },
      newState: { stateValue: changed.state, stateReason: changed.reason },
    }),
  });
  sandbox.events.emit({
    account,
    source: 'aws.cloudwatch',
    detailType: 'CloudWatch Alarm State Change',
    resources: [`arn:aws:cloudwatch:us-east-1:${account}:alarm:${alarm.name}`],
    detail: {
      alarmName: alarm.name,
      state: told(changed),
      previousState: told(alarm),
    },
  });
  return changed;
}

function judge(
  sandbox: Sandbox,
  account: string,
  { settings }: Alarm,
  now: number,
): Verdict | undefined {
  const { MetricName, Namespace, Period, EvaluationPeriods = 1 } = settings;
  if (!MetricName || !Namespace || !Period) return undefined;
  const period = Math.max(60, Period);
  const length = EvaluationPeriods + MORE_PERIODS;
  const query = {
    namespace: Namespace,
    name: MetricName,
    dimensions: toDimensions(settings.Dimensions),
    statistic: settings.Statistic ?? settings.ExtendedStatistic ?? 'Average',
    period,
    from: align(now, period) - length * period,
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
  const breaching = Array.from({ length }, (_, index) => {
    const value = points.get(last - index * period);
    return value === undefined ? undefined : exceeds(value, settings);
  });
  const needed = settings.DatapointsToAlarm ?? EvaluationPeriods;
  const state = verdictOf({
    breaching,
    periods: EvaluationPeriods,
    needed,
    treatMissing: settings.TreatMissingData ?? 'missing',
  });
  if (!state) return undefined;
  const real = breaching
    .filter(each => each !== undefined)
    .slice(0, EvaluationPeriods);
  return {
    state,
    reason:
      real.length === 0
        ? `${
            state === 'INSUFFICIENT_DATA'
              ? 'Insufficient Data'
              : 'No datapoints'
          }: ${EvaluationPeriods} datapoints were unknown.`
        : `Threshold Crossed: ${real.filter(Boolean).length} of the last ${
            real.length
          } datapoints were breaching the threshold (${
            settings.Threshold
          }); ${needed} are needed.`,
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
