// Least privilege, in every policy document of the plan.
import {
  IDENTITY_DOCUMENTS,
  each,
} from '../../../scripts/infra/policies/plan.mjs';
import { loadUnbound } from '../../../scripts/infra/policies/engine.mjs';

const ACCESS = [
  '164.308(a)(3)(i)',
  '164.308(a)(4)(ii)(B)',
  '164.308(a)(4)(ii)(C)',
  '164.312(a)(1)',
];

const UNBOUND = new RegExp(`^(${(await loadUnbound()).join('|')})$`);

const allows = statement => statement.Effect === 'Allow';

function identityStatements(plan) {
  return (
    plan
      .documents()
      .filter(({ resource }) => IDENTITY_DOCUMENTS.has(resource.type))
      // A boundary gives nothing; CAREPLANE.HIPAA.BoundaryIsNarrow looks at it.
      .filter(
        ({ resource }) =>
          resource.values.tags?.Purpose !== 'permissions-boundary',
      )
      .flatMap(({ resource, statements }) =>
        statements.filter(allows).map(statement => ({ resource, statement })),
      )
  );
}

const conditionKeys = statement =>
  Object.values(statement.Condition ?? {}).flatMap(Object.keys);

/**
 * Whether `aws:SourceArn` names the accounts: CloudWatch Logs gives no other key
 * for a subscription from another account
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CrossAccountSubscriptions-Firehose.html).
 */
function namesAccounts({ Condition }) {
  const arns = each(Condition?.ArnLike?.['aws:SourceArn']);
  return (
    arns.length > 0 &&
    arns.every(arn => /^arn:aws[a-z-]*:logs:[a-z0-9-]+:\d{12}:/.test(arn))
  );
}

export default [
  {
    id: 'HIPAA.Security-IAMNoInlinePolicy',
    cfr: ACCESS,
    title: 'Roles have managed policies, none inline',
    types: [
      'aws_iam_role_policy',
      'aws_iam_user_policy',
      'aws_iam_group_policy',
    ],
    check: () => 'an inline policy',
  },
  {
    id: 'HIPAA.Security-IAMPolicyNoStatementsWithAdminAccess',
    cfr: ACCESS,
    title: 'No statement allows everything',
    whole: plan =>
      plan.documents().flatMap(({ resource, statements }) =>
        statements
          .filter(
            statement =>
              allows(statement) &&
              each(statement.Action).includes('*') &&
              !(
                resource.type === 'aws_vpc_endpoint' &&
                conditionKeys(statement).includes('aws:PrincipalOrgID')
              ),
          )
          .map(({ Sid }) => ({
            address: resource.address,
            problem: `${Sid ?? 'a statement'} allows every action`,
          })),
      ),
  },
  {
    id: 'HIPAA.Security-IAMPolicyNoStatementsWithFullAccess',
    cfr: ACCESS,
    title: 'No statement allows all actions of a service, or all but some',
    whole: plan =>
      identityStatements(plan).flatMap(({ resource, statement }) => {
        const wide = each(statement.Action).filter(one =>
          /^[\w-]+:\*$/.test(one),
        );
        if (statement.NotAction) wide.push('NotAction');
        return wide.map(one => ({
          address: resource.address,
          problem: `${statement.Sid ?? 'a statement'} allows ${one}`,
        }));
      }),
  },
  {
    id: 'CKV_AWS_355',
    cfr: ACCESS,
    title: 'What can be bound to a resource is bound to one',
    whole: plan =>
      identityStatements(plan).flatMap(({ resource, statement }) => {
        const all =
          statement.NotResource !== undefined ||
          each(statement.Resource).includes('*');
        if (!all) return [];
        const open = each(statement.Action).filter(one => !UNBOUND.test(one));
        return open.map(one => ({
          address: resource.address,
          problem: `${
            statement.Sid ?? 'a statement'
          } allows ${one} on every resource`,
        }));
      }),
  },
  {
    id: 'CAREPLANE.HIPAA.PassRole',
    cfr: ACCESS,
    title: 'A role is passed by name, and to named services',
    whole: plan =>
      identityStatements(plan)
        .filter(({ statement }) =>
          each(statement.Action).includes('iam:PassRole'),
        )
        .filter(
          ({ statement }) =>
            !conditionKeys(statement).includes('iam:PassedToService'),
        )
        .map(({ resource, statement }) => ({
          address: resource.address,
          problem: `${statement.Sid} passes roles to any service`,
        })),
  },
  {
    id: 'CAREPLANE.HIPAA.CreateRoleBounded',
    cfr: ACCESS,
    title: 'Who makes roles makes them with the permissions boundary',
    whole: plan =>
      identityStatements(plan)
        .filter(({ statement }) =>
          each(statement.Action).some(one =>
            /^iam:(CreateRole|AttachRolePolicy|PutRolePolicy|PutRolePermissionsBoundary)$/.test(
              one,
            ),
          ),
        )
        .filter(
          ({ statement }) =>
            !conditionKeys(statement).includes('iam:PermissionsBoundary'),
        )
        .map(({ resource, statement }) => ({
          address: resource.address,
          problem: `${statement.Sid} makes roles without a boundary`,
        })),
  },
  {
    id: 'CAREPLANE.HIPAA.TrustIsNarrow',
    cfr: ['164.308(a)(4)(ii)(B)', '164.308(a)(4)(ii)(C)', '164.312(d)'],
    title:
      'A role is trusted to one service of this account, or to roles of this organisation',
    types: ['aws_iam_role'],
    check: ({ values }) => {
      if (typeof values.assume_role_policy !== 'string')
        return 'it has no trust policy';
      for (const statement of [
        JSON.parse(values.assume_role_policy).Statement,
      ].flat()) {
        if (!allows(statement)) continue;
        const principal = statement.Principal;
        if (principal === '*' || !principal) return 'it trusts everybody';
        const keys = conditionKeys(statement);
        const confused =
          !keys.includes('aws:SourceAccount') && !namesAccounts(statement);
        const services = each(principal.Service).filter(
          one => !/^(ec2|lambda|codedeploy)\./.test(one),
        );
        if (services.length > 0 && confused) {
          return `${services.join(
            ', ',
          )} may act for another account (aws:SourceAccount)`;
        }
        if (
          each(principal.Service).some(one => /^scheduler\./.test(one)) &&
          !keys.includes('aws:SourceArn')
        ) {
          return 'any schedule of the account may use it (aws:SourceArn)';
        }
        const others = each(principal.AWS);
        if (others.some(one => one === '*')) return 'it trusts everybody';
        if (others.length > 0 && !keys.includes('aws:PrincipalOrgID')) {
          return 'a principal outside the organisation could be trusted (aws:PrincipalOrgID)';
        }
      }
      return true;
    },
  },
  {
    id: 'CT.KMS.PR.3',
    cfr: ['164.312(a)(1)', '164.312(a)(2)(iv)'],
    title:
      'A key policy gives its use to named roles, to services for this account, or through services',
    types: ['aws_kms_key_policy'],
    check: ({ values }) => {
      if (typeof values.policy !== 'string') return 'it has no policy';
      for (const statement of [JSON.parse(values.policy).Statement].flat()) {
        if (!allows(statement)) continue;
        const { Principal: principal, Sid } = statement;
        if (principal === '*') return `${Sid} is for everybody`;
        const keys = conditionKeys(statement);
        const actions = each(statement.Action);
        if (actions.some(one => one === 'kms:*' || one === '*'))
          return `${Sid} allows everything`;
        const uses = actions.some(one =>
          /^kms:(Decrypt|Encrypt|ReEncrypt|GenerateDataKey)/.test(one),
        );
        const bound = [
          'aws:SourceAccount',
          'aws:SourceArn',
          'aws:SourceOrgID',
          'kms:EncryptionContext:aws:logs:arn',
        ];
        if (principal.Service && !keys.some(one => bound.includes(one))) {
          return `${Sid}: the service may act for another account`;
        }
        const byName = each(principal.AWS).includes('*');
        const named = [
          'kms:ViaService',
          'kms:CallerAccount',
          'aws:PrincipalArn',
        ];
        if (byName && !named.every(one => keys.includes(one))) {
          return `${Sid}: not only roles called so, of this account, through a service`;
        }
        const wholeAccount = each(principal.AWS).some(one =>
          /:root$/.test(one),
        );
        if (
          wholeAccount &&
          uses &&
          !['kms:ViaService', 'aws:PrincipalArn'].some(one =>
            ['kms:CallerAccount', one].every(key => keys.includes(key)),
          )
        ) {
          return `${Sid}: any role of the account may use the key directly`;
        }
        if (
          actions.includes('kms:CreateGrant') &&
          !['kms:GrantIsForAWSResource', 'kms:ViaService'].every(one =>
            keys.includes(one),
          )
        ) {
          return `${Sid}: grants are not limited to AWS services`;
        }
      }
      return true;
    },
  },
];
