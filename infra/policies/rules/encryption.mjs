// Encryption at rest: everything under a key of the customer's.

/** A key of one's own, by ARN; an alias of AWS's (`alias/aws/…`) is none. */
export const isCustomerKey = value =>
  typeof value === 'string' &&
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)\//.test(value) &&
  !value.includes(':alias/aws/');

const AT_REST = ['164.312(a)(2)(iv)', '164.312(e)(2)(ii)'];

const encrypted = (id, type, attribute, title, cfr = AT_REST) => ({
  id,
  cfr,
  title,
  types: [type],
  check: ({ values }) =>
    isCustomerKey(values[attribute]) ||
    `${attribute} names no key of the customer's`,
});

export default [
  encrypted(
    'HIPAA.Security-CloudWatchLogGroupEncrypted',
    'aws_cloudwatch_log_group',
    'kms_key_id',
    'Log groups are encrypted with a customer key',
  ),
  encrypted(
    'HIPAA.Security-SNSEncryptedKMS',
    'aws_sns_topic',
    'kms_master_key_id',
    'Topics are encrypted with a customer key',
  ),
  encrypted(
    'CKV2_AWS_73',
    'aws_sqs_queue',
    'kms_master_key_id',
    'Queues are encrypted with a customer key',
  ),
  encrypted(
    'HIPAA.Security-SecretsManagerUsingKMSKey',
    'aws_secretsmanager_secret',
    'kms_key_id',
    'Secrets are encrypted with a customer key',
  ),
  encrypted(
    'CKV_AWS_173',
    'aws_lambda_function',
    'kms_key_arn',
    'Environment variables of functions are encrypted with a customer key',
  ),
  {
    id: 'CT.KMS.PR.1',
    cfr: ['164.312(a)(2)(iv)'],
    title: 'Customer keys rotate every year',
    types: ['aws_kms_key'],
    check: ({ values }) =>
      (values.enable_key_rotation === true &&
        values.rotation_period_in_days <= 365 &&
        values.rotation_period_in_days >= 90) ||
      'the key does not rotate at least every 365 days',
  },
  {
    id: 'CAREPLANE.HIPAA.KeyDeletionWindow',
    cfr: ['164.308(a)(7)(ii)(A)', '164.312(c)(1)'],
    title: 'A deleted key can be taken back for two weeks or more',
    types: ['aws_kms_key'],
    check: ({ values }) =>
      values.deletion_window_in_days >= 14 ||
      'deletion_window_in_days is not set to 14 or more',
  },
  {
    id: 'CKV2_AWS_64',
    cfr: ['164.312(a)(1)', '164.312(a)(2)(iv)'],
    title: 'Every key has a policy of its own',
    types: ['aws_kms_key'],
    check: (key, plan) =>
      typeof key.values.policy === 'string' ||
      plan.naming('aws_kms_key_policy', 'key_id', key).length > 0 ||
      'there is no aws_kms_key_policy for it',
  },
];
