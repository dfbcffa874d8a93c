import type { JsonObject } from '../template';
import {
  bool,
  ignoreMissing,
  list,
  number,
  object,
  tagMap,
  text,
  type ResourceContext,
  type ResourceHandler,
} from './handler';

async function retention(
  logGroupName: string,
  properties: JsonObject,
  context: ResourceContext,
) {
  const retentionInDays = number(properties.RetentionInDays);
  if (retentionInDays === undefined) return;
  await context.call('logs', 'PutRetentionPolicy', {
    logGroupName,
    retentionInDays,
  });
}

const logGroup: ResourceHandler = {
  replaceOn: ['LogGroupName'],
  taggable: true,
  async create(properties, context) {
    const logGroupName =
      text(properties.LogGroupName) ?? context.uniqueName(512);
    await context.call('logs', 'CreateLogGroup', {
      logGroupName,
      kmsKeyId: text(properties.KmsKeyId),
      tags: tagMap(properties.Tags, context.tags),
    });
    await retention(logGroupName, properties, context);
    return {
      physicalId: logGroupName,
      attributes: {
        Arn: `arn:aws:logs:${context.region}:${context.account}:log-group:${logGroupName}:*`,
      },
    };
  },
  async update(physicalId, wanted, _before, context) {
    await retention(physicalId, wanted, context);
    return { physicalId };
  },
  delete: (logGroupName, _properties, context) =>
    ignoreMissing(context.call('logs', 'DeleteLogGroup', { logGroupName })),
};

const metricFilter = (properties: JsonObject, filterName: string) => ({
  logGroupName: text(properties.LogGroupName),
  filterName,
  filterPattern: text(properties.FilterPattern) ?? '',
  metricTransformations: list(properties.MetricTransformations).map(item => ({
    metricName: text(object(item).MetricName),
    metricNamespace: text(object(item).MetricNamespace),
    metricValue: text(object(item).MetricValue),
    defaultValue: number(object(item).DefaultValue),
  })),
});

const metricFilters: ResourceHandler = {
  replaceOn: ['FilterName', 'LogGroupName'],
  async create(properties, context) {
    const name = text(properties.FilterName) ?? context.uniqueName(512);
    await context.call(
      'logs',
      'PutMetricFilter',
      metricFilter(properties, name),
    );
    return { physicalId: name };
  },
  async update(physicalId, wanted, _before, context) {
    await context.call(
      'logs',
      'PutMetricFilter',
      metricFilter(wanted, physicalId),
    );
    return { physicalId };
  },
  delete: (filterName, properties, context) =>
    ignoreMissing(
      context.call('logs', 'DeleteMetricFilter', {
        logGroupName: text(properties.LogGroupName),
        filterName,
      }),
    ),
};

const putAlarm = (
  AlarmName: string,
  properties: JsonObject,
  context: ResourceContext,
) =>
  context.call('cloudwatch', 'PutMetricAlarm', {
    ...properties,
    AlarmName,
    ActionsEnabled: bool(properties.ActionsEnabled) ?? true,
    EvaluationPeriods: number(properties.EvaluationPeriods),
    DatapointsToAlarm: number(properties.DatapointsToAlarm),
    Threshold: number(properties.Threshold),
    Period: number(properties.Period),
    Metrics:
      properties.Metrics &&
      list(properties.Metrics).map(metric => ({
        ...object(metric),
        ReturnData: bool(object(metric).ReturnData),
        Period: number(object(metric).Period),
      })),
    Tags: Object.entries(tagMap(properties.Tags, context.tags)).map(
      ([Key, Value]) => ({ Key, Value }),
    ),
  });

const alarm: ResourceHandler = {
  replaceOn: ['AlarmName'],
  taggable: true,
  async create(properties, context) {
    const name = text(properties.AlarmName) ?? context.uniqueName(255);
    await putAlarm(name, properties, context);
    return {
      physicalId: name,
      attributes: {
        Arn: `arn:aws:cloudwatch:${context.region}:${context.account}:alarm:${name}`,
      },
    };
  },
  async update(physicalId, wanted, _before, context) {
    await putAlarm(physicalId, wanted, context);
    return { physicalId };
  },
  delete: (name, _properties, context) =>
    ignoreMissing(
      context.call('cloudwatch', 'DeleteAlarms', { AlarmNames: [name] }),
    ),
};

export const observeResources: Record<string, ResourceHandler> = {
  'AWS::Logs::LogGroup': logGroup,
  'AWS::Logs::MetricFilter': metricFilters,
  'AWS::CloudWatch::Alarm': alarm,
};
