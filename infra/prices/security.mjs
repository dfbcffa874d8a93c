// https://aws.amazon.com/kms/pricing/, https://aws.amazon.com/cloudwatch/pricing/,
// https://aws.amazon.com/secrets-manager/pricing/
export default {
  aws_kms_key: () => ({
    monthly: 1,
    why: 'the key; $1 more for each of two rotations',
  }),
  aws_cloudwatch_metric_alarm: () => ({
    monthly: 0.1,
    why: 'a standard alarm',
  }),
  aws_secretsmanager_secret: () => ({
    monthly: 0.4,
    why: 'the secret; calls besides',
  }),
};
