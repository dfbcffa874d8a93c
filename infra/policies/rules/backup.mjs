// Backups: made, kept, copied elsewhere, locked, and proved by restoring.
import { each } from '../../../scripts/infra/policies/plan.mjs';
import { isCustomerKey } from './encryption.mjs';

const BACKUP = ['164.308(a)(7)(ii)(A)', '164.310(d)(2)(iv)'];
const KEPT = ['164.308(a)(7)(ii)(A)', '164.312(c)(1)'];
const RESTORE = ['164.308(a)(7)(ii)(B)', '164.308(a)(7)(ii)(D)'];
const SIX_YEARS = 2192;

const days = list => list?.[0]?.delete_after;
const alarmOn = (plan, namespace, metric, holds = () => true) =>
  plan
    .of('aws_cloudwatch_metric_alarm')
    .some(
      ({ values }) =>
        values.namespace === namespace &&
        values.metric_name === metric &&
        holds(values),
    );
const none = ({ threshold, comparison_operator: by }) =>
  threshold === 0 && by === 'GreaterThanThreshold';

const FAILURES = [
  'NumberOfBackupJobsFailed',
  'NumberOfBackupJobsExpired',
  'NumberOfCopyJobsFailed',
  'NumberOfRestoreJobsFailed',
];

export default [
  {
    id: 'CKV_AWS_166',
    cfr: ['164.312(a)(2)(iv)', '164.312(e)(2)(ii)'],
    title: 'Recovery points are encrypted with a customer key',
    types: ['aws_backup_vault'],
    check: ({ values }) =>
      isCustomerKey(values.kms_key_arn) ||
      "kms_key_arn names no key of the customer's",
  },
  {
    id: 'CAREPLANE.HIPAA.VaultNotEmptied',
    cfr: KEPT,
    title: 'A vault with recovery points cannot be deleted by Terraform',
    types: ['aws_backup_vault'],
    check: ({ values }) =>
      values.force_destroy === false || 'force_destroy is not set to false',
  },
  {
    id: 'CAREPLANE.HIPAA.VaultLock',
    cfr: [...KEPT, '164.316(b)(2)(i)'],
    title:
      'Every vault is locked in compliance mode, for 35 days or more, and no longer than its points are due',
    types: ['aws_backup_vault'],
    check: (vault, plan) => {
      const [lock] = plan
        .naming(
          'aws_backup_vault_lock_configuration',
          'backup_vault_name',
          vault,
        )
        .filter(({ values }) => values.region === vault.values.region);
      if (!lock) return 'it has no lock';
      const {
        changeable_for_days: grace,
        min_retention_days: least,
        max_retention_days: most,
      } = lock.values;
      if (!(grace >= 3 && grace <= 30))
        return 'its lock can be lifted for ever (changeable_for_days)';
      if (!(least >= 35)) return 'its lock lets points go before 35 days';
      return most >= SIX_YEARS || 'its lock keeps no point for six years';
    },
  },
  {
    id: 'HIPAA.Security-BackupRecoveryPointManualDeletionDisabled',
    cfr: KEPT,
    title: 'Nobody deletes a recovery point, or copies one out of the account',
    types: ['aws_backup_vault'],
    check: (vault, plan) => {
      const denied = plan
        .naming('aws_backup_vault_policy', 'backup_vault_name', vault)
        .filter(({ values }) => values.region === vault.values.region)
        .flatMap(({ values }) => [JSON.parse(values.policy).Statement].flat())
        .filter(({ Effect }) => Effect === 'Deny')
        .flatMap(({ Action }) => each(Action));
      const open = [
        'backup:DeleteRecoveryPoint',
        'backup:UpdateRecoveryPointLifecycle',
        'backup:DeleteBackupVaultAccessPolicy',
        'backup:CopyFromBackupVault',
      ].filter(one => !denied.includes(one));
      return (
        open.length === 0 || `its policy does not refuse ${open.join(', ')}`
      );
    },
  },
  {
    id: 'HIPAA.Security-BackupPlanMinFrequencyAndMinRetention',
    cfr: [...BACKUP, '164.316(b)(2)(i)'],
    title:
      'Plans back up every day with restore to any second, for 35 days, and keep one point for six years',
    types: ['aws_backup_plan'],
    check: ({ values }) => {
      const rules = values.rule ?? [];
      const due = rules.every(
        ({ schedule, schedule_expression_timezone: zone }) =>
          schedule && zone === 'Etc/UTC',
      );
      if (!due) return 'a rule has no schedule in UTC';
      const daily = rules.find(({ schedule }) =>
        /^cron\(\d+ \d+ \* \* \? \*\)$/.test(schedule),
      );
      if (!daily) return 'it makes no backup every day';
      if (daily.enable_continuous_backup !== true)
        return 'it cannot restore to a second';
      const said = rules.every(
        one =>
          typeof one.enable_continuous_backup === 'boolean' &&
          one.completion_window > 0 &&
          one.completion_window <= 1440,
      );
      if (!said)
        return 'a rule does not say how long it may take, or whether it restores to a second';
      if (!rules.every(({ lifecycle }) => days(lifecycle) >= 35))
        return 'a rule keeps its points for less than 35 days';
      return (
        rules.some(({ lifecycle }) => days(lifecycle) >= SIX_YEARS) ||
        'no rule keeps a point for six years'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.BackupElsewhere',
    cfr: [...BACKUP, '164.308(a)(7)(ii)(C)'],
    title:
      'Every rule copies to a vault in another region, and keeps the copy for as long',
    types: ['aws_backup_plan'],
    check: ({ values }, plan) => {
      for (const rule of values.rule ?? []) {
        const [copy] = rule.copy_action ?? [];
        if (!copy) return `${rule.rule_name} copies nowhere`;
        const there = plan.find(copy.destination_vault_arn);
        const here = plan
          .of('aws_backup_vault')
          .find(one => one.values.name === rule.target_vault_name);
        if (!there || there.values.region === here?.values.region)
          return `${rule.rule_name} copies to no other region`;
        if (days(copy.lifecycle) !== days(rule.lifecycle))
          return `${rule.rule_name} keeps its copy for another time`;
      }
      return true;
    },
  },
  {
    id: 'HIPAA.Security-RDSInBackupPlan',
    cfr: ['164.308(a)(7)(i)', ...BACKUP],
    title: 'What is tagged Backup = true is backed up, of every kind',
    types: ['aws_backup_plan'],
    check: (found, plan) => {
      const selected = plan
        .naming('aws_backup_selection', 'plan_id', found)
        .some(({ values }) =>
          values.selection_tag?.some(
            ({ key, value, type }) =>
              key === 'Backup' && value === 'true' && type === 'STRINGEQUALS',
          ),
        );
      if (!selected) return 'it does not select by the tag Backup = true';
      const regions = plan
        .of('aws_backup_region_settings')
        .filter(({ values }) =>
          ['RDS', 'EBS', 'EFS', 'S3', 'DynamoDB'].every(
            kind => values.resource_type_opt_in_preference?.[kind] === true,
          ),
        );
      return (
        regions.length >= plan.of('aws_backup_vault').length ||
        'a region leaves out kinds of stores'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.RestoreTested',
    cfr: RESTORE,
    title:
      'Every week or sooner a database is restored, in private, and a function looks into it',
    types: ['aws_backup_plan'],
    check: (_, plan) => {
      const [test] = plan.of('aws_backup_restore_testing_plan');
      if (!test) return 'no restore is tested';
      const { schedule_expression: when, start_window_hours: window } =
        test.values;
      if (
        !/^cron\(\d+ \d+ \? \* [A-Z]{3} \*\)$/.test(when) ||
        !(window > 0 && window <= 24)
      )
        return 'restores are not tested every week';
      const [points] = test.values.recovery_point_selection ?? [];
      if (
        !(
          points?.selection_window_days <= 7 && points.selection_window_days > 0
        )
      )
        return 'a point older than a week is restored';
      const databases = plan
        .naming(
          'aws_backup_restore_testing_selection',
          'restore_testing_plan_name',
          test,
        )
        .find(({ values }) => values.protected_resource_type === 'RDS');
      if (!databases?.values.protected_resource_arns?.includes('*'))
        return 'not every database is restored';
      const {
        restore_metadata_overrides: place,
        validation_window_hours: hours,
      } = databases.values;
      if (
        place?.publiclyAccessible !== 'false' ||
        !place.dbSubnetGroupName ||
        !place.vpcSecurityGroupIds
      )
        return 'a database is restored into no network of its own';
      if (!(hours >= 1)) return 'nobody has the time to look into it';
      const rule = plan
        .of('aws_cloudwatch_event_rule')
        .find(({ values }) =>
          /Restore Job State Change/.test(values.event_pattern ?? ''),
        );
      if (!rule) return 'nobody hears that a database was restored';
      return (
        plan
          .of('aws_cloudwatch_event_target')
          .some(({ values }) => values.rule === rule.values.name) ||
        'nobody looks into what was restored'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.BackupFailureTold',
    cfr: ['164.308(a)(6)(ii)', ...BACKUP],
    title:
      'A backup, a copy or a restore that fails raises an alarm, and so does a day without one',
    types: ['aws_backup_plan'],
    check: (_, plan) => {
      const silent = FAILURES.filter(
        metric => !alarmOn(plan, 'AWS/Backup', metric, none),
      );
      if (silent.length > 0) return `no alarm looks at ${silent.join(', ')}`;
      const checked = plan
        .of('aws_cloudwatch_log_metric_filter')
        .flatMap(({ values }) => values.metric_transformation)
        .some(
          ({ namespace, name, default_value: zero, unit }) =>
            zero === '0' &&
            unit === 'Count' &&
            alarmOn(plan, namespace, name, none) &&
            name === 'RestoreChecksFailed',
        );
      return checked || 'no alarm looks at what the restore check finds';
    },
  },
  {
    id: 'CAREPLANE.HIPAA.NoBackupTold',
    cfr: ['164.308(a)(6)(ii)', ...BACKUP],
    title:
      'Where something is to be backed up, a day without a completed backup is an alarm',
    types: ['aws_backup_plan'],
    check: (_, plan) =>
      !plan.resources.some(({ values }) => values.tags?.Backup === 'true') ||
      alarmOn(
        plan,
        'AWS/Backup',
        'NumberOfBackupJobsCompleted',
        one =>
          one.threshold === 1 &&
          one.period === 86400 &&
          one.comparison_operator === 'LessThanThreshold' &&
          one.treat_missing_data === 'breaching',
      ) ||
      'a day without a backup tells nobody',
  },
  {
    id: 'CAREPLANE.HIPAA.ReplicaKey',
    cfr: ['164.312(a)(2)(iv)', '164.308(a)(7)(ii)(A)'],
    title:
      'A replica of a key has a policy, is on, and can be taken back after a deletion',
    types: ['aws_kms_replica_key'],
    check: ({ values }) => {
      if (!(values.deletion_window_in_days >= 14))
        return 'deletion_window_in_days is not set to 14 or more';
      if (values.enabled !== true) return 'it is not on';
      if (values.bypass_policy_lockout_safety_check !== false)
        return 'its policy may lock everybody out';
      if (typeof values.policy !== 'string') return 'it has no policy';
      for (const statement of [JSON.parse(values.policy).Statement].flat()) {
        const keys = Object.values(statement.Condition ?? {}).flatMap(
          Object.keys,
        );
        const uses = each(statement.Action).some(one =>
          /^(\*|kms:(\*|Decrypt|Encrypt|ReEncrypt|GenerateDataKey|CreateGrant))/.test(
            one,
          ),
        );
        if (uses && !keys.includes('kms:ViaService'))
          return `${statement.Sid}: any role of the account may use it directly`;
        if (
          each(statement.Action).includes('kms:CreateGrant') &&
          !keys.includes('kms:GrantIsForAWSResource')
        )
          return `${statement.Sid}: grants are not limited to AWS services`;
        if (
          each(statement.Action).includes('kms:Decrypt') &&
          !keys.includes('kms:CallerAccount')
        )
          return `${statement.Sid}: another account may use it`;
      }
      return true;
    },
  },
];
