// Functions: where they run, what they may take of the account, what is left of a failure.

const RUNTIMES =
  /^(nodejs(22|24)\.x|python3\.(12|13|14)|java(21|25)|provided\.al2023)$/;
const CAPACITY = ['164.312(b)', '164.308(a)(7)(i)'];

const rule = (id, cfr, title, check) => ({
  id,
  cfr,
  title,
  types: ['aws_lambda_function'],
  check,
});

export default [
  rule(
    'HIPAA.Security-LambdaInsideVPC',
    ['164.308(a)(3)(i)', '164.312(a)(1)', '164.312(e)(1)'],
    'Functions run in private subnets of two zones or more, behind a security group',
    ({ values }) => {
      const [vpc] = values.vpc_config ?? [];
      if (!(vpc?.subnet_ids?.length >= 2))
        return 'it is not in two subnets of a VPC';
      return vpc.security_group_ids?.length > 0 || 'it has no security group';
    },
  ),
  rule(
    'HIPAA.Security-LambdaConcurrency',
    CAPACITY,
    'One function cannot take what others need',
    ({ values }) =>
      values.reserved_concurrent_executions > 0 ||
      'reserved_concurrent_executions is not set',
  ),
  rule(
    'HIPAA.Security-LambdaDLQ',
    CAPACITY,
    'What a function could not do is kept',
    ({ values }) =>
      Boolean(values.dead_letter_config?.[0]?.target_arn) ||
      'it has no dead-letter target',
  ),
  rule(
    'CKV_AWS_50',
    ['164.312(b)'],
    'Functions are traced',
    ({ values }) =>
      values.tracing_config?.[0]?.mode === 'Active' || 'tracing is not Active',
  ),
  rule(
    'CAREPLANE.HIPAA.FunctionLogGroup',
    ['164.312(b)', '164.312(a)(2)(iv)'],
    'A function writes, as JSON, to a log group of this plan: encrypted, kept',
    ({ values }, plan) => {
      const [logging] = values.logging_config ?? [];
      if (logging?.log_format !== 'JSON') return 'it does not log as JSON';
      const group = plan
        .of('aws_cloudwatch_log_group')
        .some(one => one.values.name === logging.log_group);
      return (
        group ||
        'its log group is not in the plan: Lambda would make one without key and retention'
      );
    },
  ),
  rule(
    'CAREPLANE.HIPAA.RuntimeSupported',
    ['164.308(a)(5)(ii)(B)'],
    'Functions run on a runtime that gets security updates',
    ({ values }) =>
      values.package_type === 'Image' ||
      RUNTIMES.test(values.runtime ?? '') ||
      `runtime ${values.runtime} gets no updates for long`,
  ),
];
