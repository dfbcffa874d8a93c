const LESS = 'it deletes or moves: without it more is kept';

export default {
  aws_s3_bucket: { bucket: 'a name' },
  aws_s3_bucket_lifecycle_configuration: {
    'rule.expiration': LESS,
    'rule.expiration.days': LESS,
    'rule.transition': LESS,
    'rule.transition.days': LESS,
    'rule.filter': 'an empty filter is every object',
  },
  aws_s3_bucket_logging: {
    target_object_key_format: 'how the log is laid out',
    'target_object_key_format.partitioned_prefix': 'how the log is laid out',
    'target_object_key_format.partitioned_prefix.partition_date_source':
      'how the log is laid out',
  },
};
