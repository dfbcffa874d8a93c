// Queues, topics and alarms.
import { each } from '../../../scripts/infra/policies/plan.mjs';

/** Whether a resource policy refuses what does not come by TLS. */
export function refusesPlain(text) {
  if (typeof text !== 'string') return false;
  return [JSON.parse(text).Statement]
    .flat()
    .some(
      ({ Effect, Principal, Condition }) =>
        Effect === 'Deny' &&
        (Principal === '*' || each(Principal?.AWS).includes('*')) &&
        String(Condition?.Bool?.['aws:SecureTransport']) === 'false',
    );
}

const tlsOnly = (id, type, policyType, attribute, title) => ({
  id,
  cfr: ['164.312(e)(1)', '164.312(e)(2)(ii)'],
  title,
  types: [type],
  check: (resource, plan) => {
    const documents = plan
      .of(policyType)
      .filter(({ values }) =>
        [resource.values.id, resource.values.arn, resource.values.url].includes(
          values[attribute],
        ),
      )
      .map(({ values }) => values.policy);
    return (
      [...documents, resource.values.policy].some(refusesPlain) ||
      'no policy refuses what does not come by TLS'
    );
  },
});

const isDeadLetters = ({ values }) => /dead-letter|dlq/.test(values.name ?? '');

export default [
  tlsOnly(
    'AwsSolutions-SQS4',
    'aws_sqs_queue',
    'aws_sqs_queue_policy',
    'queue_url',
    'Queues refuse what does not come by TLS',
  ),
  tlsOnly(
    'AwsSolutions-SNS3',
    'aws_sns_topic',
    'aws_sns_topic_policy',
    'arn',
    'Topics refuse what does not come by TLS',
  ),
  {
    id: 'CKV_AWS_385',
    cfr: ['164.308(a)(4)(ii)(B)', '164.312(a)(1)'],
    title: 'A service publishes to a topic for our own resources only',
    types: ['aws_sns_topic_policy'],
    check: ({ values }) => {
      for (const statement of [JSON.parse(values.policy).Statement].flat()) {
        if (statement.Effect !== 'Allow') continue;
        const { Sid, Principal, Condition, Resource } = statement;
        const keys = Object.values(Condition ?? {}).flatMap(Object.keys);
        if (each(Resource).includes('*')) return `${Sid} names no topic`;
        const bound = ['aws:SourceAccount', 'aws:SourceArn', 'aws:SourceOrgID'];
        if (Principal?.Service && !keys.some(one => bound.includes(one)))
          return `${Sid}: the service may act for another account`;
      }
      return true;
    },
  },
  {
    id: 'CT.SQS.PR.1',
    cfr: ['164.308(a)(7)(i)', '164.312(c)(1)'],
    title:
      'A queue has a dead-letter queue; that one keeps 14 days and raises an alarm',
    types: ['aws_sqs_queue'],
    check: (queue, plan) => {
      if (!isDeadLetters(queue)) {
        const own = typeof queue.values.redrive_policy === 'string';
        const apart = plan
          .of('aws_sqs_queue_redrive_policy')
          .some(({ values }) => values.queue_url === queue.values.url);
        return own || apart || 'it has no dead-letter queue';
      }
      if (queue.values.message_retention_seconds !== 1209600) {
        return 'dead letters are kept for less than 14 days';
      }
      return (
        plan
          .of('aws_cloudwatch_metric_alarm')
          .some(
            ({ values }) =>
              values.dimensions?.QueueName === queue.values.name &&
              values.metric_name === 'ApproximateNumberOfMessagesVisible' &&
              values.namespace === 'AWS/SQS' &&
              values.threshold === 0,
          ) || 'no alarm looks at it'
      );
    },
  },
  {
    id: 'HIPAA.Security-CloudWatchAlarmAction',
    cfr: ['164.312(b)', '164.308(a)(6)(ii)'],
    title: 'An alarm tells somebody, when it starts and when it ends',
    types: ['aws_cloudwatch_metric_alarm'],
    check: ({ values }) => {
      if (values.actions_enabled === false) return 'its actions are off';
      if (!(values.alarm_actions?.length > 0))
        return 'it tells nobody that it started';
      return values.ok_actions?.length > 0 || 'it tells nobody that it ended';
    },
  },
  {
    id: 'CAREPLANE.HIPAA.AlarmSaysWhat',
    cfr: ['164.308(a)(6)(ii)'],
    title: 'An alarm says what it means, and what no data means',
    types: ['aws_cloudwatch_metric_alarm'],
    check: ({ values }) => {
      if (!values.alarm_description) return 'it has no description';
      return (
        Boolean(values.treat_missing_data) || 'treat_missing_data is not set'
      );
    },
  },
];
