const WIRING = 'wiring: without it nothing works, and nothing is open';

export default {
  aws_iam_policy: {
    '(the resource)': 'it allows: without it somebody can do less',
  },
  aws_cloudwatch_event_target: {
    input_transformer: WIRING,
    'input_transformer.input_paths': WIRING,
    'input_transformer.input_template': WIRING,
  },
  aws_codecommit_repository: {
    '(the resource)': WIRING,
    default_branch: WIRING,
    description: 'a name',
  },
  aws_codecommit_approval_rule_template: { description: 'a name' },
};
