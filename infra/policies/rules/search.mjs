// OpenSearch: in the data tier, encrypted, by signed requests of this account's
// roles, audited, and with snapshots that outlive it.
import { isCustomerKey } from './encryption.mjs';
import { mayStandAlone } from './databases.mjs';

const ACCESS = [
  '164.308(a)(3)(i)',
  '164.308(a)(4)(ii)(A)',
  '164.308(a)(4)(ii)(C)',
  '164.312(a)(1)',
  '164.312(e)(1)',
];
const AT_REST = ['164.312(a)(2)(iv)', '164.312(e)(2)(ii)'];
const IN_TRANSIT = ['164.312(e)(1)', '164.312(e)(2)(i)', '164.312(e)(2)(ii)'];
const AUDIT = ['164.308(a)(3)(ii)(A)', '164.308(a)(5)(ii)(C)', '164.312(b)'];
const AVAILABLE = ['164.308(a)(7)(i)', '164.308(a)(7)(ii)(C)'];
const BACKUP = ['164.308(a)(7)(ii)(A)', '164.308(a)(7)(ii)(B)'];

const domain = (id, cfr, title, check) => ({
  id,
  cfr,
  title,
  types: ['aws_opensearch_domain'],
  check: ({ values }, plan) => check(values, plan),
});

const statementsOf = text =>
  typeof text === 'string' ? [JSON.parse(text).Statement].flat() : [];
const isOpenSearch = ({ Principal }) =>
  [Principal?.Service].flat().some(one => /^es\./.test(one ?? ''));
const conditionKeys = ({ Condition }) =>
  Object.values(Condition ?? {}).flatMap(Object.keys);

/** Metric → what its alarm must be like. */
const WATCHED = {
  'ClusterStatus.red': ({ threshold }) => threshold === 0,
  ClusterIndexWritesBlocked: ({ threshold }) => threshold === 0,
  KMSKeyError: ({ threshold }) => threshold === 0,
  AutomatedSnapshotFailure: ({ threshold }) => threshold === 0,
  JVMMemoryPressure: ({ threshold }) => threshold > 0 && threshold < 100,
  CPUUtilization: ({ threshold }) => threshold > 0 && threshold < 100,
  FreeStorageSpace: ({ threshold, comparison_operator: by }) =>
    threshold > 0 && by === 'LessThanThreshold',
};

export default [
  domain(
    'HIPAA.Security-OpenSearchInVPCOnly',
    ACCESS,
    'Domains are in the data tier, behind a group of their own',
    ({ vpc_options: [vpc] = [], ip_address_type: family }, plan) => {
      if (family !== 'ipv4') return 'it may have addresses besides IPv4';
      const tiers = (vpc?.subnet_ids ?? []).map(
        id => plan.find(id)?.values.tags?.Tier,
      );
      if (tiers.length === 0) return 'it is in no VPC';
      if (tiers.some(tier => tier !== 'data'))
        return 'its subnets are not all of the data tier';
      return vpc.security_group_ids?.length > 0 || 'it has no security group';
    },
  ),
  domain(
    'HIPAA.Security-OpenSearchEncryptedAtRest',
    AT_REST,
    'Domains encrypt with a customer key',
    ({ encrypt_at_rest: [at] = [], ebs_options: [disk] = [] }) => {
      if (at?.enabled !== true || !isCustomerKey(at.kms_key_id))
        return "encrypt_at_rest names no key of the customer's";
      return (
        (disk?.ebs_enabled === true &&
          disk.volume_size > 0 &&
          disk.volume_type === 'gp3') ||
        'it has no disks of its own'
      );
    },
  ),
  domain(
    'HIPAA.Security-OpenSearchNodeToNodeEncryption',
    IN_TRANSIT,
    'Nodes of a domain talk by TLS',
    ({ node_to_node_encryption: [between] = [] }) =>
      between?.enabled === true || 'node_to_node_encryption is not enabled',
  ),
  domain(
    'CKV_AWS_228',
    IN_TRANSIT,
    'Domains answer by TLS 1.2 or later alone',
    ({ domain_endpoint_options: [endpoint] = [] }) => {
      if (endpoint?.enforce_https !== true) return 'it answers without TLS';
      return (
        /^Policy-Min-TLS-1-2/.test(endpoint.tls_security_policy ?? '') ||
        'it answers below TLS 1.2'
      );
    },
  ),
  domain(
    'CT.OPENSEARCH.PR.6',
    ['164.308(a)(4)(ii)(B)', '164.312(a)(1)', '164.312(d)'],
    'Callers of a domain are roles that it knows; nobody has a password or is anonymous',
    ({ advanced_security_options: [access] = [] }) => {
      if (access?.enabled !== true) return 'fine-grained access is not enabled';
      if (access.internal_user_database_enabled !== false)
        return 'internal_user_database_enabled is not set to false';
      if (access.anonymous_auth_enabled !== false)
        return 'anonymous_auth_enabled is not set to false';
      return (
        /:role\//.test(
          access.master_user_options?.[0]?.master_user_arn ?? '',
        ) || 'its master is no role'
      );
    },
  ),
  {
    id: 'AwsSolutions-OS5',
    cfr: ACCESS,
    title:
      "A domain's policy lets roles of named accounts send requests to it, and nobody administer it",
    types: ['aws_opensearch_domain'],
    check: (found, plan) => {
      const statements = plan
        .of('aws_opensearch_domain_policy')
        .filter(({ values }) => values.domain_name === found.values.domain_name)
        .flatMap(({ values }) => statementsOf(values.access_policies));
      if (statements.length === 0) return 'it has no policy';
      for (const { Effect, Principal, Action, Resource, Sid } of statements) {
        if (Effect !== 'Allow') continue;
        const callers = [Principal?.AWS].flat();
        if (
          !callers.every(one => /^arn:aws[a-z-]*:iam::\d{12}:/.test(one ?? ''))
        )
          return `${Sid} is for everybody`;
        if (![Action].flat().every(one => /^es:ESHttp[A-Z][a-z]+$/.test(one)))
          return `${Sid} allows more than requests`;
        if (
          ![Resource]
            .flat()
            .every(one => one.includes(`:domain/${found.values.domain_name}/`))
        )
          return `${Sid} names another resource`;
      }
      return true;
    },
  },
  domain(
    'HIPAA.Security-OpenSearchErrorLogsToCloudWatch',
    AUDIT,
    'Domains log who read what, and their errors, to groups of this plan; no log holds documents',
    ({ log_publishing_options: logs, arn }, plan) => {
      const groups = plan.of('aws_cloudwatch_log_group');
      for (const kind of ['AUDIT_LOGS', 'ES_APPLICATION_LOGS']) {
        const log = logs?.find(one => one.log_type === kind);
        if (log?.enabled !== true) return `${kind} is not published`;
        if (
          !groups.some(
            ({ values }) => log.cloudwatch_log_group_arn === values.arn,
          )
        )
          return `${kind} has no group of this plan`;
      }
      const slow = logs.some(one => /SLOW/.test(one.log_type));
      if (slow) return 'slow logs hold documents and queries';
      return (
        plan
          .of('aws_cloudwatch_log_resource_policy')
          .flatMap(({ values }) => statementsOf(values.policy_document))
          .some(
            one =>
              isOpenSearch(one) &&
              one.Condition?.ArnLike?.['aws:SourceArn'] === arn,
          ) || 'OpenSearch may not write its logs, or for another domain too'
      );
    },
  ),
  domain(
    'CT.OPENSEARCH.PR.3',
    AVAILABLE,
    'A domain lives through the loss of a zone: three in prod and qa, two in dev',
    values => {
      const [cluster] = values.cluster_config ?? [];
      const zones =
        cluster?.zone_awareness_config?.[0]?.availability_zone_count ?? 0;
      const wanted = mayStandAlone(values) ? 2 : 3;
      if (cluster?.zone_awareness_enabled !== true || zones < wanted)
        return `it is not in ${wanted} zones`;
      return cluster.instance_count >= zones || 'it has fewer nodes than zones';
    },
  ),
  domain(
    'CAREPLANE.HIPAA.SearchPatched',
    ['164.308(a)(5)(ii)(A)', '164.308(a)(5)(ii)(B)'],
    'Domains get patches by themselves, in a window',
    ({
      software_update_options: [updates] = [],
      off_peak_window_options: [quiet] = [],
      engine_version: version,
    }) => {
      if (updates?.auto_software_update_enabled !== true)
        return 'auto_software_update_enabled is not set';
      if (
        quiet?.enabled !== true ||
        !quiet.off_peak_window?.[0]?.window_start_time?.[0]?.hours
      )
        return 'it is patched at any hour';
      return (
        /^OpenSearch_[23]\./.test(version ?? '') ||
        'engine_version is no OpenSearch that gets updates'
      );
    },
  ),
  domain(
    'CAREPLANE.HIPAA.SearchSnapshots',
    BACKUP,
    'Snapshots of a domain go to a bucket that outlives it, by a role of this domain alone',
    ({ arn }, plan) => {
      const role = plan
        .of('aws_iam_role')
        .find(({ values }) =>
          statementsOf(values.assume_role_policy).some(
            one =>
              isOpenSearch(one) &&
              one.Condition?.ArnLike?.['aws:SourceArn'] === arn,
          ),
        );
      if (!role) return 'no role of it alone writes snapshots';
      const statements = plan
        .naming('aws_iam_role_policy_attachment', 'role', role)
        .map(({ values }) => plan.find(values.policy_arn))
        .flatMap(policy => statementsOf(policy?.values.policy));
      const bare = statements.find(
        one =>
          [one.Action].flat().some(action => /^kms:/.test(action)) &&
          !conditionKeys(one).includes('kms:ViaService'),
      );
      if (bare) return 'its role uses the key directly';
      return (
        statements.some(one => [one.Action].flat().includes('s3:PutObject')) ||
        'its role writes to no bucket'
      );
    },
  ),
  domain(
    'CAREPLANE.HIPAA.SearchWatched',
    ['164.308(a)(6)(ii)', ...AVAILABLE],
    'Somebody hears of a domain that loses data, takes no writes, fills up or makes no snapshot',
    ({ domain_name: name }, plan) => {
      const alarms = plan
        .of('aws_cloudwatch_metric_alarm')
        .map(({ values }) => values)
        .filter(
          one =>
            one.namespace === 'AWS/ES' &&
            one.dimensions?.DomainName === name &&
            one.dimensions.ClientId,
        );
      const silent = Object.entries(WATCHED)
        .filter(
          ([metric, holds]) =>
            !alarms.some(one => one.metric_name === metric && holds(one)),
        )
        .map(([metric]) => metric);
      return silent.length === 0 || `no alarm looks at ${silent.join(', ')}`;
    },
  ),
];
