// Service control policies of the organisation.
import { each } from '../../../scripts/infra/policies/plan.mjs';

const MANAGED = ['164.308(a)(1)(ii)(B)', '164.312(a)(1)'];

/** What must be refused, and whether Terraform's role may still do it. */
const REFUSED = {
  'cloudtrail:StopLogging': 'everybody',
  'cloudtrail:DeleteTrail': 'everybody',
  'backup:DeleteRecoveryPoint': 'everybody',
  'organizations:LeaveOrganization': 'everybody',
  'ec2:CreateDefaultVpc': 'everybody',
  'config:StopConfigurationRecorder': 'all but Terraform',
  'guardduty:DeleteDetector': 'all but Terraform',
  'securityhub:UpdateOrganizationConfiguration': 'all but Terraform',
  'config:DeleteOrganizationConformancePack': 'all but Terraform',
  'logs:DeleteLogGroup': 'all but Terraform',
  's3:PutAccountPublicAccessBlock': 'all but Terraform',
  'iam:UpdateAssumeRolePolicy': 'all but Terraform',
};

const rails = (id, cfr, title, problemOf) => ({
  id,
  cfr,
  title,
  whole: plan => {
    if (!plan.resources.some(({ stack }) => stack === 'organisation'))
      return [];
    const attached = plan
      .of('aws_organizations_policy')
      .filter(
        policy =>
          policy.values.type === 'SERVICE_CONTROL_POLICY' &&
          plan.naming(
            'aws_organizations_policy_attachment',
            'policy_id',
            policy,
          ).length > 0,
      );
    const statements = attached
      .flatMap(({ values }) => [JSON.parse(values.content).Statement].flat())
      .filter(({ Effect, Resource }) => Effect === 'Deny' && Resource);
    const problem = problemOf(statements);
    return problem ? [{ address: 'organisation', problem }] : [];
  },
});

const all = ({ Resource }) => each(Resource).includes('*');

export default [
  rails(
    'CAREPLANE.HIPAA.EligibleServices',
    ['164.308(b)(1)', '164.314(a)(1)'],
    'Services outside of the business associate addendum do not answer',
    statements => {
      const found = statements.find(
        one => one.NotAction && all(one) && !one.Condition,
      );
      if (!found) return 'every service may be used';
      return each(found.NotAction).some(one =>
        /^(\*|lightsail:|cloud9:)/.test(one),
      )
        ? 'a service outside of the addendum may be used'
        : undefined;
    },
  ),
  rails(
    'CAREPLANE.HIPAA.AllowedRegions',
    MANAGED,
    'Nothing is done outside of the home and the recovery region',
    statements =>
      statements.some(
        one =>
          one.NotAction &&
          all(one) &&
          each(one.Condition?.StringNotEquals?.['aws:RequestedRegion']).length >
            0,
      )
        ? undefined
        : 'anything may be done in any region',
  ),
  rails(
    'HIPAA.Security-IAMRootAccessKeyCheck',
    [...MANAGED, '164.312(a)(2)(i)'],
    'Nothing is done as root, and root has no keys',
    statements => {
      const nothing = statements.some(
        one =>
          each(one.Action).includes('*') &&
          all(one) &&
          each(one.Condition?.StringLike?.['aws:PrincipalArn']).some(arn =>
            /:root$/.test(arn),
          ),
      );
      if (!nothing) return 'root may act';
      return statements.some(
        one =>
          each(one.Action).includes('iam:CreateAccessKey') &&
          each(one.Resource).some(arn => /:root$/.test(arn)),
      )
        ? undefined
        : 'root may be given keys';
    },
  ),
  rails(
    'CAREPLANE.HIPAA.RecordsStay',
    ['164.312(b)', '164.312(c)(1)', '164.308(a)(7)(ii)(A)'],
    'Trails, findings, logs, backups, defaults and accounts stay',
    statements => {
      const open = Object.entries(REFUSED).filter(
        ([action, who]) =>
          !statements.some(
            one =>
              each(one.Action).includes(action) &&
              (who === 'everybody'
                ? !one.Condition
                : one.Condition?.ArnNotLike?.['aws:PrincipalArn']),
          ),
      );
      return open.length === 0
        ? undefined
        : `${open.map(([action]) => action).join(', ')} is not refused`;
    },
  ),
];
