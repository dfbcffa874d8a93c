import type * as sdk from '@aws-sdk/client-cloudwatch';
import { AwsError, type CallContext, type Operations } from '../../core';
import { alarms, changeState, evaluate, type Alarm } from './alarms';
import { historyOf, noteHistory } from './history';
import { keepTicking } from './ticking';

const PAGE = 50;
/** How long a state that was set by hand lasts before the data decides again. */
const HELD_MS = 60_000;
const EVALUATED = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
];

function arnOf({ account, region }: CallContext, name: string) {
  return `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;
}

function toMetricAlarm(context: CallContext, alarm: Alarm): sdk.MetricAlarm {
  const { Tags: _tags, ...settings } = alarm.settings;
  return {
    ...settings,
    ActionsEnabled: settings.ActionsEnabled ?? true,
    AlarmName: alarm.name,
    AlarmArn: arnOf(context, alarm.name),
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.createdAt),
    StateValue: alarm.state,
    StateReason: alarm.reason,
    StateUpdatedTimestamp: new Date(alarm.changedAt),
    StateTransitionedTimestamp: new Date(alarm.changedAt),
  };
}

/** Alarms, evaluated each minute of the virtual clock, and when they are read. */
export const alarmOperations = {
  PutMetricAlarm(input, { sandbox, account }) {
    const { AlarmName, ...settings } = input;
    if (!settings.Metrics && (!settings.MetricName || !settings.Period)) {
      throw new AwsError(
        'ValidationError',
        'An alarm needs either Metrics, or MetricName, Namespace, Period and Statistic',
        { status: 400 },
      );
    }
    if (
      !settings.Metrics &&
      !EVALUATED.includes(settings.ComparisonOperator ?? '')
    ) {
      throw new AwsError(
        'ValidationError',
        `The sandbox has no anomaly detection: ${settings.ComparisonOperator}`,
        { status: 400 },
      );
    }
    const now = sandbox.clock.now().toISOString();
    const before = alarms(sandbox, account).get(AlarmName);
    alarms(sandbox, account).set(AlarmName, {
      name: AlarmName,
      settings,
      createdAt: now,
      state: before?.state ?? 'INSUFFICIENT_DATA',
      reason: before?.reason ?? 'Unchecked: Initial alarm creation',
      changedAt: before?.changedAt ?? now,
    });
    noteHistory(sandbox, account, {
      name: AlarmName,
      type: 'ConfigurationUpdate',
      at: now,
      summary: `Alarm "${AlarmName}" ${before ? 'updated' : 'created'}`,
      data: JSON.stringify({
        version: '1.0',
        type: before ? 'Update' : 'Create',
      }),
    });
    keepTicking(sandbox, account, { isNewAlarm: true });
  },

  DescribeAlarms(input, context) {
    const { sandbox, account } = context;
    const start = Number(input.NextToken ?? 0);
    const limit = Math.min(input.MaxRecords ?? PAGE, 100);
    const found = alarms(sandbox, account)
      .values()
      .filter(
        alarm =>
          (!input.AlarmNames || input.AlarmNames.includes(alarm.name)) &&
          alarm.name.startsWith(input.AlarmNamePrefix ?? ''),
      )
      .map(alarm => evaluate(sandbox, account, alarm))
      .filter(alarm => (input.StateValue ?? alarm.state) === alarm.state)
      .sort((a, b) => a.name.localeCompare(b.name));
    return {
      MetricAlarms: found
        .slice(start, start + limit)
        .map(alarm => toMetricAlarm(context, alarm)),
      CompositeAlarms: [],
      NextToken:
        start + limit < found.length ? String(start + limit) : undefined,
    };
  },

  SetAlarmState(input, { sandbox, account }) {
    const alarm = alarms(sandbox, account).get(input.AlarmName);
    if (!alarm) {
      throw new AwsError('ResourceNotFound', 'The alarm does not exist', {
        status: 404,
      });
    }
    const now = sandbox.clock.now().getTime();
    changeState(sandbox, account, alarm, {
      state: input.StateValue,
      reason: input.StateReason,
      heldUntil: new Date(now + HELD_MS).toISOString(),
    });
    keepTicking(sandbox, account);
  },

  DescribeAlarmHistory(input, { sandbox, account }) {
    const start = Number(input.NextToken ?? 0);
    const limit = Math.min(input.MaxRecords ?? 100, 100);
    const from = input.StartDate?.toISOString() ?? '';
    const to = input.EndDate?.toISOString() ?? '9';
    const found = historyOf(sandbox, account).filter(
      item =>
        (input.AlarmName ?? item.name) === item.name &&
        (input.HistoryItemType ?? item.type) === item.type &&
        item.at >= from &&
        item.at <= to,
    );
    if (input.ScanBy === 'TimestampAscending') found.reverse();
    return {
      AlarmHistoryItems: found.slice(start, start + limit).map(item => ({
        AlarmName: item.name,
        AlarmType: 'MetricAlarm' as const,
        Timestamp: new Date(item.at),
        HistoryItemType: item.type,
        HistorySummary: item.summary,
        HistoryData: item.data,
      })),
      NextToken:
        start + limit < found.length ? String(start + limit) : undefined,
    };
  },

  DeleteAlarms(input, { sandbox, account }) {
    for (const name of input.AlarmNames) alarms(sandbox, account).delete(name);
  },
} satisfies Operations<typeof sdk>;
