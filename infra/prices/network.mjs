// Dollars a month in us-east-1 at list price, 730 hours, without traffic:
// https://aws.amazon.com/vpc/pricing/, https://aws.amazon.com/privatelink/pricing/
const HOURS = 730;

export default {
  aws_nat_gateway: () => ({
    monthly: 0.045 * HOURS,
    why: 'hours; $0.045 per GB besides',
  }),
  aws_eip: () => ({ monthly: 0.005 * HOURS, why: 'a public IPv4 address' }),
  aws_vpc_endpoint: ({ vpc_endpoint_type: type, subnet_ids: subnets }) =>
    type === 'Interface'
      ? {
          monthly: 0.01 * HOURS * (subnets?.length ?? 1),
          why: 'hours in every zone; $0.01 per GB besides',
        }
      : { monthly: 0, why: 'gateway endpoints are free' },
};
