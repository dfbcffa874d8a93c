const DEFAULT = "what is set is AWS's default too";

export default {
  aws_elasticache_parameter_group: { description: 'a name' },
  aws_elasticache_replication_group: {
    '(the resource)': 'without it there is nothing to protect',
    cluster_mode: DEFAULT,
    node_type: 'how fast it is: what is protected does not change',
    port: DEFAULT,
  },
  aws_elasticache_subnet_group: { description: 'a name' },
};
