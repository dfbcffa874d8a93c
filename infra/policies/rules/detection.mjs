// What finds out that something is wrong, in every account and region in use.
import { account, hasBaseline } from './account.mjs';
import { isCustomerKey } from './encryption.mjs';

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

/**
 * Whether the account switches GuardDuty, Security Hub and Inspector on itself:
 * the administrator of detection, and management, before it is delegated. All
 * others get them from the organisation (organisationDetection.mjs).
 */
const selfEnabled = plan =>
  hasBaseline(plan) &&
  plan.resources.some(({ stack }) =>
    ['organisation', 'organisation-detection'].includes(stack),
  );

/** A rule on what such an account has, in each region in use. */
const own = (id, cfr, title, type, holds, problem) => {
  const rule = account(id, cfr, title, type, holds, problem, REGIONS);
  return {
    ...rule,
    whole: plan => (selfEnabled(plan) ? rule.whole(plan) : []),
  };
};

/** A rule on the baseline as a whole; `problemOf` says what is wrong. */
const baseline = (id, cfr, title, problemOf) => ({
  id,
  cfr,
  title,
  whole: plan => {
    const problem = hasBaseline(plan) ? problemOf(plan) : undefined;
    return problem ? [{ address: 'account-baseline', problem }] : [];
  },
});

export default [
  own(
    'HIPAA.Security-GuardDutyEnabledCentralized',
    ['164.308(a)(5)(ii)(C)', ...WATCHED],
    'GuardDuty is on, and tells within minutes',
    'aws_guardduty_detector',
    values =>
      values.enable === true &&
      values.finding_publishing_frequency === 'FIFTEEN_MINUTES',
    'GuardDuty is off in a region, or tells late',
  ),
  baseline(
    'CAREPLANE.HIPAA.GuardDutyFeatures',
    WATCHED,
    'GuardDuty looks at data, log-ins, functions and tasks',
    plan => {
      if (!selfEnabled(plan)) return undefined;
      const on = plan
        .of('aws_guardduty_detector_feature')
        .filter(({ values }) => values.status === 'ENABLED');
      const missing = FEATURES.filter(
        name =>
          on.filter(({ values }) => values.name === name).length < REGIONS,
      );
      if (missing.length > 0) return `${missing.join(', ')} is off in a region`;
      return on.every(
        ({ values }) =>
          values.name !== 'RUNTIME_MONITORING' ||
          values.additional_configuration?.some(
            ({ name, status }) =>
              name === 'ECS_FARGATE_AGENT_MANAGEMENT' && status === 'ENABLED',
          ),
      )
        ? undefined
        : 'tasks on Fargate have no agent';
    },
  ),
  own(
    'HIPAA.Security-SecurityHubEnabled',
    WATCHED,
    'Security Hub is on, and leaves its standards to the organisation',
    'aws_securityhub_account',
    values =>
      values.enable_default_standards === false &&
      values.auto_enable_controls === true &&
      values.control_finding_generator === 'SECURITY_CONTROL',
    'Security Hub is off in a region, or leaves out new controls',
  ),
  baseline(
    'CAREPLANE.HIPAA.Inspector',
    ['164.308(a)(1)(ii)(A)', '164.308(a)(5)(ii)(B)'],
    'Inspector looks at images, instances, functions and their code',
    plan => {
      if (!selfEnabled(plan)) return undefined;
      const members = plan
        .of('aws_inspector2_member_association')
        .map(({ values }) => values.account_id);
      const on = plan
        .of('aws_inspector2_enabler')
        .filter(
          ({ values: { account_ids: ids, resource_types: types } }) =>
            !ids.some(one => members.includes(one)) &&
            ['EC2', 'ECR', 'LAMBDA', 'LAMBDA_CODE'].every(one =>
              types?.includes(one),
            ),
        );
      return on.length >= REGIONS
        ? undefined
        : 'Inspector leaves something out, or a region';
    },
  ),
  baseline(
    'CAREPLANE.HIPAA.AccessAnalyzer',
    ['164.308(a)(4)(ii)(C)', '164.308(a)(3)(ii)(C)'],
    'What other accounts reach is found',
    plan =>
      plan
        .of('aws_accessanalyzer_analyzer')
        .filter(({ values }) => values.type === 'ACCOUNT').length >= REGIONS
        ? undefined
        : 'access from other accounts is not looked for',
  ),
  account(
    'CT.CONFIG.PR.1',
    EVALUATED,
    'Config records every kind of resource, as it changes',
    'aws_config_configuration_recorder',
    values =>
      values.recording_group?.[0]?.all_supported === true &&
      typeof values.recording_group[0].include_global_resource_types ===
        'boolean' &&
      values.recording_mode?.[0]?.recording_frequency === 'CONTINUOUS',
    'Config leaves out resources, a region, or changes',
    REGIONS,
  ),
  account(
    'CAREPLANE.HIPAA.ConfigOn',
    EVALUATED,
    'Config is on',
    'aws_config_configuration_recorder_status',
    ({ is_enabled: on }) => on === true,
    'Config is off in a region',
    REGIONS,
  ),
  account(
    'CAREPLANE.HIPAA.ConfigDelivery',
    ['164.312(b)', '164.316(b)(2)(i)', '164.312(a)(2)(iv)'],
    'Configurations go to the archive every day, under its key',
    'aws_config_delivery_channel',
    values =>
      values.s3_key_prefix === 'config' &&
      isCustomerKey(values.s3_kms_key_arn) &&
      values.snapshot_delivery_properties?.[0]?.delivery_frequency ===
        'TwentyFour_Hours',
    'configurations do not reach the archive, or not every day',
    REGIONS,
  ),
  baseline(
    'CAREPLANE.HIPAA.Macie',
    ['164.308(a)(1)(ii)(A)', '164.312(a)(1)'],
    'Where patient data is, Macie looks for it where it should not be',
    plan => {
      const health = plan.resources.some(
        ({ values }) => values.tags_all?.DataClass === 'phi',
      );
      const on = plan
        .of('aws_macie2_account')
        .some(
          ({ values }) =>
            values.status === 'ENABLED' &&
            values.finding_publishing_frequency === 'FIFTEEN_MINUTES',
        );
      return health && !on ? 'Macie is off' : undefined;
    },
  ),
  {
    id: 'CAREPLANE.HIPAA.OutsiderExternalId',
    cfr: ['164.308(b)(1)', '164.312(d)'],
    title: 'A role of a vendor asks for the external id',
    types: ['aws_iam_role'],
    check: ({ values }) => {
      if (!/-connector$/.test(values.name ?? '')) return true;
      return (
        [JSON.parse(values.assume_role_policy).Statement]
          .flat()
          .every(one => one.Condition?.StringEquals?.['sts:ExternalId']) ||
        'any customer of the vendor could use it'
      );
    },
  },
];
