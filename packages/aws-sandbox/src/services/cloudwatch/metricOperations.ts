import type * as sdk from '@aws-sdk/client-cloudwatch';
import { AwsError, type CallContext, type Operations } from '../../core';
import { metrics, mergeStats, statistic, type Dimension } from './model';
import { align, findMetric, series } from './query';
import { recordMetrics, type Datum } from './record';

const LIST_PAGE = 500;
const QUERIES = 500;

export function toDimensions(
  dimensions: sdk.Dimension[] | undefined,
): Dimension[] {
  return (dimensions ?? []).map(({ Name, Value }) => ({
    Name: Name ?? '',
    Value: Value ?? '',
  }));
}

function invalidValue(message: string) {
  return new AwsError('InvalidParameterValueException', message, {
    status: 400,
  });
}

function requirePeriod(period: number | undefined): number {
  if (!period || period < 1 || (period >= 60 && period % 60 !== 0)) {
    throw invalidValue(
      'The parameter Period must be a multiple of 60, or 1, 5, 10 or 30',
    );
  }
  // The sandbox keeps minutes: shorter periods are answered by the minute.
  return Math.max(60, period);
}

function seconds(date: Date | undefined): number {
  return (date?.getTime() ?? 0) / 1000;
}

function toData(datum: sdk.MetricDatum): Datum[] {
  const base = {
    name: datum.MetricName ?? '',
    dimensions: toDimensions(datum.Dimensions),
    unit: datum.Unit,
    at: datum.Timestamp,
  };
  if (datum.Values) {
    return datum.Values.map((value, index) => ({
      ...base,
      value,
      times: datum.Counts?.[index] ?? 1,
    }));
  }
  const set = datum.StatisticValues;
  if (set?.SampleCount) {
    return [
      {
        ...base,
        value: (set.Sum ?? 0) / set.SampleCount,
        times: set.SampleCount,
      },
    ];
  }
  if (datum.Value === undefined) {
    throw new AwsError(
      'MissingRequiredParameterException',
      'At least one of Value, Values or StatisticValues must be given',
      { status: 400 },
    );
  }
  return [{ ...base, value: datum.Value }];
}

function answerQuery(
  query: sdk.MetricDataQuery,
  input: { StartTime: Date; EndTime: Date; ScanBy?: string },
  { sandbox, account }: CallContext,
): sdk.MetricDataResult {
  if (!query.MetricStat) {
    throw invalidValue(
      `Query ${query.Id}: the sandbox has no metric expressions`,
    );
  }
  const { Metric, Period, Stat } = query.MetricStat;
  const wanted = {
    namespace: Metric?.Namespace ?? '',
    name: Metric?.MetricName ?? '',
    dimensions: toDimensions(Metric?.Dimensions),
    statistic: Stat ?? '',
    period: requirePeriod(Period),
    from: seconds(input.StartTime),
    to: seconds(input.EndTime),
  };
  const found = series(
    findMetric(sandbox, query.AccountId ?? account, wanted),
    wanted,
  );
  const points =
    input.ScanBy === 'TimestampAscending' ? found : [...found].reverse();
  return {
    Id: query.Id,
    Label: query.Label ?? wanted.name,
    Timestamps: points.map(point => new Date(point.at * 1000)),
    Values: points.map(point => point.value),
    StatusCode: 'Complete',
  };
}

export const metricOperations = {
  PutMetricData(input, { sandbox, account }) {
    if (input.Namespace.startsWith('AWS/')) {
      throw invalidValue(
        'The value AWS/ for parameter Namespace is invalid: it is kept for services of AWS',
      );
    }
    const data = [
      ...(input.MetricData ?? []),
      ...(input.EntityMetricData ?? []).flatMap(each => each.MetricData ?? []),
    ];
    recordMetrics(sandbox, account, input.Namespace, data.flatMap(toData));
  },

  GetMetricData(input, context) {
    if (input.StartTime >= input.EndTime) {
      throw new AwsError(
        'ValidationError',
        'The parameter StartTime must be less than the parameter EndTime.',
        { status: 400 },
      );
    }
    if (input.MetricDataQueries.length > QUERIES) {
      throw invalidValue(`At most ${QUERIES} queries can be asked at once`);
    }
    return {
      MetricDataResults: input.MetricDataQueries.filter(
        query => query.ReturnData !== false,
      ).map(query => answerQuery(query, input, context)),
      Messages: [],
    };
  },

  GetMetricStatistics(input, { sandbox, account }) {
    const names = [
      ...(input.Statistics ?? []),
      ...(input.ExtendedStatistics ?? []),
    ];
    if (names.length === 0) {
      throw new AwsError(
        'InvalidParameterCombinationException',
        'Either Statistics or ExtendedStatistics must be given',
        { status: 400 },
      );
    }
    const period = requirePeriod(input.Period);
    const metric = findMetric(sandbox, account, {
      namespace: input.Namespace,
      name: input.MetricName,
      dimensions: toDimensions(input.Dimensions),
    });
    const byPeriod = new Map<number, string[]>();
    for (const minute of Object.keys(metric?.minutes ?? {})) {
      const at = Number(minute);
      if (at < seconds(input.StartTime) || at >= seconds(input.EndTime)) {
        continue;
      }
      const start = align(at, period);
      byPeriod.set(start, [...(byPeriod.get(start) ?? []), minute]);
    }
    return {
      Label: input.MetricName,
      Datapoints: [...byPeriod].map(([at, minutes]) => {
        const stats = mergeStats(
          minutes.flatMap(m => metric?.minutes[m] ?? []),
        );
        const value = (name: string) => stats && statistic(stats, name);
        return {
          Timestamp: new Date(at * 1000),
          Unit: (metric?.unit as sdk.StandardUnit) ?? 'None',
          ...Object.fromEntries(
            (input.Statistics ?? []).map(name => [name, value(name)]),
          ),
          ExtendedStatistics: input.ExtendedStatistics
            ? Object.fromEntries(
                input.ExtendedStatistics.map(name => [name, value(name) ?? 0]),
              )
            : undefined,
        };
      }),
    };
  },

  ListMetrics(input, { sandbox, account }) {
    const start = Number(input.NextToken ?? 0);
    const all = metrics(sandbox, account)
      .values()
      .filter(
        metric =>
          (input.Namespace ?? metric.namespace) === metric.namespace &&
          (input.MetricName ?? metric.name) === metric.name &&
          (input.Dimensions ?? []).every(wanted =>
            metric.dimensions.some(
              each =>
                each.Name === wanted.Name &&
                (wanted.Value ?? each.Value) === each.Value,
            ),
          ),
      );
    return {
      Metrics: all.slice(start, start + LIST_PAGE).map(metric => ({
        Namespace: metric.namespace,
        MetricName: metric.name,
        Dimensions: metric.dimensions,
      })),
      NextToken:
        start + LIST_PAGE < all.length ? String(start + LIST_PAGE) : undefined,
    };
  },
} satisfies Operations<typeof sdk>;
