// What works on messages, as a service that Careplane releases to.
const CAPACITY = ['164.308(a)(7)(i)', '164.312(b)'];

const isDeadLetters = ({ values }) => /dead-letter|dlq/.test(values.name ?? '');

const aliasesOf = plan =>
  plan.of('aws_lambda_alias').map(({ values }) => values.arn);
const isService = ({ values }) => Boolean(values.tags?.['careplane:service']);

export default [
  {
    id: 'CAREPLANE.HIPAA.ReleasedFunctionWatched',
    cfr: ['164.308(a)(6)(ii)', '164.312(b)'],
    title: 'Somebody hears of a service that fails, or is asked too often',
    types: ['aws_lambda_function'],
    check: (lambda, plan) => {
      if (!isService(lambda)) return true;
      const watched = plan
        .of('aws_cloudwatch_metric_alarm')
        .filter(
          ({ values }) =>
            values.namespace === 'AWS/Lambda' &&
            typeof values.threshold === 'number' &&
            values.dimensions?.FunctionName === lambda.values.function_name,
        )
        .map(({ values }) => values.metric_name);
      const missing = ['Errors', 'Throttles'].filter(
        one => !watched.includes(one),
      );
      return missing.length === 0 || `no alarm looks at ${missing.join(', ')}`;
    },
  },
  {
    id: 'CAREPLANE.HIPAA.QueueAge',
    cfr: [...CAPACITY, '164.308(a)(6)(ii)'],
    title: 'Somebody hears of messages that a service does not take',
    types: ['aws_sqs_queue'],
    check: (queue, plan) =>
      isDeadLetters(queue) ||
      !plan
        .of('aws_lambda_event_source_mapping')
        .some(
          ({ values }) =>
            values.event_source_arn === queue.values.arn &&
            aliasesOf(plan).includes(values.function_name),
        ) ||
      plan
        .of('aws_cloudwatch_metric_alarm')
        .some(
          ({ values }) =>
            values.namespace === 'AWS/SQS' &&
            values.metric_name === 'ApproximateAgeOfOldestMessage' &&
            values.threshold > 0 &&
            values.dimensions?.QueueName === queue.values.name,
        ) ||
      'no alarm looks at the age of its messages',
  },
  {
    id: 'CAREPLANE.HIPAA.ConsumerLosesNothing',
    cfr: [...CAPACITY, '164.312(c)(1)'],
    title:
      'Messages go to an alias, which rollouts move; one that fails comes again alone, and no more are taken than are worked on',
    types: ['aws_lambda_event_source_mapping'],
    check: ({ values }, plan) => {
      if (values.enabled !== true) return 'it takes none';
      if (!/:sqs:/.test(values.event_source_arn ?? '')) return true;
      const direct = plan
        .of('aws_lambda_function')
        .find(one => one.values.arn === values.function_name);
      if (direct && isService(direct)) return 'it goes round the alias';
      if (
        values.batch_size !== 1 &&
        !values.function_response_types?.includes('ReportBatchItemFailures')
      )
        return 'one that fails brings back all of its batch';
      return (
        !aliasesOf(plan).includes(values.function_name) ||
        values.scaling_config?.[0]?.maximum_concurrency > 0 ||
        'it takes more than the function works on'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.PassedRoleBounded',
    cfr: ['164.308(a)(4)(ii)(B)', '164.312(a)(1)'],
    title: 'A role that Careplane passes is within the boundary of services',
    types: ['aws_iam_role'],
    check: ({ values }) =>
      !values.name?.startsWith('svc-') ||
      /:policy\/careplane-boundary$/.test(values.permissions_boundary ?? '') ||
      'it has no boundary',
  },
  {
    id: 'CAREPLANE.HIPAA.DeadLettersOfOneQueue',
    cfr: ['164.312(c)(1)'],
    title: 'Who gives its dead letters to a queue is named',
    types: ['aws_sqs_queue_redrive_allow_policy'],
    check: ({ values }) =>
      /"(byQueue|denyAll)"/.test(values.redrive_allow_policy ?? '') ||
      'any queue may',
  },
];
