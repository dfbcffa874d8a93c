// https://aws.amazon.com/elasticache/pricing/, Valkey: a fifth below Redis OSS.
const HOURS = 730;
/** Dollars an hour, one node. */
const INSTANCES = {
  'cache.t4g.micro': 0.0128,
  'cache.t4g.small': 0.0256,
  'cache.m7g.large': 0.1264,
};

export default {
  aws_elasticache_replication_group: ({ node_type: type, ...values }) => ({
    monthly: HOURS * values.num_cache_clusters * (INSTANCES[type] ?? 0),
    why: 'hours of nodes; a snapshot a day is free, $0.085 per GB above',
  }),
};
