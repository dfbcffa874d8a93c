// Every log in the archive for six years, whoever asks (45 CFR 164.316(b)(2)(i)).
import { each } from '../../../scripts/infra/policies/plan.mjs';
import { hasBaseline } from './account.mjs';
import { isCustomerKey } from './encryption.mjs';

const KEPT = ['164.312(b)', '164.316(b)(2)(i)'];
/** What a stream says about itself would come back to it. */
const OWN_ERRORS = /^\/aws\/kinesisfirehose\//;
const SIX_YEARS = 2192;
/** Accounts without a network, where hours may pass without a log. */
const QUIET = 2;

const parsed = text => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Log groups that a subscription leaves out; undefined where it selects otherwise. */
function leftOut({ selection_criteria: criteria }) {
  if (criteria === null || criteria === undefined) return [];
  const [, list] = /^LogGroupName NOT IN (\[.*\])$/.exec(criteria) ?? [];
  return parsed(list);
}

/** Subscriptions of all log groups of a region that filter nothing. */
const subscriptions = (plan, region) =>
  plan.of('aws_cloudwatch_log_account_policy').filter(({ values }) => {
    const document = parsed(values.policy_document);
    const arn = document?.DestinationArn ?? '';
    return (
      values.policy_type === 'SUBSCRIPTION_FILTER_POLICY' &&
      values.scope === 'ALL' &&
      values.region === region &&
      document?.FilterPattern === '' &&
      (/^arn:aws[a-z-]*:logs:[^:]+:\d{12}:destination:/.test(arn) ||
        (/^arn:aws[a-z-]*:firehose:/.test(arn) && Boolean(document.RoleArn)))
    );
  });

/** The account of the archive, by the key that configurations are kept under. */
const archiveAccount = plan =>
  plan
    .of('aws_config_delivery_channel')[0]
    ?.values.s3_kms_key_arn?.split(':')[4];

/** Whether the bucket is copied to a bucket of the archive, all of it. */
const isCopied = (plan, bucket) =>
  plan
    .of('aws_s3_bucket_replication_configuration')
    .filter(({ values }) => values.bucket === bucket)
    .some(({ values }) => copiesAll(plan, values));

function copiesAll(plan, { role, rule }) {
  const account = archiveAccount(plan);
  return (
    plan.find(role)?.type === 'aws_iam_role' &&
    each(rule).some(
      ({ status, filter, destination, delete_marker_replication: gone }) => {
        const [to] = destination ?? [];
        const [{ prefix, tag, and } = {}] = filter ?? [];
        return (
          status === 'Enabled' &&
          filter?.length === 1 &&
          !prefix &&
          !tag?.length &&
          !and?.length &&
          gone?.[0]?.status === 'Disabled' &&
          /:::[a-z0-9-]+-log-archive-/.test(to?.bucket ?? '') &&
          to.account?.length === 12 &&
          (!account || to.account === account) &&
          to.access_control_translation?.[0]?.owner === 'Destination' &&
          to.metrics?.[0]?.status === 'Enabled' &&
          to.replication_time?.[0]?.status === 'Enabled'
        );
      },
    )
  );
}

export default [
  {
    id: 'CAREPLANE.HIPAA.LogGroupsArchived',
    cfr: KEPT,
    title: 'Every log group is subscribed to the archive, unfiltered',
    types: ['aws_cloudwatch_log_group'],
    check: ({ values }, plan) => {
      if (values.log_group_class === 'INFREQUENT_ACCESS')
        return 'its class cannot be subscribed';
      if (OWN_ERRORS.test(values.name)) return true;
      const found = subscriptions(plan, values.region);
      if (found.length !== 1) return 'no subscription of its region takes it';
      const names = leftOut(found[0].values);
      if (!names) return 'the subscription selects what it takes';
      return !names.includes(values.name) || 'the subscription leaves it out';
    },
  },
  {
    id: 'CAREPLANE.HIPAA.SubscriptionLeadsToArchive',
    cfr: KEPT,
    title:
      "An account's logs go to the log archive account, and nothing but the streams' own errors is left out",
    types: ['aws_cloudwatch_log_account_policy'],
    check: ({ values }, plan) => {
      if (values.policy_type !== 'SUBSCRIPTION_FILTER_POLICY') return true;
      const arn = parsed(values.policy_document)?.DestinationArn ?? '';
      const account = archiveAccount(plan);
      if (account && arn.split(':')[4] !== account)
        return 'it leads to another account than that of the archive';
      const names = leftOut(values);
      return (
        (names?.length > 0 && names.every(name => OWN_ERRORS.test(name))) ||
        "it leaves out other logs than the streams' own errors, or not those"
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.AccountSubscribed',
    cfr: KEPT,
    title: 'Every account sends its logs to the archive, by one subscription',
    whole: plan =>
      hasBaseline(plan) &&
      plan.of('aws_cloudwatch_log_account_policy').length !== 1
        ? [
            {
              address: 'account-baseline',
              problem: 'it has no subscription of its log groups, or several',
            },
          ]
        : [],
  },
  {
    id: 'CAREPLANE.HIPAA.AccessLogsArchived',
    cfr: KEPT,
    title: 'Every bucket of access logs is copied to the archive',
    whole: plan => {
      const names = [
        ...plan.of('aws_s3_bucket').map(({ values }) => values.bucket),
        ...plan
          .of('aws_s3_bucket_logging')
          .map(one => one.values.target_bucket),
        ...plan
          .of('aws_lb')
          .map(({ values }) => values.access_logs?.[0]?.bucket),
      ].filter(name => /-access-logs-/.test(name ?? ''));
      const missing = [...new Set(names)].filter(name => !isCopied(plan, name));
      const nothing =
        hasBaseline(plan) &&
        !plan
          .of('aws_s3_bucket_replication_configuration')
          .some(({ values }) => /-access-logs-\d/.test(values.bucket ?? ''));
      return [
        ...missing.map(name => ({
          address: name,
          problem: 'it is not copied to the archive, or not all of it',
        })),
        ...(nothing
          ? [
              {
                address: 'account-baseline',
                problem: 'access logs of its buckets are not copied',
              },
            ]
          : []),
      ];
    },
  },
  {
    id: 'CAREPLANE.HIPAA.ReplicationWhole',
    cfr: KEPT,
    title: 'A copy to the archive is of everything, and what fails is an alarm',
    types: ['aws_s3_bucket_replication_configuration'],
    check: ({ values }, plan) => {
      if (!copiesAll(plan, values))
        return 'it copies a part, deletes in the archive, or cannot be watched';
      const watched = plan
        .of('aws_cloudwatch_metric_alarm')
        .some(
          ({ values: alarm }) =>
            alarm.namespace === 'AWS/S3' &&
            alarm.metric_name === 'OperationsFailedReplication' &&
            alarm.dimensions?.SourceBucket === values.bucket &&
            alarm.dimensions.RuleId === values.rule[0].id &&
            alarm.threshold === 0,
        );
      if (!watched) return 'no alarm looks at copies that fail';
      const trust = plan.find(values.role).values.assume_role_policy;
      const bound = [JSON.parse(trust).Statement]
        .flat()
        .every(({ Condition }) =>
          each(Condition?.ArnLike?.['aws:SourceArn']).includes(
            `arn:aws:s3:::${values.bucket}`,
          ),
        );
      return bound || 'S3 may wear its role for another bucket';
    },
  },
  {
    id: 'CAREPLANE.HIPAA.StreamToArchive',
    cfr: [...KEPT, '164.312(a)(2)(iv)'],
    title:
      'A stream of logs ends in a bucket that is locked for six years, under customer keys, and its errors are written down',
    types: ['aws_kinesis_firehose_delivery_stream'],
    check: ({ values }, plan) => {
      const [waiting] = values.server_side_encryption ?? [];
      if (
        waiting?.enabled !== true ||
        waiting.key_type !== 'CUSTOMER_MANAGED_CMK' ||
        !isCustomerKey(waiting.key_arn)
      )
        return 'what waits in it is not under a customer key';
      const [to] = values.extended_s3_configuration ?? [];
      if (!isCustomerKey(to?.kms_key_arn))
        return 'what it writes is not under a customer key';
      if (!/^cloudwatch-logs\/\d{12}\//.test(to.prefix ?? ''))
        return 'accounts are not told apart';
      if (!/^cloudwatch-logs-errors\//.test(to.error_output_prefix ?? ''))
        return 'what could not be read has no place';
      const [log] = to.cloudwatch_logging_options ?? [];
      if (log?.enabled !== true || !log.log_group_name || !log.log_stream_name)
        return 'its errors are written nowhere';
      const lock = plan
        .of('aws_s3_bucket_object_lock_configuration')
        .find(one => to.bucket_arn === `arn:aws:s3:::${one.values.bucket}`);
      const [kept] = lock?.values.rule?.[0]?.default_retention ?? [];
      if (!(kept?.mode === 'COMPLIANCE' && kept.days >= SIX_YEARS))
        return 'its bucket is not locked for six years';
      const late = plan
        .of('aws_cloudwatch_metric_alarm')
        .some(
          ({ values: alarm }) =>
            alarm.namespace === 'AWS/Firehose' &&
            alarm.metric_name === 'DeliveryToS3.DataFreshness' &&
            alarm.dimensions?.DeliveryStreamName === values.name &&
            alarm.threshold > 0 &&
            alarm.threshold <= 3600,
        );
      if (!late) return 'no alarm looks at logs that wait in it';
      const lines = plan
        .of('aws_cloudwatch_log_stream')
        .some(
          one =>
            one.values.log_group_name === log.log_group_name &&
            one.values.name === log.log_stream_name,
        );
      if (!lines) return 'its errors have no stream to be written to';
      const named = plan
        .of('aws_cloudwatch_log_destination')
        .some(one => one.values.name === values.name);
      if (!named) return 'no account can send to it';
      const direct = plan
        .documents()
        .filter(({ resource }) => resource.type === 'aws_iam_policy')
        .filter(({ resource }) => /-delivery$/.test(resource.values.name))
        .flatMap(({ statements }) => statements)
        .filter(({ Action }) => each(Action).some(one => /^kms:/.test(one)))
        .some(({ Condition }) => !Condition?.StringEquals?.['kms:ViaService']);
      return !direct || 'its role may use the key without a service';
    },
  },
  {
    id: 'CAREPLANE.HIPAA.SilenceIsAnAlarm',
    cfr: KEPT,
    title: 'An account whose logs no longer come is an alarm',
    whole: plan => {
      const streams = plan.of('aws_kinesis_firehose_delivery_stream');
      const heard = streams.filter(({ values }) =>
        plan
          .of('aws_cloudwatch_metric_alarm')
          .some(
            ({ values: alarm }) =>
              alarm.namespace === 'AWS/Firehose' &&
              alarm.metric_name === 'IncomingRecords' &&
              alarm.dimensions?.DeliveryStreamName === values.name &&
              alarm.comparison_operator === 'LessThanThreshold' &&
              alarm.threshold === 1 &&
              alarm.treat_missing_data === 'breaching',
          ),
      );
      return streams.length - heard.length > QUIET
        ? [{ address: 'archive', problem: 'an account could fall silent' }]
        : [];
    },
  },
  {
    id: 'CAREPLANE.HIPAA.CopiesBelowOwnAccount',
    cfr: ['164.308(a)(4)(ii)(B)', '164.312(c)(1)'],
    title:
      'Who copies logs to the archive is of the organisation, has that role, and writes below its own account',
    types: ['aws_s3_bucket_policy'],
    check: ({ values }) => {
      const wide = [JSON.parse(values.policy).Statement]
        .flat()
        .filter(({ Effect }) => Effect === 'Allow')
        .filter(({ Action }) => each(Action).includes('s3:ReplicateObject'))
        .some(
          ({ Condition, Resource }) =>
            !Condition?.StringEquals?.['aws:PrincipalOrgID'] ||
            !/:role\/careplane-log-replication-\*$/.test(
              Condition.ArnLike?.['aws:PrincipalArn'] ?? '',
            ) ||
            !each(Resource).every(one =>
              one.includes('/${aws:PrincipalAccount}/'),
            ),
        );
      return !wide || 'others may copy into it, or below another account';
    },
  },
  {
    id: 'CAREPLANE.HIPAA.DestinationForOneAccount',
    cfr: ['164.308(a)(4)(ii)(B)', '164.312(a)(1)'],
    title: 'A destination of logs takes those of the account that it is for',
    types: ['aws_cloudwatch_log_destination'],
    check: ({ values }, plan) => {
      const [policy] = plan
        .of('aws_cloudwatch_log_destination_policy')
        .filter(one => one.values.destination_name === values.name);
      const led = plan
        .of('aws_kinesis_firehose_delivery_stream')
        .some(one => one.values.name === values.name);
      if (!led) return 'it leads nowhere';
      if (!policy) return 'nobody may send to it';
      if (policy.values.force_update) return 'it changes without being asked';
      const statements = [
        JSON.parse(policy.values.access_policy).Statement,
      ].flat();
      const one = /-(\d{12})$/.exec(values.name)?.[1];
      const bound = statements.every(
        ({ Action, Principal, Resource }) =>
          each(Principal?.AWS).every(who => who === one) &&
          each(Resource).every(arn => arn.endsWith(`:${values.name}`)) &&
          each(Action).every(action =>
            ['logs:PutAccountPolicy', 'logs:PutSubscriptionFilter'].includes(
              action,
            ),
          ),
      );
      return bound || 'other accounts may send to it';
    },
  },
];
