// What the administrator of detection configures for every account of the
// organisation (stack organisation-detection), and that it may (stack organisation).
import { each } from '../../../scripts/infra/policies/plan.mjs';

const EVALUATED = ['164.308(a)(1)(ii)(A)', '164.308(a)(8)'];
const WATCHED = ['164.308(a)(1)(ii)(D)', '164.308(a)(6)(ii)', '164.312(b)'];
const REGIONS = 2;

const FEATURES = [
  'EBS_MALWARE_PROTECTION',
  'LAMBDA_NETWORK_LOGS',
  'RDS_LOGIN_EVENTS',
  'S3_DATA_EVENTS',
  'RUNTIME_MONITORING',
];
const STANDARDS = [
  'aws-foundational-security-best-practices',
  'cis-aws-foundations-benchmark',
  'nist-800-53',
];
/** Services whose findings are told, by what EventBridge calls them. */
const TOLD = [
  'aws.guardduty',
  'aws.inspector2',
  'aws.access-analyzer',
  'aws.macie',
  'aws.securityhub',
];

/** A rule on a stack as a whole; `problemOf` says what is wrong. */
const stack = (name, id, cfr, title, problemOf) => ({
  id,
  cfr,
  title,
  whole: plan => {
    if (!plan.resources.some(one => one.stack === name)) return [];
    const problem = problemOf(plan);
    return problem ? [{ address: name, problem }] : [];
  },
});
const detection = (...rest) => stack('organisation-detection', ...rest);

const valuesOf = (plan, type) => plan.of(type).map(({ values }) => values);
/** Whether something holds in each region in use. */
const everywhere = (plan, type, holds) =>
  new Set(
    valuesOf(plan, type)
      .filter(holds)
      .map(({ region }) => region),
  ).size >= REGIONS && valuesOf(plan, type).every(holds);

export default [
  stack(
    'organisation',
    'CAREPLANE.HIPAA.DetectionDelegated',
    ['164.308(a)(2)', ...WATCHED],
    'One account, not management, administers detection in every region in use',
    plan => {
      const delegated = valuesOf(
        plan,
        'aws_organizations_delegated_administrator',
      ).map(({ service_principal: principal }) => principal.split('.')[0]);
      const trusted = valuesOf(
        plan,
        'aws_organizations_aws_service_access',
      ).map(({ service_principal: principal }) =>
        principal.replace(/\.amazonaws\..*/, ''),
      );
      const missing = [
        ...['access-analyzer', 'config', 'config-multiaccountsetup'].filter(
          one => !delegated.includes(one),
        ),
        ...[
          'access-analyzer',
          'config',
          'config-multiaccountsetup',
          'guardduty',
          'inspector2',
          'macie',
          'malware-protection.guardduty',
          'securityhub',
        ].filter(one => !trusted.includes(one)),
        ...[
          'aws_guardduty_organization_admin_account',
          'aws_securityhub_organization_admin_account',
          'aws_inspector2_delegated_admin_account',
        ].filter(type => !everywhere(plan, type, () => true)),
        ...['aws_macie2_organization_admin_account'].filter(
          type => plan.of(type).length === 0,
        ),
      ];
      return missing.length === 0
        ? undefined
        : `not delegated: ${missing.join(', ')}`;
    },
  ),
  {
    id: 'CAREPLANE.HIPAA.DetectionOfAllAccounts',
    cfr: WATCHED,
    title: 'The security account configures detection for all accounts',
    whole: plan =>
      plan.resources.some(
        ({ values }) => values.tags_all?.Environment === 'security',
      ) && plan.of('aws_guardduty_organization_configuration').length === 0
        ? [
            {
              address: 'organisation-detection',
              problem: 'accounts that join are looked at by nobody',
            },
          ]
        : [],
  },
  detection(
    'CAREPLANE.HIPAA.OrganisationGuardDuty',
    ['164.308(a)(5)(ii)(C)', ...WATCHED],
    'GuardDuty is on in all accounts, with all that it looks at',
    plan => {
      const all = everywhere(
        plan,
        'aws_guardduty_organization_configuration',
        ({ auto_enable_organization_members: who }) => who === 'ALL',
      );
      if (!all) return 'GuardDuty is not on in all accounts';
      const features = valuesOf(
        plan,
        'aws_guardduty_organization_configuration_feature',
      ).filter(({ auto_enable: who }) => who === 'ALL');
      const missing = FEATURES.filter(
        name => features.filter(one => one.name === name).length < REGIONS,
      );
      if (missing.length > 0)
        return `${missing.join(', ')} is not on in all accounts`;
      return features.every(
        one =>
          one.name !== 'RUNTIME_MONITORING' ||
          one.additional_configuration?.some(
            ({ name, auto_enable: who }) =>
              name === 'ECS_FARGATE_AGENT_MANAGEMENT' && who === 'ALL',
          ),
      )
        ? undefined
        : 'tasks on Fargate have no agent';
    },
  ),
  detection(
    'CAREPLANE.HIPAA.SecurityHubStandards',
    EVALUATED,
    'Every account is held against AWS practices, CIS and NIST 800-53, in all regions, with no control left out',
    plan => {
      const [organisation] = valuesOf(
        plan,
        'aws_securityhub_organization_configuration',
      );
      if (
        organisation?.organization_configuration?.[0]?.configuration_type !==
          'CENTRAL' ||
        organisation.auto_enable !== false ||
        organisation.auto_enable_standards !== 'NONE'
      )
        return 'each account says itself what it is held against';
      const [aggregator] = valuesOf(plan, 'aws_securityhub_finding_aggregator');
      if (
        aggregator?.linking_mode !== 'SPECIFIED_REGIONS' ||
        !(aggregator.specified_regions?.length > 0)
      )
        return 'findings of the recovery region are not brought home';
      const policy = plan
        .of('aws_securityhub_configuration_policy')
        .find(one =>
          plan
            .naming(
              'aws_securityhub_configuration_policy_association',
              'policy_id',
              one,
            )
            .some(({ values }) => /^r-/.test(values.target_id)),
        )?.values.configuration_policy?.[0];
      if (policy?.service_enabled !== true)
        return 'no policy of the root switches Security Hub on';
      const controls = policy.security_controls_configuration?.[0];
      if (
        !controls ||
        controls.disabled_control_identifiers?.length > 0 ||
        controls.enabled_control_identifiers?.length > 0
      )
        return 'controls are left out';
      const missing = STANDARDS.filter(
        name =>
          !policy.enabled_standard_arns?.some(arn => arn.includes(`/${name}/`)),
      );
      return missing.length === 0
        ? undefined
        : `${missing.join(', ')} is not subscribed to`;
    },
  ),
  detection(
    'CAREPLANE.HIPAA.OrganisationInspector',
    ['164.308(a)(1)(ii)(A)', '164.308(a)(5)(ii)(B)'],
    'Inspector looks at images, instances, functions and their code in all accounts',
    plan => {
      const joining = everywhere(
        plan,
        'aws_inspector2_organization_configuration',
        ({ auto_enable: [on] = [] }) =>
          ['ec2', 'ecr', 'lambda', 'lambda_code'].every(
            one => on?.[one] === true,
          ),
      );
      if (!joining) return 'accounts that join are not looked at';
      const members = new Set(
        valuesOf(plan, 'aws_inspector2_member_association').map(
          ({ region, account_id: account }) => `${region} ${account}`,
        ),
      );
      const enabled = valuesOf(plan, 'aws_inspector2_enabler').filter(
        ({ region, resource_types: types, account_ids: ids }) =>
          ids.some(account => members.has(`${region} ${account}`)) &&
          ['EC2', 'ECR', 'LAMBDA', 'LAMBDA_CODE'].every(one =>
            types?.includes(one),
          ),
      );
      return enabled.length >= REGIONS &&
        enabled.every(({ region, account_ids: ids }) =>
          ids.every(account => members.has(`${region} ${account}`)),
        )
        ? undefined
        : 'accounts that are there are not looked at';
    },
  ),
  detection(
    'CAREPLANE.HIPAA.OrganisationAnalyzers',
    ['164.308(a)(4)(ii)(C)', '164.308(a)(3)(ii)(C)'],
    'What outsiders of the organisation reach is found, and what nobody used for 90 days',
    plan => {
      const analyzers = valuesOf(plan, 'aws_accessanalyzer_analyzer');
      if (
        analyzers.filter(({ type }) => type === 'ORGANIZATION').length < REGIONS
      )
        return 'access from outside is not looked for';
      const unused = analyzers.find(
        ({ type }) => type === 'ORGANIZATION_UNUSED_ACCESS',
      );
      const age =
        unused?.configuration?.[0]?.unused_access?.[0]?.unused_access_age;
      return age > 0 && age <= 90
        ? undefined
        : 'access that nobody uses is not looked for';
    },
  ),
  detection(
    'CAREPLANE.HIPAA.ConformancePack',
    EVALUATED,
    'The rules of the HIPAA conformance pack are evaluated in all accounts, and read in one',
    plan => {
      const packs = valuesOf(plan, 'aws_config_organization_conformance_pack');
      const whole = packs.some(
        ({ template_body: body, excluded_accounts: out }) =>
          typeof body === 'string' &&
          Object.keys(JSON.parse(body).Resources).length >= 125 &&
          !(out?.length > 0),
      );
      if (!whole) return 'the HIPAA pack is not there, or lacks rules';
      const [source] =
        valuesOf(plan, 'aws_config_configuration_aggregator')[0]
          ?.organization_aggregation_source ?? [];
      return source?.all_regions === true || source?.regions?.length >= REGIONS
        ? undefined
        : 'configurations of a region are not aggregated';
    },
  ),
  detection(
    'CAREPLANE.HIPAA.OrganisationMacie',
    ['164.308(a)(1)(ii)(A)', '164.312(a)(1)'],
    'Macie looks at accounts that join, and at those with patient data',
    plan =>
      valuesOf(plan, 'aws_macie2_account').some(
        ({ status, finding_publishing_frequency: often }) =>
          status === 'ENABLED' && often === 'FIFTEEN_MINUTES',
      ) &&
      valuesOf(plan, 'aws_macie2_organization_configuration').some(
        ({ auto_enable: on }) => on === true,
      ) &&
      valuesOf(plan, 'aws_macie2_member').some(
        ({ status }) => status === 'ENABLED',
      )
        ? undefined
        : 'Macie leaves out accounts',
  ),
  detection(
    'CAREPLANE.HIPAA.FindingsTold',
    WATCHED,
    'Findings that are high or critical become alarms; one that cannot be told is mailed',
    plan => {
      const rules = plan
        .of('aws_cloudwatch_event_rule')
        .filter(({ values }) => values.state === 'ENABLED');
      const topics = plan.of('aws_sns_topic').map(({ values }) => values.arn);
      const alarms = valuesOf(plan, 'aws_cloudwatch_metric_alarm');
      const silent = TOLD.filter(source => {
        const rule = rules.find(({ values }) => {
          const pattern = JSON.parse(values.event_pattern ?? '{}');
          return (
            pattern.source?.join() === source &&
            each(pattern['detail-type']).some(one => /Finding/.test(one))
          );
        });
        const led =
          rule &&
          plan
            .of('aws_cloudwatch_event_target')
            .some(
              ({ values }) =>
                values.rule === rule.values.name && topics.includes(values.arn),
            );
        const watched =
          rule &&
          alarms.some(
            one =>
              one.namespace === 'AWS/Events' &&
              one.metric_name === 'FailedInvocations' &&
              one.dimensions?.RuleName === rule.values.name &&
              one.threshold === 0,
          );
        return !led || !watched;
      });
      return silent.length === 0
        ? undefined
        : `nobody hears of ${silent.join(', ')}`;
    },
  ),
];
