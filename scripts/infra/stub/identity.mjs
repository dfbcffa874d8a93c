// Identifiers of resources that nobody created. In a linked plan they are known
// and shaped as AWS shapes them, so that a policy can follow an id or an ARN
// from the resource that has it to those that name it.
import { createHash } from 'node:crypto';

const PREFIXES = {
  aws_vpc: 'vpc',
  aws_subnet: 'subnet',
  aws_security_group: 'sg',
  aws_default_security_group: 'sg',
  aws_network_acl: 'acl',
  aws_default_network_acl: 'acl',
  aws_route_table: 'rtb',
  aws_default_route_table: 'rtb',
  aws_internet_gateway: 'igw',
  aws_nat_gateway: 'nat',
  aws_eip: 'eipalloc',
  aws_vpc_endpoint: 'vpce',
  aws_vpc_security_group_ingress_rule: 'sgr',
  aws_vpc_security_group_egress_rule: 'sgr',
  aws_flow_log: 'fl',
  aws_instance: 'i',
  aws_network_interface: 'eni',
  aws_ebs_volume: 'vol',
  aws_launch_template: 'lt',
  aws_vpn_gateway: 'vgw',
  aws_customer_gateway: 'cgw',
  aws_vpn_connection: 'vpn',
  aws_ec2_managed_prefix_list: 'pl',
  aws_efs_file_system: 'fs',
  aws_efs_access_point: 'fsap',
  aws_route53_zone: 'Z',
};

/** Type → how its ARN goes on after the account; `name` is its own name. */
const ARNS = {
  aws_kms_key: ({ id }) => ['kms', `key/${id}`],
  aws_kms_replica_key: ({ id }) => ['kms', `key/${id}`],
  aws_kms_alias: ({ name }) => ['kms', name],
  aws_iam_role: ({ name, path }) => ['iam', `role${path}${name}`],
  aws_iam_policy: ({ name, path }) => ['iam', `policy${path}${name}`],
  aws_iam_user: ({ name, path }) => ['iam', `user${path}${name}`],
  aws_iam_instance_profile: ({ name, path }) => [
    'iam',
    `instance-profile${path}${name}`,
  ],
  aws_lambda_function: ({ name }) => ['lambda', `function:${name}`],
  aws_cloudwatch_log_group: ({ name }) => ['logs', `log-group:${name}`],
  aws_cloudwatch_event_bus: ({ name }) => ['events', `event-bus/${name}`],
  aws_cloudwatch_event_rule: ({ name }) => ['events', `rule/${name}`],
  aws_cloudwatch_metric_alarm: ({ name }) => ['cloudwatch', `alarm:${name}`],
  aws_cloudtrail: ({ name }) => ['cloudtrail', `trail/${name}`],
  aws_sns_topic: ({ name }) => ['sns', name],
  aws_sqs_queue: ({ name }) => ['sqs', name],
  aws_secretsmanager_secret: ({ name }) => [
    'secretsmanager',
    `secret:${name}-a1b2c3`,
  ],
  aws_ecr_repository: ({ name }) => ['ecr', `repository/${name}`],
  aws_ecs_cluster: ({ name }) => ['ecs', `cluster/${name}`],
  aws_ecs_task_definition: ({ name }) => ['ecs', `task-definition/${name}:1`],
  aws_db_instance: ({ name }) => ['rds', `db:${name}`],
  aws_db_proxy: ({ name }) => ['rds', `db-proxy:${name}`],
  aws_lb: ({ name, hash }) => [
    'elasticloadbalancing',
    `loadbalancer/app/${name}/${hash.slice(0, 16)}`,
  ],
  aws_lb_target_group: ({ name, hash }) => [
    'elasticloadbalancing',
    `targetgroup/${name}/${hash.slice(0, 16)}`,
  ],
  aws_backup_vault: ({ name }) => ['backup', `backup-vault:${name}`],
  aws_codebuild_project: ({ name }) => ['codebuild', `project/${name}`],
  aws_codepipeline: ({ name }) => ['codepipeline', name],
  aws_codecommit_repository: ({ name }) => ['codecommit', name],
  aws_scheduler_schedule_group: ({ name }) => [
    'scheduler',
    `schedule-group/${name}`,
  ],
  aws_dynamodb_table: ({ name }) => ['dynamodb', `table/${name}`],
  aws_opensearch_domain: ({ name }) => ['es', `domain/${name}`],
  aws_cognito_user_pool: ({ id }) => ['cognito-idp', `userpool/${id}`],
  aws_acm_certificate: ({ id }) => ['acm', `certificate/${id}`],
  aws_cloudfront_distribution: ({ id }) => ['cloudfront', `distribution/${id}`],
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awswafv2.html
  aws_wafv2_web_acl: ({ name, hash, scope }) => [
    'wafv2',
    `${scope === 'CLOUDFRONT' ? 'global' : 'regional'}/webacl/${name}/${uuid(
      hash,
    )}`,
  ],
};

const GLOBAL = new Set(['iam', 'cloudfront', 'route53', 'organizations']);

/** Types whose id is their name. */
const NAMED = new Set([
  'aws_iam_role',
  'aws_iam_user',
  'aws_iam_group',
  'aws_iam_instance_profile',
  'aws_cloudwatch_log_group',
  'aws_cloudwatch_event_rule',
  'aws_s3_bucket',
  'aws_lambda_function',
  'aws_ecr_repository',
  'aws_scheduler_schedule_group',
  'aws_db_subnet_group',
  'aws_db_parameter_group',
  'aws_elasticache_subnet_group',
  'aws_backup_vault',
]);

/** Types whose id is their ARN. */
const ARN_IS_ID = new Set([
  'aws_iam_policy',
  'aws_sns_topic',
  'aws_secretsmanager_secret',
  'aws_lb',
  'aws_lb_target_group',
  'aws_lb_listener',
  'aws_ecs_cluster',
  'aws_ecs_service',
  'aws_acm_certificate',
  'aws_wafv2_web_acl',
  'aws_codestarconnections_connection',
]);

const NAME_ATTRIBUTES = [
  'name',
  'bucket',
  'function_name',
  'role_name',
  'identifier',
  'family',
  'domain_name',
  'repository_name',
  'alarm_name',
  'replication_group_id',
  'cluster_identifier',
];

/**
 * Identifiers of one planned resource.
 *
 * @param place - `{account, region}` of the provider
 * @param occurrence - how many equal resources came before
 */
export function identify(type, state, place, occurrence) {
  const hash = createHash('sha256')
    .update(`${type}\0${occurrence}\0${place.account}\0${place.region}\0`)
    .update(JSON.stringify(state))
    .digest('hex');
  const given = state.name_prefix
    ? `${state.name_prefix}${hash.slice(0, 8)}`
    : NAME_ATTRIBUTES.map(key => state[key]).find(
        value => typeof value === 'string' && value,
      );
  const name =
    given ??
    `${type.replace('aws_', '').replaceAll('_', '-')}-${hash.slice(0, 8)}`;
  const short = `${
    PREFIXES[type] ?? type.replace('aws_', '').replaceAll('_', '-')
  }-${hash.slice(0, 17)}`;
  let id = NAMED.has(type) ? name : short;
  if (type === 'aws_kms_key' || type === 'aws_acm_certificate') id = uuid(hash);
  const path = typeof state.path === 'string' ? state.path : '/';
  const parts = { id, name, path, hash, scope: state.scope };
  const arn = arnOf(type, parts, place);
  if (ARN_IS_ID.has(type)) id = arn;
  const url = `https://sqs.${place.region}.amazonaws.com/${place.account}/${name}`;
  if (type === 'aws_sqs_queue') id = url;
  return { id, arn, name, hash, url };
}

function arnOf(type, parts, { account, region }) {
  if (type === 'aws_s3_bucket') return `arn:aws:s3:::${parts.name}`;
  const [, fallback] = /^aws_([a-z0-9]+)/.exec(type) ?? [undefined, 'aws'];
  const [service, rest] = ARNS[type]?.(parts) ?? [
    fallback,
    `${type.replace(/^aws_[a-z0-9]+_?/, '').replaceAll('_', '-') || fallback}/${
      parts.name
    }`,
  ];
  return `arn:aws:${service}:${
    GLOBAL.has(service) ? '' : region
  }:${account}:${rest}`;
}

function uuid(hash) {
  return [8, 4, 4, 4, 12]
    .reduce(
      ({ parts, at }, length) => ({
        parts: [...parts, hash.slice(at, at + length)],
        at: at + length,
      }),
      { parts: [], at: 0 },
    )
    .parts.join('-');
}
