const WIRING = 'wiring: without it nothing works, and nothing is open';
const DEFAULT = "what is set is AWS's default too";

export default {
  aws_lambda_alias: { '(the resource)': WIRING, description: 'a name' },
  aws_lambda_event_source_mapping: {
    '(the resource)': 'without it messages wait, and their age is told of',
    batch_size: DEFAULT,
    event_source_arn: WIRING,
  },
  aws_lambda_function: {
    tags: 'whose it is: Careplane finds it by its annotation',
    'logging_config.application_log_level': DEFAULT,
    'logging_config.system_log_level': DEFAULT,
    publish: WIRING,
  },
  aws_sqs_queue_redrive_allow_policy: {
    '(the resource)': 'without it AWS lets queues of this account alone',
  },
};
