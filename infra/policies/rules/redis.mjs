// ElastiCache: in the data tier, encrypted, by users that sign in by IAM or whose
// password changes, with a node that takes over. CT.ELASTICACHE.PR.7 (one AUTH token)
// is not ported: users have rights of their own.
import { isCustomerKey } from './encryption.mjs';
import { mayStandAlone } from './databases.mjs';

const ACCESS = [
  '164.308(a)(3)(i)',
  '164.308(a)(4)(ii)(A)',
  '164.308(a)(4)(ii)(C)',
  '164.312(a)(1)',
  '164.312(e)(1)',
];

const group = (id, cfr, title, check) => ({
  id,
  cfr,
  title,
  types: ['aws_elasticache_replication_group'],
  check: ({ values }, plan) => check(values, plan),
});
const named = (plan, type, attribute, wanted) =>
  plan.of(type).find(({ values }) => values[attribute] === wanted)?.values;

/** What an alarm on every node looks at. */
const WATCHED = [
  'AuthenticationFailures',
  'DatabaseMemoryUsagePercentage',
  'EngineCPUUtilization',
];

export default [
  group(
    'CT.ELASTICACHE.PR.6',
    ACCESS,
    'Redis is in the data tier, behind a group of its own',
    (values, plan) => {
      if (values.network_type !== 'ipv4' || values.ip_discovery !== 'ipv4')
        return 'it may have addresses besides IPv4';
      if (!(values.security_group_ids?.length > 0))
        return 'it has no security group';
      const subnets =
        named(
          plan,
          'aws_elasticache_subnet_group',
          'name',
          values.subnet_group_name,
        )?.subnet_ids ?? [];
      if (subnets.length < 2) return 'its subnets are fewer than two';
      return (
        subnets.every(id => plan.find(id)?.values.tags?.Tier === 'data') ||
        'its subnets are not all of the data tier'
      );
    },
  ),
  group(
    'CKV_AWS_191',
    ['164.312(a)(2)(iv)', '164.312(e)(2)(ii)'],
    'Redis encrypts with a customer key',
    ({ at_rest_encryption_enabled: on, kms_key_id: key }) =>
      (String(on) === 'true' && isCustomerKey(key)) ||
      "it is not encrypted with a key of the customer's",
  ),
  group(
    'CT.ELASTICACHE.PR.5',
    ['164.312(e)(1)', '164.312(e)(2)(i)', '164.312(e)(2)(ii)'],
    'Redis takes TLS alone',
    ({ transit_encryption_enabled: on, transit_encryption_mode: mode }) =>
      (on === true && mode === 'required') || 'it takes what comes without TLS',
  ),
  group(
    'CT.ELASTICACHE.PR.8',
    ['164.308(a)(4)(ii)(B)', '164.312(a)(1)', '164.312(d)'],
    'Redis knows users, and nobody else',
    ({ user_group_ids: ids }, plan) => {
      const users =
        ids?.length === 1 &&
        named(plan, 'aws_elasticache_user_group', 'user_group_id', ids[0])
          ?.user_ids;
      if (!users?.length) return 'it has no group of users in the plan';
      return (
        users.every(id => named(plan, 'aws_elasticache_user', 'user_id', id)) ||
        'a user is not in the plan'
      );
    },
  ),
  {
    id: 'CAREPLANE.HIPAA.RedisUsers',
    cfr: ['164.308(a)(4)(ii)(B)', '164.308(a)(5)(ii)(D)', '164.312(d)'],
    title:
      'Users sign in by IAM until a rotation gives them a password, and nobody may do what is dangerous',
    types: ['aws_elasticache_user'],
    check: ({ values }) => {
      if (values.authentication_mode?.[0]?.type !== 'iam')
        return 'it has a password that Terraform knows, or none';
      return (
        /-@all\b.* -@dangerous$/.test(values.access_string ?? '') ||
        'it may do what is dangerous'
      );
    },
  },
  group(
    'CKV2_AWS_50',
    ['164.308(a)(7)(i)', '164.308(a)(7)(ii)(C)'],
    'Another node of Redis takes over by itself, in another zone, except in dev',
    values =>
      (values.num_cache_clusters >= 2 &&
        values.automatic_failover_enabled === true &&
        values.multi_az_enabled === true) ||
      (mayStandAlone(values) &&
        values.num_cache_clusters === 1 &&
        values.automatic_failover_enabled === false &&
        values.multi_az_enabled === false) ||
      'no node takes over',
  ),
  group(
    'HIPAA.Security-ElastiCacheRedisClusterAutomaticBackup',
    ['164.308(a)(7)(i)', '164.308(a)(7)(ii)(A)', '164.308(a)(7)(ii)(B)'],
    'Snapshots of Redis are kept for 15 days or more, and a deletion leaves one',
    values => {
      if (!(values.snapshot_retention_limit >= 15))
        return 'snapshots are kept for less than 15 days';
      if (!values.snapshot_window) return 'snapshot_window is not set';
      return (
        Boolean(values.final_snapshot_identifier) ||
        'a deletion leaves no snapshot'
      );
    },
  ),
  group(
    'CT.ELASTICACHE.PR.2',
    ['164.308(a)(5)(ii)(A)', '164.308(a)(5)(ii)(B)'],
    'Redis gets patches by itself, in a window',
    values => {
      if (String(values.auto_minor_version_upgrade) !== 'true')
        return 'auto_minor_version_upgrade is not set';
      if (values.apply_immediately !== false || !values.maintenance_window)
        return 'it is changed at any hour';
      return (
        (values.engine === 'valkey' &&
          /^[789]\./.test(values.engine_version ?? '')) ||
        'its engine gets no security updates for long'
      );
    },
  ),
  group(
    'AwsSolutions-AEC2',
    ['164.308(a)(3)(ii)(A)', '164.312(b)'],
    'Redis delivers its logs to groups of this plan',
    ({ log_delivery_configuration: logs }, plan) => {
      for (const kind of ['engine-log', 'slow-log']) {
        const log = logs?.find(one => one.log_type === kind);
        if (
          log?.destination_type !== 'cloudwatch-logs' ||
          !named(plan, 'aws_cloudwatch_log_group', 'name', log.destination)
        )
          return `${kind} goes to no group of this plan`;
      }
      const mayWrite = plan
        .of('aws_cloudwatch_log_resource_policy')
        .some(({ values }) =>
          logs.every(({ destination }) =>
            values.policy_document?.includes(`:log-group:${destination}:`),
          ),
        );
      return mayWrite || 'its logs may not be delivered';
    },
  ),
  group(
    'CAREPLANE.HIPAA.RedisLetsGo',
    ['164.308(a)(7)(i)', '164.312(a)(2)(iii)'],
    'Redis says what goes when it is full, lets go of silent clients, and tells what is slow',
    ({ parameter_group_name: name }, plan) => {
      const parameters = Object.fromEntries(
        (
          named(plan, 'aws_elasticache_parameter_group', 'name', name)
            ?.parameter ?? []
        ).map(one => [one.name, one.value]),
      );
      const wrong = [
        ['maxmemory-policy', /./],
        ['timeout', /^[1-9]/],
        ['slowlog-log-slower-than', /^[1-9]/],
      ].filter(([key, wanted]) => !wanted.test(parameters[key] ?? ''));
      return (
        wrong.length === 0 ||
        `its parameters lack ${wrong.map(([key]) => key).join(', ')}`
      );
    },
  ),
  group(
    'CAREPLANE.HIPAA.RedisWatched',
    ['164.308(a)(6)(ii)', '164.312(b)'],
    'Somebody hears of every node that fills up, is busy, or refuses sign-ins',
    ({ replication_group_id: id, num_cache_clusters: nodes }, plan) => {
      const alarms = plan
        .of('aws_cloudwatch_metric_alarm')
        .map(({ values }) => values)
        .filter(
          ({ namespace, threshold, comparison_operator: by }) =>
            namespace === 'AWS/ElastiCache' &&
            threshold > 0 &&
            by === 'GreaterThanThreshold',
        );
      const silent = WATCHED.filter(
        metric =>
          new Set(
            alarms
              .filter(
                one =>
                  one.metric_name === metric &&
                  one.dimensions?.CacheClusterId?.startsWith(`${id}-`),
              )
              .map(one => one.dimensions.CacheClusterId),
          ).size < nodes,
      );
      return (
        silent.length === 0 ||
        `no alarm looks at ${silent.join(', ')} of every node`
      );
    },
  ),
];
