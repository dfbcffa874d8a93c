import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import { startSandbox } from '../../startSandbox';
import { clientOptions } from '../../testing';
import type { RunningSandbox } from '../../core';

const Namespace = 'Careplane';
const MINUTE = 60_000;

/** The SDK speaks JSON; current boto3 CBOR; older clients the query protocol. */
describe.each([
  ['JSON', undefined],
  ['CBOR', AwsSmithyRpcV2CborProtocol],
  ['query', AwsQueryProtocol],
])('cloudwatch over %s', (_name, protocol) => {
  let sandbox: RunningSandbox;
  let cloudwatch: CloudWatchClient;

  beforeAll(async () => {
    sandbox = await startSandbox();
    cloudwatch = new CloudWatchClient({
      ...clientOptions(sandbox.url),
      ...(protocol ? { protocol: protocol as never } : {}),
    });
  });

  afterAll(async () => {
    cloudwatch.destroy();
    await sandbox.close();
  });

  const putMetric = (MetricName: string, values: number[]) =>
    cloudwatch.send(
      new PutMetricDataCommand({
        Namespace,
        MetricData: [
          { MetricName, Values: values, Timestamp: sandbox.clock.now() },
        ],
      }),
    );
  const stateOf = async (name: string) => {
    const { MetricAlarms } = await cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: [name] }),
    );
    return MetricAlarms?.[0]?.StateValue;
  };
  const putAlarm = (AlarmName: string, more = {}) =>
    cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName,
        Namespace,
        MetricName: AlarmName,
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 2,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        ...more,
      }),
    );

  it('answers what was put, by sum, average and percentile', async () => {
    await putMetric('latency', [10, 20, 30, 40]);
    const now = sandbox.clock.now().getTime();
    const range = {
      StartTime: new Date(now - 10 * MINUTE),
      EndTime: new Date(now + MINUTE),
    };
    const { MetricDataResults } = await cloudwatch.send(
      new GetMetricDataCommand({
        ...range,
        MetricDataQueries: ['Sum', 'Average', 'p50', 'Maximum'].map(
          (Stat, index) => ({
            Id: `q${index}`,
            MetricStat: {
              Metric: { Namespace, MetricName: 'latency' },
              Period: 60,
              Stat,
            },
          }),
        ),
      }),
    );
    expect(MetricDataResults?.map(each => each.Values)).toEqual([
      [100],
      [25],
      [20],
      [40],
    ]);
    expect(MetricDataResults?.[0].Timestamps?.[0]).toBeInstanceOf(Date);
    const { Datapoints } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        ...range,
        Namespace,
        MetricName: 'latency',
        Period: 3600,
        Statistics: ['Sum', 'SampleCount'],
      }),
    );
    expect(Datapoints).toMatchObject([{ Sum: 100, SampleCount: 4 }]);
    const { Metrics } = await cloudwatch.send(
      new ListMetricsCommand({ Namespace, MetricName: 'latency' }),
    );
    expect(Metrics).toHaveLength(1);
  });

  it('says nothing for a metric without data, which is not zero', async () => {
    const now = sandbox.clock.now().getTime();
    const { MetricDataResults } = await cloudwatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(now - MINUTE),
        EndTime: new Date(now),
        MetricDataQueries: [
          {
            Id: 'none',
            MetricStat: {
              Metric: { Namespace, MetricName: 'never' },
              Period: 60,
              Stat: 'Sum',
            },
          },
        ],
      }),
    );
    expect(MetricDataResults?.[0].Values ?? []).toEqual([]);
  });

  it('goes from no data to alarm and back as the data does', async () => {
    await putAlarm('errors');
    expect(await stateOf('errors')).toBe('INSUFFICIENT_DATA');
    await putMetric('errors', [5]);
    await sandbox.clock.advance(MINUTE);
    await putMetric('errors', [5]);
    expect(await stateOf('errors')).toBe('ALARM');
    await sandbox.clock.advance(MINUTE);
    await putMetric('errors', [0]);
    expect(await stateOf('errors')).toBe('OK');
    await sandbox.clock.advance(10 * MINUTE);
    expect(await stateOf('errors')).toBe('INSUFFICIENT_DATA');
  });

  it('treats missing data as the alarm says', async () => {
    await putAlarm('quiet', { TreatMissingData: 'notBreaching' });
    await putAlarm('loud', { TreatMissingData: 'breaching' });
    await putAlarm('same', { TreatMissingData: 'ignore' });
    expect(await stateOf('quiet')).toBe('OK');
    expect(await stateOf('loud')).toBe('ALARM');
    expect(await stateOf('same')).toBe('INSUFFICIENT_DATA');
  });

  it('evaluates on the sandbox clock, M of N, whether or not anybody looks', async () => {
    const seen: string[] = [];
    sandbox.events.listen(event => {
      if (event.detailType !== 'CloudWatch Alarm State Change') return;
      const { alarmName, state } = event.detail as {
        alarmName: string;
        state: { value: string };
      };
      if (alarmName === 'watched') seen.push(state.value);
    });
    await putAlarm('watched', {
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      TreatMissingData: 'notBreaching',
    });
    for (const value of [5, 0, 5]) {
      await putMetric('watched', [value]);
      await sandbox.clock.advance(MINUTE);
    }
    await sandbox.clock.advance(30 * MINUTE);
    expect(seen).toEqual(['OK', 'ALARM', 'OK']);
    const { AlarmHistoryItems } = await cloudwatch.send(
      new DescribeAlarmHistoryCommand({
        AlarmName: 'watched',
        HistoryItemType: 'StateUpdate',
      }),
    );
    expect(AlarmHistoryItems?.map(item => item.HistorySummary)).toEqual([
      'Alarm updated from ALARM to OK',
      'Alarm updated from OK to ALARM',
      'Alarm updated from INSUFFICIENT_DATA to OK',
    ]);
    const alarmed = AlarmHistoryItems?.[1].Timestamp?.getTime() ?? 0;
    const over = AlarmHistoryItems?.[0].Timestamp?.getTime() ?? 0;
    expect((over - alarmed) / MINUTE).toBeLessThan(7);
  });

  it('lets a state be set by hand for a minute', async () => {
    await putAlarm('manual', { TreatMissingData: 'notBreaching' });
    await cloudwatch.send(
      new SetAlarmStateCommand({
        AlarmName: 'manual',
        StateValue: 'ALARM',
        StateReason: 'exercise',
      }),
    );
    expect(await stateOf('manual')).toBe('ALARM');
    await sandbox.clock.advance(2 * MINUTE);
    expect(await stateOf('manual')).toBe('OK');
    await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['manual'] }));
    expect(await stateOf('manual')).toBeUndefined();
  });

  it('answers a mistake in the protocol that it came in', async () => {
    await expect(
      cloudwatch.send(
        new PutMetricDataCommand({ Namespace: 'AWS/Lambda', MetricData: [] }),
      ),
    ).rejects.toMatchObject({
      name: expect.stringMatching(/^InvalidParameterValue/),
      message: expect.stringContaining('AWS/'),
    });
  });
});
