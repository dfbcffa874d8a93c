// Alarms reach people: topics, the table of incidents, Amazon Connect, Datadog.
import { each } from '../../../scripts/infra/policies/plan.mjs';
import { isCustomerKey } from './encryption.mjs';

const TOLD = ['164.308(a)(6)(ii)', '164.312(b)'];
const KEPT = ['164.308(a)(7)(ii)(A)', '164.312(c)(1)'];

const table = (id, cfr, title, check) => ({
  id,
  cfr,
  title,
  types: ['aws_dynamodb_table'],
  check,
});

/** Principals that a topic's policy lets publish, with its conditions' keys. */
const publishers = text =>
  [JSON.parse(text).Statement]
    .flat()
    .filter(({ Effect }) => Effect === 'Allow')
    .map(({ Principal, Condition }) => ({
      services: each(Principal?.Service),
      keys: Object.values(Condition ?? {}).flatMap(Object.keys),
      all: Principal === '*' || each(Principal?.AWS).includes('*'),
    }));

export default [
  table(
    'CKV_AWS_119',
    ['164.312(a)(2)(iv)', '164.312(e)(2)(ii)'],
    'Tables are encrypted with a customer key',
    ({ values }) => {
      const [encryption] = values.server_side_encryption ?? [];
      return (
        (encryption?.enabled === true &&
          isCustomerKey(encryption.kms_key_arn)) ||
        'server_side_encryption names no key of the customers'
      );
    },
  ),
  table(
    'HIPAA.Security-DynamoDBPITREnabled',
    KEPT,
    'Tables can be taken back to any second of 35 days',
    ({ values }) => {
      const [recovery] = values.point_in_time_recovery ?? [];
      return (
        (recovery?.enabled === true &&
          recovery.recovery_period_in_days === 35) ||
        'point_in_time_recovery is not on for 35 days'
      );
    },
  ),
  table(
    'HIPAA.Security-DynamoDBInBackupPlan',
    KEPT,
    'Tables are in the backup plan',
    ({ values }) =>
      values.tags?.Backup === 'true' || 'the tag Backup is not true',
  ),
  table(
    'CAREPLANE.HIPAA.TableDeletion',
    KEPT,
    'No table is deleted by one call',
    ({ values }) =>
      values.deletion_protection_enabled === true ||
      'deletion_protection_enabled is not set',
  ),
  table(
    'HIPAA.Security-DynamoDBAutoScalingEnabled',
    ['164.308(a)(7)(i)', '164.308(a)(7)(ii)(C)'],
    'Tables grow with what is asked of them',
    ({ values }) =>
      values.billing_mode === 'PAY_PER_REQUEST' ||
      'billing_mode is not PAY_PER_REQUEST',
  ),
  {
    id: 'CAREPLANE.HIPAA.AlarmTopic',
    cfr: TOLD,
    title:
      'CloudWatch may publish to a topic that alarms name, for our accounts alone, and somebody listens',
    types: ['aws_sns_topic'],
    check: (topic, plan) => {
      const alarmed = plan
        .of('aws_cloudwatch_metric_alarm')
        .some(({ values }) =>
          each(values.alarm_actions).includes(topic.values.arn),
        );
      if (!alarmed) return true;
      const allowed = plan
        .naming('aws_sns_topic_policy', 'arn', topic)
        .flatMap(({ values }) => publishers(values.policy));
      if (allowed.some(({ all }) => all)) return 'anybody may publish to it';
      const watches = allowed.filter(({ services }) =>
        services.some(one => /^cloudwatch\./.test(one)),
      );
      if (watches.length === 0) return 'CloudWatch may not publish to it';
      const ours = ['aws:SourceAccount', 'aws:SourceOrgID'];
      if (!watches.every(({ keys }) => keys.some(one => ours.includes(one))))
        return 'alarms of strangers may be published to it';
      return (
        plan.naming('aws_sns_topic_subscription', 'topic_arn', topic).length >
          0 || 'nobody listens to it'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.CallerCalls',
    cfr: TOLD,
    title:
      'The caller hears alarms, calls again, and is invoked by topics and by Connect',
    types: ['aws_lambda_function'],
    check: (lambda, plan) => {
      const variables = lambda.values.environment?.[0]?.variables;
      if (!/alert-caller$/.test(lambda.values.function_name ?? '')) return true;
      for (const name of [
        'TABLE',
        'MAIL_TOPIC_ARN',
        'QUEUE_URL',
        'CONNECT_INSTANCE_ID',
        'CONTACT_FLOW_ID',
      ]) {
        if (!variables?.[name]) return `the variable ${name} is not set`;
      }
      const heard = plan
        .of('aws_sns_topic_subscription')
        .some(
          ({ values }) =>
            values.protocol === 'lambda' &&
            values.endpoint === lambda.values.arn,
        );
      if (!heard) return 'no topic is subscribed by it';
      const invokers = plan
        .naming('aws_lambda_permission', 'function_name', lambda)
        .filter(({ values }) => values.action === 'lambda:InvokeFunction')
        .map(({ values }) => values.principal.split('.')[0]);
      const missing = ['connect', 'sns'].filter(one => !invokers.includes(one));
      if (missing.length > 0) return `${missing.join(', ')} may not invoke it`;
      if (invokers.filter(one => one === 'sns').length < 2)
        return 'topics of services may not invoke it';
      const source = plan
        .of('aws_lambda_event_source_mapping')
        .some(
          ({ values }) =>
            values.function_name === lambda.values.arn &&
            plan.find(values.event_source_arn)?.type === 'aws_sqs_queue' &&
            values.enabled === true &&
            values.batch_size === 1 &&
            values.scaling_config?.[0]?.maximum_concurrency > 1,
        );
      if (!source) return 'calls that are due are not brought to it';
      const watched = plan
        .of('aws_cloudwatch_metric_alarm')
        .some(
          ({ values }) =>
            values.namespace === 'AWS/Lambda' &&
            values.metric_name === 'Errors' &&
            values.dimensions?.FunctionName === lambda.values.function_name &&
            values.threshold === 0,
        );
      if (!watched) return 'no alarm looks at its errors';
      const direct = plan
        .documents()
        .filter(({ resource }) => resource.type === 'aws_iam_policy')
        .filter(({ resource }) => /alert-caller$/.test(resource.values.name))
        .flatMap(({ statements }) => statements)
        .filter(({ Action }) => each(Action).some(one => /^kms:/.test(one)))
        .some(({ Condition }) => !Condition?.StringEquals?.['kms:ViaService']);
      if (direct) return 'it may use its key without a service';
      return (
        plan.of('aws_connect_lambda_function_association').length > 0 ||
        'the contact flow cannot invoke it'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.CallsLogNothing',
    cfr: ['164.312(a)(1)', '164.312(b)'],
    title: 'A contact flow keeps no log of names and numbers',
    types: ['aws_connect_contact_flow'],
    check: ({ values }) => {
      if (typeof values.content !== 'string') return 'it has no content';
      const logging = JSON.parse(values.content).Actions.find(
        ({ Type }) => Type === 'UpdateFlowLoggingBehavior',
      );
      return (
        logging?.Parameters.FlowLoggingBehavior === 'Disabled' ||
        'its flow log is not off'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.QueueOutlastsItsReader',
    cfr: ['164.312(c)(1)'],
    title:
      'A message is hidden six times as long as its function may run, and lies for a day or more',
    types: ['aws_lambda_event_source_mapping'],
    check: ({ values }, plan) => {
      const queue = plan.find(values.event_source_arn);
      const lambda = plan.find(values.function_name);
      if (queue?.type !== 'aws_sqs_queue') return true;
      if (
        !(
          queue.values.visibility_timeout_seconds >=
          6 * (lambda?.values.timeout ?? 3)
        )
      )
        return 'the queue shows a message again while it is worked on';
      return (
        queue.values.message_retention_seconds >= 86400 ||
        'the queue forgets within a day'
      );
    },
  },
];
