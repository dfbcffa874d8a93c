// Secrets: rotated, read by this account alone, never lost by mistake.

const ROTATED = ['164.308(a)(4)(ii)(B)', '164.308(a)(5)(ii)(D)'];

export default [
  {
    id: 'HIPAA.Security-SecretsManagerRotationEnabled',
    cfr: ROTATED,
    title:
      'Secrets rotate: every 30 days those of databases, every 90 all others',
    types: ['aws_secretsmanager_secret'],
    check: (secret, plan) => {
      const [rotation] = plan.naming(
        'aws_secretsmanager_secret_rotation',
        'secret_id',
        secret,
      );
      if (!rotation) return 'nothing rotates it';
      const { rotation_lambda_arn: by, rotation_rules: rules } =
        rotation.values;
      if (!by) return 'no function rotates it';
      const most = /rotate-(postgres|redis)/.test(by) ? 30 : 90;
      const days = rules?.[0]?.automatically_after_days;
      return (
        (days > 0 && days <= most) || `it is not rotated every ${most} days`
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.SecretOfThisAccount',
    cfr: ['164.308(a)(4)(ii)(B)', '164.312(a)(1)'],
    title: 'No other account reads a secret, and none is public',
    types: ['aws_secretsmanager_secret'],
    check: (secret, plan) => {
      const policies = plan.naming(
        'aws_secretsmanager_secret_policy',
        'secret_arn',
        secret,
      );
      const refused = policies
        .flatMap(({ values }) => [JSON.parse(values.policy).Statement].flat())
        .some(
          ({ Effect, Condition }) =>
            Effect === 'Deny' &&
            Condition?.StringNotEquals?.['aws:PrincipalAccount'],
        );
      if (!refused) return 'its policy does not refuse other accounts';
      return (
        policies.every(({ values }) => values.block_public_policy === true) ||
        'its policy may be made public (block_public_policy)'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.SecretNotLost',
    cfr: ['164.308(a)(7)(ii)(A)', '164.312(c)(1)'],
    title: 'A deleted secret can be brought back for a week or more',
    types: ['aws_secretsmanager_secret'],
    check: ({ values }) => {
      if (!(values.recovery_window_in_days >= 7))
        return 'recovery_window_in_days is not set to 7 or more';
      return (
        values.force_overwrite_replica_secret === false ||
        'a replica may overwrite another secret'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.RotationFailureTold',
    cfr: [...ROTATED, '164.308(a)(6)(ii)'],
    title: 'A rotation that fails raises an alarm',
    types: ['aws_lambda_permission'],
    check: ({ values }, plan) =>
      !/^secretsmanager\./.test(values.principal) ||
      plan
        .of('aws_cloudwatch_metric_alarm')
        .some(
          one =>
            one.values.namespace === 'AWS/Lambda' &&
            one.values.metric_name === 'Errors' &&
            one.values.threshold === 0 &&
            one.values.dimensions?.FunctionName === values.function_name,
        ) ||
      `no alarm looks at the errors of ${values.function_name}`,
  },
];
