const BATCH = 'how much waits for how long: AWS has a default within minutes';
const FORM = 'how a file is called and packed: what is in it does not change';

export default {
  aws_kinesis_firehose_delivery_stream: {
    'extended_s3_configuration.buffering_interval': BATCH,
    'extended_s3_configuration.buffering_size': BATCH,
    'extended_s3_configuration.compression_format': FORM,
    'extended_s3_configuration.file_extension': FORM,
  },
  aws_s3_bucket_replication_configuration: {
    'rule.priority': 'there is one rule',
    'rule.destination.storage_class': 'what it costs',
    'rule.destination.metrics.event_threshold':
      'AWS refuses replication within a time without it',
  },
};
