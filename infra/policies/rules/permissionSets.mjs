// What people may do in the accounts, by Identity Center.
import { each } from '../../../scripts/infra/policies/plan.mjs';

const ACCESS = [
  '164.308(a)(3)(ii)(A)',
  '164.308(a)(4)(ii)(B)',
  '164.312(a)(1)',
];
const hours = text => Number(/^PT(\d+)H$/.exec(text ?? '')?.[1]);
const DATA = [
  's3:GetObject',
  'secretsmanager:GetSecretValue',
  'kms:Decrypt',
  'dynamodb:GetItem',
  'sqs:ReceiveMessage',
];

const isEverything = (plan, set) =>
  plan
    .naming('aws_ssoadmin_managed_policy_attachment', 'permission_set_arn', set)
    .some(({ values }) =>
      /AdministratorAccess$/.test(values.managed_policy_arn),
    );

// Repositories under a customer key are read by way of CodeCommit.
const exceptsRepositories = condition =>
  JSON.stringify(condition) ===
  JSON.stringify({
    StringNotLike: { 'kms:ViaService': 'codecommit.*.amazonaws.com' },
  });

const denied = (plan, set) =>
  plan
    .naming(
      'aws_ssoadmin_permission_set_inline_policy',
      'permission_set_arn',
      set,
    )
    .flatMap(({ values }) =>
      [JSON.parse(values.inline_policy).Statement].flat(),
    )
    .filter(
      ({ Effect, Resource, Condition }) =>
        Effect === 'Deny' &&
        Resource === '*' &&
        (Condition === undefined || exceptsRepositories(Condition)),
    )
    .flatMap(({ Action }) => each(Action));

export default [
  {
    id: 'CAREPLANE.HIPAA.SessionsEnd',
    cfr: [...ACCESS, '164.312(a)(2)(iii)'],
    title:
      'A session ends with the working day, one that may do everything in an hour',
    types: ['aws_ssoadmin_permission_set'],
    check: (set, plan) => {
      const most = isEverything(plan, set) ? 1 : 8;
      return (
        hours(set.values.session_duration) <= most ||
        `its sessions last longer than ${most} h`
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.PeopleReadNoData',
    cfr: [...ACCESS, '164.312(b)'],
    title:
      'People read no objects, items, messages or secrets; who may in an emergency leaves a trail',
    types: ['aws_ssoadmin_permission_set'],
    check: (set, plan) => {
      const wanted = isEverything(plan, set)
        ? ['cloudtrail:StopLogging', 'cloudtrail:DeleteTrail', 'sso:*']
        : DATA;
      const found = denied(plan, set);
      const open = wanted.filter(one => !found.includes(one));
      return open.length === 0 || `it does not refuse ${open.join(', ')}`;
    },
  },
  {
    id: 'CAREPLANE.HIPAA.ContributorsByPolicy',
    cfr: ACCESS,
    title:
      'Who works in repositories may what their policy says by person and VPN, and nothing of a managed policy',
    types: ['aws_ssoadmin_permission_set'],
    check: (set, plan) => {
      if (set.values.name !== 'Contributor') return true;
      const named = plan.naming(
        'aws_ssoadmin_customer_managed_policy_attachment',
        'permission_set_arn',
        set,
      );
      if (
        !named.some(
          ({ values }) =>
            values.customer_managed_policy_reference?.[0]?.name !== undefined,
        )
      ) {
        return 'it lacks the policy of the repositories';
      }
      return (
        plan.naming(
          'aws_ssoadmin_managed_policy_attachment',
          'permission_set_arn',
          set,
        ).length === 0 || 'a managed policy lets it do more'
      );
    },
  },
];
