const HINT = 'wake-ups are hints: without them the portal polls';
const WIRING = 'wiring: without it nothing works, and nothing is open';
const DEFAULT = "what is set is AWS's default too";

export default {
  aws_cloudwatch_event_rule: {
    '(the resource)': HINT,
    description: 'a name',
    event_pattern: HINT,
    state: DEFAULT,
  },
  aws_cloudwatch_event_target: {
    '(the resource)': HINT,
    role_arn: HINT,
    target_id: 'a name',
  },
  aws_cloudwatch_metric_alarm: {
    comparison_operator: WIRING,
    evaluation_periods: WIRING,
    period: WIRING,
    statistic: WIRING,
  },
  aws_iam_role: { max_session_duration: DEFAULT },
  aws_lambda_function: {
    '(the resource)': WIRING,
    architectures: 'x86 costs more and is as safe',
    description: 'a name',
    filename: WIRING,
    handler: WIRING,
    memory_size: DEFAULT,
    source_code_hash: 'without it new code is not deployed',
    timeout: 'the default of 3 s is shorter',
  },
  aws_scheduler_schedule_group: { '(the resource)': WIRING },
  aws_sqs_queue: {
    kms_data_key_reuse_period_seconds: 'the default of 5 minutes is shorter',
  },
};
