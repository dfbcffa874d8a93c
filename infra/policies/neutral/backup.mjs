const WIRING = 'wiring: without it nothing works, and nothing is open';

export default {
  aws_backup_plan: {
    'rule.recovery_point_tags': 'a name',
    'rule.start_window': 'the default of 8 hours is within a day',
  },
  aws_backup_region_settings: {
    resource_type_management_preference:
      'without it AWS Backup makes the copies that it has always made',
  },
  aws_backup_restore_testing_plan: {
    schedule_expression_timezone: 'which hour of the day: a week stays a week',
  },
  aws_db_subnet_group: { description: 'a name' },
  aws_kms_replica_key: { description: 'a name' },
  aws_lambda_function: {
    environment: WIRING,
    'environment.variables': WIRING,
  },
  aws_lambda_permission: {
    '(the resource)': 'it gives: without it nobody invokes the function',
    statement_id: 'a name',
  },
};
