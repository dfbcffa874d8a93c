// Repositories, and how a change reaches what runs.
import { each } from '../../../scripts/infra/policies/plan.mjs';
import { isCustomerKey } from './encryption.mjs';

const ACCESS = ['164.308(a)(3)(i)', '164.308(a)(4)(ii)(B)', '164.312(a)(1)'];
const INTEGRITY = ['164.312(c)(1)', '164.308(a)(5)(ii)(B)'];

const statementsOf = text =>
  typeof text === 'string' ? [JSON.parse(text).Statement].flat() : [];
const keysOf = ({ Condition }) =>
  Object.values(Condition ?? {}).flatMap(Object.keys);
const refused = (statements, action) =>
  statements.filter(
    one =>
      one.Effect === 'Deny' &&
      each(one.Action).some(
        pattern =>
          pattern === action ||
          (pattern.endsWith('*') && action.startsWith(pattern.slice(0, -1))),
      ),
  );

/** Policies by which people push: services have no GitPush. */
const ofPeople = check => resource => {
  const statements = statementsOf(resource.values.policy);
  const grants = statements.filter(
    one =>
      one.Effect === 'Allow' && each(one.Action).includes('codecommit:GitPush'),
  );
  return grants.length === 0 || check(statements, grants);
};

export default [
  {
    id: 'CAREPLANE.HIPAA.RepositoryKey',
    cfr: ['164.312(a)(2)(iv)'],
    title: 'Repositories of the platform are encrypted with a customer key',
    types: ['aws_codecommit_repository'],
    check: ({ values }) =>
      isCustomerKey(values.kms_key_id) || 'kms_key_id names no customer key',
  },
  {
    id: 'CAREPLANE.HIPAA.RepositoriesByVpn',
    cfr: [...ACCESS, '164.312(e)(1)'],
    title:
      'Who comes to a repository comes by the VPN, whatever else allows it',
    types: ['aws_iam_policy'],
    check: ofPeople(statements => {
      const found = statements.find(
        one =>
          one.Effect === 'Deny' &&
          each(one.Action).includes('codecommit:*') &&
          each(one.Resource).includes('*'),
      );
      const conditions = Object.keys(found?.Condition ?? {});
      const network =
        found?.Condition?.StringNotEqualsIfExists?.['aws:SourceVpc'] ??
        found?.Condition?.NotIpAddressIfExists?.['aws:SourceIp'];
      if (!network) return 'it does not refuse what comes from elsewhere';
      const known = [
        'BoolIfExists',
        'NotIpAddressIfExists',
        'StringNotEqualsIfExists',
      ];
      return (
        conditions.every(one => known.includes(one)) ||
        'the refusal has an exception more'
      );
    }),
  },
  {
    id: 'CAREPLANE.HIPAA.RepositoriesByPerson',
    cfr: [...ACCESS, '164.312(a)(2)(i)'],
    title: 'A person has named repositories',
    types: ['aws_iam_policy'],
    check: ofPeople((statements, grants) => {
      const key = statements.find(
        one =>
          one.Effect === 'Allow' &&
          each(one.Action).includes('kms:Decrypt') &&
          !keysOf(one).includes('kms:ViaService'),
      );
      if (key) return `${key.Sid} opens the key directly`;
      const open = grants.find(
        one =>
          !keysOf(one).includes('aws:PrincipalTag/Person') ||
          each(one.Resource).some(arn => /(^|:)\*$/.test(arn)),
      );
      return !open || `${open.Sid} names no person or no repository`;
    }),
  },
  {
    id: 'CAREPLANE.HIPAA.MainByPullRequest',
    cfr: INTEGRITY,
    title: 'Nobody pushes to main, overrides approvals or takes rules away',
    types: ['aws_iam_policy'],
    check: ofPeople(statements => {
      const direct = [
        'codecommit:CreateCommit',
        'codecommit:GitPush',
        'codecommit:MergeBranchesByFastForward',
        'codecommit:PutFile',
      ].filter(
        action =>
          !refused(statements, action).some(({ Condition }) =>
            each(
              Condition?.StringEqualsIfExists?.['codecommit:References'],
            ).includes('refs/heads/main'),
          ),
      );
      if (direct.length > 0) return `${direct.join(', ')} reaches main`;
      const rules = [
        'codecommit:DeletePullRequestApprovalRule',
        'codecommit:OverridePullRequestApprovalRules',
        'codecommit:UpdatePullRequestApprovalRuleContent',
      ].filter(
        action => !refused(statements, action).some(one => !one.Condition),
      );
      return rules.length === 0 || `${rules.join(', ')} is not refused`;
    }),
  },
  {
    id: 'CKV_AWS_257',
    cfr: INTEGRITY,
    title: 'Two others approve what is merged to main',
    types: ['aws_codecommit_approval_rule_template'],
    check: ({ values }) => {
      const { DestinationReferences: branches, Statements: statements } =
        JSON.parse(values.content);
      if (!each(branches).includes('refs/heads/main'))
        return 'it is not about main';
      return (
        statements.some(
          one => one.Type === 'Approvers' && one.NumberOfApprovalsNeeded >= 2,
        ) || 'fewer than two approve'
      );
    },
  },
  {
    id: 'CKV2_AWS_37',
    cfr: INTEGRITY,
    title: 'Every repository has the approval rule',
    types: ['aws_codecommit_repository'],
    check: ({ values }, plan) =>
      plan
        .of('aws_codecommit_approval_rule_template_association')
        .some(
          one =>
            one.values.repository_name === values.repository_name &&
            plan
              .of('aws_codecommit_approval_rule_template')
              .some(
                ({ values: { name } }) =>
                  name === one.values.approval_rule_template_name,
              ),
        ) || 'no approval rule template is associated with it',
  },
  {
    id: 'CAREPLANE.HIPAA.RepositoriesProtectedLater',
    cfr: [...INTEGRITY, '164.308(a)(6)(ii)'],
    title:
      'A repository that is made gets the approval rule; somebody hears of one without, and of a merge past it',
    types: ['aws_codecommit_approval_rule_template'],
    check: (template, plan) => {
      const targetsOf = pattern =>
        plan
          .of('aws_cloudwatch_event_rule')
          .filter(
            ({ values }) =>
              values.state === 'ENABLED' && pattern.test(values.event_pattern),
          )
          .flatMap(rule =>
            plan.naming('aws_cloudwatch_event_target', 'rule', rule),
          )
          .map(({ values }) => values.arn);
      const automation = plan
        .of('aws_ssm_document')
        .find(
          ({ values }) =>
            values.document_type === 'Automation' &&
            values.content?.includes('AssociateApprovalRuleTemplate') &&
            values.content.includes(template.values.name),
        );
      const starts = targetsOf(/"CreateRepository"/).some(arn =>
        arn.includes(`automation-definition/${automation?.values.name}:`),
      );
      if (!automation || !starts) return 'one that is made later has no rule';
      const told = pattern => targetsOf(pattern).some(arn => /:sns:/.test(arn));
      if (!told(/pullRequestApprovalRuleOverridden/))
        return 'nobody hears of a merge past the approvals';
      return (
        told(new RegExp(`"${automation.values.name}".*Failed`)) ||
        'nobody hears of a repository that did not get it'
      );
    },
  },
];
