// The organisation's trail, and what of it somebody must hear of.
import { isCustomerKey } from './encryption.mjs';

const AUDIT = ['164.308(a)(3)(ii)(A)', '164.312(b)'];

const trail = (id, cfr, title, holds, problem) => ({
  id,
  cfr,
  title,
  types: ['aws_cloudtrail'],
  check: ({ values }, plan) => holds(values, plan) || problem,
});

const categories = ({ advanced_event_selector: selectors = [] }) =>
  selectors.map(({ field_selector: fields }) =>
    Object.fromEntries(
      fields.map(({ field, equals }) => [field, equals?.join()]),
    ),
  );

/** Nothing of these may happen unheard; the names are the filters'. */
const HEARD = [
  'unauthorised',
  'no-second-factor',
  'root',
  'sign-in-failures',
  'iam',
  'trail',
  'keys',
  'buckets',
  'config',
  'network',
  'organisation',
  'backups',
];

export default [
  trail(
    'HIPAA.Security-CloudTrailEncryptionEnabled',
    ['164.312(a)(2)(iv)', '164.312(e)(2)(ii)'],
    'Trails are encrypted with a customer key',
    ({ kms_key_id: key }) => isCustomerKey(key),
    "kms_key_id names no key of the customer's",
  ),
  trail(
    'HIPAA.Security-CloudTrailLogFileValidationEnabled',
    ['164.312(c)(1)', '164.312(c)(2)'],
    'A changed log file is noticed',
    values => values.enable_log_file_validation === true,
    'enable_log_file_validation is not set',
  ),
  trail(
    'CKV_AWS_67',
    AUDIT,
    'The trail is on, in every account and region, global services too',
    values =>
      [
        'enable_logging',
        'include_global_service_events',
        'is_multi_region_trail',
        'is_organization_trail',
      ].every(name => values[name] === true),
    'it leaves out an account, a region or global services',
  ),
  trail(
    'HIPAA.Security-CloudTrailCloudWatchLogsEnabled',
    [...AUDIT, '164.308(a)(5)(ii)(C)'],
    'The trail is searched in a log group of the plan',
    (values, plan) =>
      Boolean(values.cloud_watch_logs_role_arn) &&
      plan
        .of('aws_cloudwatch_log_group')
        .some(({ values: group }) =>
          values.cloud_watch_logs_group_arn?.startsWith(group.arn),
        ),
    'it goes to no log group',
  ),
  trail(
    'HIPAA.Security-CloudTrailS3DataEvents',
    AUDIT,
    'Who manages, who reads and writes objects, who invokes functions: all of it is recorded',
    values => {
      const found = categories(values);
      return (
        found.some(one => one.eventCategory === 'Management') &&
        ['AWS::S3::Object', 'AWS::Lambda::Function'].every(type =>
          found.some(
            one =>
              one.eventCategory === 'Data' && one['resources.type'] === type,
          ),
        ) &&
        found.length === 3
      );
    },
    'it leaves out management events, objects or functions',
  ),
  trail(
    'CAREPLANE.HIPAA.TrailInsights',
    ['164.308(a)(1)(ii)(D)', '164.308(a)(5)(ii)(C)'],
    'Unusual rates of calls and errors are found',
    ({ insight_selector: found }) =>
      ['ApiCallRateInsight', 'ApiErrorRateInsight'].every(type =>
        found?.some(one => one.insight_type === type),
      ),
    'it looks for no unusual rates',
  ),
  trail(
    'CAREPLANE.HIPAA.TrailPrefix',
    ['164.312(c)(1)'],
    'The trail is put where the archive lets it',
    ({ s3_key_prefix: prefix }) => prefix === 'cloudtrail',
    'the archive takes no trail outside of cloudtrail/',
  ),
  trail(
    'CAREPLANE.HIPAA.AuditAlarms',
    ['164.308(a)(1)(ii)(D)', '164.308(a)(6)(ii)', '164.312(b)'],
    'Somebody hears at once of what the CIS benchmark names',
    (_, plan) =>
      HEARD.every(name => {
        const filter = plan
          .of('aws_cloudwatch_log_metric_filter')
          .flatMap(({ values }) => values.metric_transformation)
          .find(
            one => one.namespace === 'Careplane/Audit' && one.name === name,
          );
        return (
          filter?.default_value === '0' &&
          filter.unit === 'Count' &&
          plan
            .of('aws_cloudwatch_metric_alarm')
            .some(
              ({ values }) =>
                values.namespace === 'Careplane/Audit' &&
                values.metric_name === name &&
                typeof values.threshold === 'number' &&
                values.threshold <= 25,
            )
        );
      }),
    `an alarm is missing: ${HEARD.join(', ')}`,
  ),
  {
    id: 'CAREPLANE.HIPAA.OrganisationTrail',
    cfr: AUDIT,
    title: 'The management account records the calls of the organisation',
    whole: plan =>
      plan.resources.some(({ stack }) => stack === 'organisation') &&
      plan.of('aws_cloudtrail').length === 0
        ? [{ address: 'organisation', problem: 'there is no trail' }]
        : [],
  },
];
