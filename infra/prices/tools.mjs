// https://aws.amazon.com/ec2/pricing/on-demand/, https://aws.amazon.com/vpn/pricing/
const HOURS = 730;
/** Dollars an hour in us-east-1, Linux. */
const TYPES = {
  't3.small': 0.0208,
  't3.medium': 0.0416,
  't3.large': 0.0832,
  'c7i.large': 0.08925,
  't3.xlarge': 0.1664,
  'm7i.xlarge': 0.2016,
};

export default {
  aws_instance: ({ instance_type: type, root_block_device: [disk] = [] }) => ({
    monthly: (TYPES[type] ?? 0.1) * HOURS + 0.08 * (disk?.volume_size ?? 8),
    why: 'as if it ran all the time; $0.08 for each GB of disk',
  }),
  aws_autoscaling_group: ({ min_size: size }) => ({
    monthly: (TYPES['c7i.large'] * HOURS + 1.6) * (size > 0 ? 1 : 0.36),
    why: 'a bridge, all the time or while people work; what it sends besides',
  }),
  aws_ebs_volume: ({ size }) => ({
    monthly: 0.08 * size,
    why: 'gp3, for each GB',
  }),
  aws_vpn_connection: () => ({
    monthly: 0.05 * HOURS,
    why: 'hours; what is transferred besides',
  }),
};
