// Who invokes functions, and which keys they use.
import { each } from '../../../scripts/infra/policies/plan.mjs';

const ACCESS = ['164.308(a)(4)(ii)(B)', '164.312(a)(1)'];

const rolesOf = (plan, { values }) =>
  plan.of('aws_iam_role').filter(one => one.values.arn === values.role);

/** Statements of all policies that a function's role has. */
function statementsOf(plan, lambda) {
  return rolesOf(plan, lambda)
    .flatMap(role =>
      plan.naming('aws_iam_role_policy_attachment', 'role', role),
    )
    .map(({ values }) => plan.find(values.policy_arn))
    .filter(policy => typeof policy?.values.policy === 'string')
    .flatMap(policy => [JSON.parse(policy.values.policy).Statement].flat());
}

export default [
  {
    id: 'CKV_AWS_364',
    cfr: [...ACCESS, '164.312(d)'],
    title: 'A service invokes a function for one of our own resources only',
    types: ['aws_lambda_permission'],
    check: ({ values }) => {
      const { principal, source_arn: arn, source_account: account } = values;
      if (!/\.amazonaws\.com/.test(principal)) return true;
      // A secret names its function, the function cannot name its secrets.
      if (/^secretsmanager\./.test(principal))
        return Boolean(account) || 'secrets of any account may invoke it';
      return Boolean(arn) || `anything of ${principal} may invoke it`;
    },
  },
  {
    id: 'CAREPLANE.HIPAA.FunctionKeys',
    cfr: ['164.312(a)(2)(iv)', ...ACCESS],
    title:
      'A function uses its own key, and keys of others only through their service',
    types: ['aws_lambda_function'],
    check: (lambda, plan) => {
      const open = statementsOf(plan, lambda)
        .filter(({ Effect }) => Effect === 'Allow')
        .filter(({ Action }) => each(Action).some(one => /^kms:/.test(one)))
        .filter(({ Resource }) =>
          each(Resource).some(one => one !== lambda.values.kms_key_arn),
        )
        .find(({ Condition }) => !Condition?.StringEquals?.['kms:ViaService']);
      return !open || `${open.Sid} uses a key that is not its own directly`;
    },
  },
];
