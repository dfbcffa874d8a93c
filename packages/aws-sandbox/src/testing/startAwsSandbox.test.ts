import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import { startAwsSandbox } from '..';

// README.md shows this file's first test as the example: keep them alike.
describe('the test kit', () => {
  const aws = startAwsSandbox({ quotas: 'published' });

  it('starts with one line: clock, faults, quotas and the calls that were made', async () => {
    const cloudwatch = aws.client(CloudWatchClient, '333333333333');
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'visit-api-errors',
        Namespace: 'AWS/Lambda',
        MetricName: 'Errors',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'breaching',
      }),
    );
    await aws.clock.advance(120_000);

    aws.faults.add({ kind: 'throttle', operation: 'DescribeAlarms', count: 1 });
    const describe = () => cloudwatch.send(new DescribeAlarmsCommand({}));
    await expect(describe()).rejects.toThrow('Rate exceeded');
    expect((await describe()).MetricAlarms?.[0].StateValue).toBe('ALARM');

    expect(aws.requests.counts()).toContainEqual({
      service: 'cloudwatch',
      operation: 'DescribeAlarms',
      account: '333333333333',
      count: 2,
    });
    expect(aws.quotas.usage()[0]).toMatchObject({ perSecond: 3, calls: 1 });
  });

  it('begins anew for each test', async () => {
    const cloudwatch = aws.client(CloudWatchClient, '333333333333');
    const { MetricAlarms } = await cloudwatch.send(
      new DescribeAlarmsCommand({}),
    );
    expect(MetricAlarms).toEqual([]);
    expect(aws.requests.since()).toHaveLength(1);
  });
});

describe('the test kit, once', () => {
  const aws = startAwsSandbox({ fresh: 'once' });
  const urls: string[] = [];

  it.each([1, 2])('keeps its state between tests (%s)', () => {
    urls.push(aws.url);
    expect(new Set(urls).size).toBe(1);
  });
});
