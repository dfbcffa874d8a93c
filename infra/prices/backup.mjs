// https://aws.amazon.com/kms/pricing/
export default {
  aws_kms_replica_key: () => ({ monthly: 1, why: 'the replica of a key' }),
};
