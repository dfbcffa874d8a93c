// https://aws.amazon.com/opensearch-service/pricing/
const HOURS = 730;
/** Dollars an hour, one node. */
const INSTANCES = {
  't3.small.search': 0.036,
  't3.medium.search': 0.073,
  'm6g.large.search': 0.128,
};

export default {
  aws_opensearch_domain: ({
    cluster_config: [cluster] = [],
    ebs_options: [disk] = [],
  }) => {
    const hour = type => INSTANCES[type] ?? 0;
    const masters = cluster.dedicated_master_count ?? 0;
    return {
      monthly:
        HOURS *
          (cluster.instance_count * hour(cluster.instance_type) +
            masters * hour(cluster.dedicated_master_type)) +
        0.122 * cluster.instance_count * (disk?.volume_size ?? 0),
      why: 'hours of nodes, and their gp3 disks',
    };
  },
};
