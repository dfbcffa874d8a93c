// PostgreSQL and its proxy: closed, encrypted, kept, watched, and silent about
// what rows hold. CT.RDS.PR.20 (no default port) is not ported: who may connect is
// said by security groups, and a port is no secret.
import { isCustomerKey } from './encryption.mjs';

const ACCESS = [
  '164.308(a)(3)(i)',
  '164.308(a)(4)(ii)(A)',
  '164.308(a)(4)(ii)(C)',
  '164.312(a)(1)',
  '164.312(e)(1)',
];
const AT_REST = ['164.312(a)(2)(iv)', '164.312(e)(2)(ii)'];
const IN_TRANSIT = ['164.312(e)(1)', '164.312(e)(2)(i)', '164.312(e)(2)(ii)'];
const BACKUP = [
  '164.308(a)(7)(i)',
  '164.308(a)(7)(ii)(A)',
  '164.308(a)(7)(ii)(B)',
];
const AUDIT = ['164.308(a)(3)(ii)(A)', '164.308(a)(5)(ii)(C)', '164.312(b)'];
const AVAILABLE = ['164.308(a)(7)(i)', '164.308(a)(7)(ii)(C)'];
const PATCHED = ['164.308(a)(5)(ii)(A)', '164.308(a)(5)(ii)(B)'];

const on = type => (id, cfr, title, check) => ({
  id,
  cfr,
  title,
  types: [type],
  check,
});
const database = on('aws_db_instance');
const proxy = on('aws_db_proxy');

const isSet = (attribute, wanted) => values =>
  values[attribute] === wanted || `${attribute} is not set to ${wanted}`;
/** The first thing that is wrong, of several. */
const all =
  (...checks) =>
  ({ values }, plan) => {
    for (const check of checks) {
      const found = check(values, plan);
      if (found !== true) return found;
    }
    return true;
  };

export const mayStandAlone = values => values.tags_all?.Environment === 'dev';

/** Parameters that a PostgreSQL database must have, by what for. */
const TLS = {
  'rds.force_ssl': '1',
  ssl_min_protocol_version: 'TLSv1.2',
  password_encryption: 'scram-sha-256',
  'rds.accepted_password_auth_method': 'scram',
};
const SILENT = {
  'pgaudit.log_parameter': '0',
  'pgaudit.log_statement': '0',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
};
const AUDITED = {
  'pgaudit.log': 'ddl,read,role,write',
  'pgaudit.log_relation': '1',
  log_connections: '1',
  log_disconnections: '1',
};

const parametersOf = (values, plan) =>
  Object.fromEntries(
    plan
      .of('aws_db_parameter_group')
      .filter(
        group =>
          group.values.name === values.parameter_group_name ||
          group.values.id === values.parameter_group_name,
      )
      .flatMap(group => group.values.parameter ?? [])
      .map(one => [one.name, one]),
  );
const has = wanted => (values, plan) => {
  const found = parametersOf(values, plan);
  const wrong = Object.entries(wanted)
    .filter(([name, value]) => found[name]?.value !== value)
    .map(([name, value]) => `${name} = ${value}`);
  return wrong.length === 0 || `its parameters lack ${wrong.join(', ')}`;
};
const alarmed = (dimension, name, wanted) => (values, plan) => {
  const missing = wanted.filter(
    ([metric, holds]) =>
      !plan
        .of('aws_cloudwatch_metric_alarm')
        .some(
          one =>
            one.values.namespace === 'AWS/RDS' &&
            one.values.metric_name === metric &&
            one.values.dimensions?.[dimension] === values[name] &&
            one.values.threshold > 0 &&
            holds(one.values),
        ),
  );
  return (
    missing.length === 0 ||
    `no alarm looks at ${missing.map(([metric]) => metric).join(', ')}`
  );
};
const above = ({ comparison_operator: by }) => by === 'GreaterThanThreshold';
const below = ({ comparison_operator: by }) => by === 'LessThanThreshold';

export default [
  database(
    'HIPAA.Security-RDSStorageEncrypted',
    AT_REST,
    'Databases and what is learned of them are encrypted with a customer key',
    all(
      isSet('storage_encrypted', true),
      ({ kms_key_id: key }) =>
        isCustomerKey(key) || "kms_key_id names no key of the customer's",
      isSet('performance_insights_enabled', true),
      ({ performance_insights_kms_key_id: key }) =>
        isCustomerKey(key) ||
        "performance_insights_kms_key_id names no key of the customer's",
      ({
        database_insights_mode: mode,
        performance_insights_retention_period: kept,
      }) =>
        (mode === 'advanced' ? kept === 465 : mode && kept >= 7) ||
        'database_insights_mode and its retention are not both set',
    ),
  ),
  database(
    'HIPAA.Security-RDSInstancePublicAccess',
    ACCESS,
    'Databases are in the data tier, behind a group of their own, and not public',
    all(
      isSet('publicly_accessible', false),
      ({ vpc_security_group_ids: groups }) =>
        groups?.length > 0 || 'it has no security group',
      ({ db_subnet_group_name: name }, plan) => {
        const group = plan
          .of('aws_db_subnet_group')
          .find(one => one.values.name === name);
        if (!group) return 'its subnet group is not in the plan';
        const tiers = (group.values.subnet_ids ?? []).map(
          id => plan.find(id)?.values.tags?.Tier,
        );
        if (tiers.length < 2) return 'its subnets are fewer than two';
        return (
          tiers.every(tier => tier === 'data') ||
          'its subnets are not all of the data tier'
        );
      },
    ),
  ),
  database(
    'HIPAA.Security-RDSMultiAZSupport',
    AVAILABLE,
    'Databases have a standby in another zone, except in dev',
    ({ values }) =>
      typeof values.multi_az !== 'boolean'
        ? 'multi_az is not set'
        : values.multi_az || mayStandAlone(values) || 'it has no standby',
  ),
  database(
    'HIPAA.Security-RDSInstanceBackupEnabled',
    BACKUP,
    'Any second of the last week can be restored, of the last 35 days in prod',
    all(
      ({ backup_retention_period: days, tags_all: tags }) => {
        const wanted = tags?.Environment === 'prod' ? 35 : 7;
        return days >= wanted || `backups are kept less than ${wanted} days`;
      },
      ({ backup_window: window }) =>
        Boolean(window) || 'backup_window is not set',
      isSet('copy_tags_to_snapshot', true),
    ),
  ),
  database(
    'CAREPLANE.HIPAA.DatabaseBackedUp',
    BACKUP,
    'Databases carry the tag by which the backup plan finds them',
    ({ values }) =>
      values.tags?.Backup === 'true' || 'the tag Backup is not true',
  ),
  database(
    'HIPAA.Security-RDSInstanceDeletionProtectionEnabled',
    [...AVAILABLE, '164.312(c)(1)'],
    'A database cannot be deleted by mistake, and leaves its backups',
    all(
      isSet('deletion_protection', true),
      isSet('skip_final_snapshot', false),
      ({ final_snapshot_identifier: name }) =>
        Boolean(name) || 'final_snapshot_identifier is not set',
      isSet('delete_automated_backups', false),
    ),
  ),
  database(
    'HIPAA.Security-RDSLoggingEnabled',
    AUDIT,
    'Databases export every log, to groups of this plan: encrypted, kept',
    ({ values }, plan) => {
      const wanted = ['postgresql', 'upgrade', 'iam-db-auth-error'];
      const missing = wanted.filter(
        one => !values.enabled_cloudwatch_logs_exports?.includes(one),
      );
      if (missing.length > 0) return `it does not export ${missing.join(', ')}`;
      const names = new Set(
        plan.of('aws_cloudwatch_log_group').map(one => one.values.name),
      );
      const open = wanted.filter(
        one => !names.has(`/aws/rds/instance/${values.identifier}/${one}`),
      );
      return (
        open.length === 0 ||
        `RDS would make the group of ${open.join(
          ', ',
        )} itself, without key and retention`
      );
    },
  ),
  database(
    'CAREPLANE.HIPAA.DatabaseAudited',
    AUDIT,
    'A database says who connected, and who read or wrote which table',
    all(has(AUDITED), (values, plan) => {
      const loaded = parametersOf(values, plan).shared_preload_libraries;
      if (!/pgaudit/.test(loaded?.value ?? '')) return 'pgaudit is not loaded';
      return (
        loaded.apply_method === 'pending-reboot' ||
        'a library cannot be loaded without a restart'
      );
    }),
  ),
  database(
    'CAREPLANE.HIPAA.DatabaseLogsNoValues',
    ['164.312(a)(1)', '164.312(b)'],
    'No log of a database holds a value of a row',
    all(has(SILENT)),
  ),
  database(
    'CT.RDS.PR.28',
    IN_TRANSIT,
    'Databases refuse what does not come by TLS 1.2, and passwords but SCRAM',
    all(has(TLS), ({ ca_cert_identifier: ca }) =>
      /^rds-ca-(rsa|ecc)/.test(ca ?? '')
        ? true
        : 'its certificate is not of a current authority',
    ),
  ),
  database(
    'HIPAA.Security-RDSEnhancedMonitoringEnabled',
    ['164.312(b)'],
    'Databases are watched every minute',
    all(
      ({ monitoring_interval: seconds }) =>
        (seconds > 0 && seconds <= 60) || 'it is not watched every minute',
      ({ monitoring_role_arn: role }) =>
        Boolean(role) || 'monitoring_role_arn is not set',
    ),
  ),
  database(
    'HIPAA.Security-RDSAutomaticMinorVersionUpgradeEnabled',
    PATCHED,
    'Databases get minor versions by themselves, in a window; major ones never',
    all(
      isSet('auto_minor_version_upgrade', true),
      isSet('allow_major_version_upgrade', false),
      isSet('apply_immediately', false),
      ({ maintenance_window: window }) =>
        Boolean(window) || 'maintenance_window is not set',
      ({ engine_version: version }) =>
        /^1[5-9]/.test(version ?? '') ||
        'its major version gets no security updates for long',
    ),
  ),
  database(
    'CT.RDS.PR.7',
    ['164.312(a)(2)(i)', '164.312(d)'],
    'People and services sign in to databases by IAM',
    all(isSet('iam_database_authentication_enabled', true)),
  ),
  database(
    'CT.RDS.PR.22',
    ['164.308(a)(4)(ii)(B)', '164.312(a)(2)(i)'],
    "A database's master has no common name",
    all(({ username }) =>
      username && !['postgres', 'admin', 'root', 'master'].includes(username)
        ? true
        : 'its master has a common name, or none',
    ),
  ),
  database(
    'CAREPLANE.HIPAA.MasterSecret',
    ['164.308(a)(4)(ii)(B)', '164.308(a)(5)(ii)(D)'],
    "Nobody knows a master's password: RDS makes it, and changes it every 30 days",
    all(
      isSet('manage_master_user_password', true),
      ({ master_user_secret_kms_key_id: key }) =>
        isCustomerKey(key) ||
        "master_user_secret_kms_key_id names no key of the customer's",
      ({ master_user_secret: list }, plan) => {
        const rotation = plan
          .of('aws_secretsmanager_secret_rotation')
          .find(one => one.values.secret_id === list?.[0]?.secret_arn);
        const days =
          rotation?.values.rotation_rules?.[0]?.automatically_after_days;
        return (days > 0 && days <= 30) || 'its secret keeps for over 30 days';
      },
    ),
  ),
  database(
    'CAREPLANE.HIPAA.DatabaseGrows',
    AVAILABLE,
    'A database that fills up gets more storage, and somebody hears of it',
    all(
      ({ allocated_storage: first, max_allocated_storage: most }) =>
        (first > 0 && most > first) || 'its storage does not grow by itself',
      ({ storage_type: type }) => Boolean(type) || 'storage_type is not set',
      alarmed('DBInstanceIdentifier', 'identifier', [
        ['FreeStorageSpace', below],
        ['CPUUtilization', above],
        ['DatabaseConnections', above],
        ['MaximumUsedTransactionIDs', above],
      ]),
    ),
  ),
  proxy(
    'CT.RDS.PR.26',
    IN_TRANSIT,
    'Proxies take TLS alone',
    all(isSet('require_tls', true)),
  ),
  proxy(
    'CAREPLANE.HIPAA.ProxyIam',
    ['164.308(a)(4)(ii)(B)', '164.312(d)'],
    'Proxies take IAM alone, and are named users at the database, never its master',
    ({ values, unit }, plan) => {
      const byIam = values.default_auth_scheme === 'IAM_AUTH';
      const auth = values.auth ?? [];
      if (auth.some(one => one.iam_auth !== 'REQUIRED'))
        return 'a client may come by password';
      if (!byIam && auth.length === 0)
        return 'nothing says how clients sign in';
      const wide = plan
        .documents()
        .filter(({ resource }) => resource.type === 'aws_iam_policy')
        .filter(({ resource }) => resource.unit === unit)
        .flatMap(({ statements }) => statements)
        .filter(({ Action }) => [Action].flat().includes('rds-db:connect'))
        .flatMap(({ Resource }) => [Resource].flat())
        .filter(one => /\/(\*|postgres_master)$|^\*$/.test(one));
      return wide.length === 0 || `it may be anybody: ${wide.join(', ')}`;
    },
  ),
  proxy(
    'CAREPLANE.HIPAA.ProxyClosed',
    [...ACCESS, ...AUDIT],
    'Proxies are behind a group of their own, log no statement, and log to a group of this plan',
    all(
      ({ vpc_security_group_ids: groups }) =>
        groups?.length > 0 || 'it has no security group',
      ({ vpc_subnet_ids: subnets }, plan) =>
        (subnets?.length >= 2 &&
          subnets.every(id => plan.find(id)?.values.tags?.Tier === 'data')) ||
        'it is not in two subnets of the data tier',
      isSet('debug_logging', false),
      ({ name }, plan) =>
        plan
          .of('aws_cloudwatch_log_group')
          .some(one => one.values.name === `/aws/rds/proxy/${name}`) ||
        'its log group is not in the plan',
    ),
  ),
  proxy(
    'CAREPLANE.HIPAA.ProxyPool',
    AVAILABLE,
    'A pool leaves connections for people, lets go of silent clients, and tells when clients wait',
    all(
      ({ idle_client_timeout: seconds }) =>
        (seconds > 0 && seconds <= 3600) || 'silent clients stay for long',
      ({ name }, plan) => {
        const [pool] = plan
          .of('aws_db_proxy_default_target_group')
          .filter(one => one.values.db_proxy_name === name)
          .flatMap(one => one.values.connection_pool_config ?? []);
        if (!pool) return 'its pool is not configured';
        if (
          !(
            pool.max_connections_percent > 0 &&
            pool.max_connections_percent <= 95
          )
        )
          return 'it may take every connection';
        if (!(pool.max_idle_connections_percent > 0))
          return 'max_idle_connections_percent is not set';
        return (
          (pool.connection_borrow_timeout > 0 &&
            pool.connection_borrow_timeout <= 30) ||
          'clients wait longer than whoever asked them'
        );
      },
      ({ name }, plan) =>
        plan
          .of('aws_db_proxy_target')
          .some(
            one =>
              one.values.db_proxy_name === name &&
              one.values.db_instance_identifier,
          ) || 'there is no database behind it',
      alarmed('ProxyName', 'name', [
        ['DatabaseConnectionsBorrowLatency', above],
        ['ClientConnectionsSetupFailedAuth', above],
      ]),
    ),
  ),
];
