const ALLOWS = 'it allows: without it less is reachable';
const NAT = 'without it private subnets have no way to the internet';
const WIRING = 'wiring: without it nothing works, and nothing is open';

export default {
  aws_eip: { '(the resource)': NAT, domain: NAT },
  aws_nat_gateway: {
    '(the resource)': NAT,
    allocation_id: NAT,
    connectivity_type: NAT,
    subnet_id: NAT,
  },
  aws_internet_gateway: { '(the resource)': NAT, vpc_id: NAT },
  aws_route: {
    '(the resource)': NAT,
    destination_cidr_block: 'a route without a destination is refused by AWS',
    gateway_id: 'a route without a target is refused by AWS',
  },
  aws_network_acl_rule: { '(the resource)': ALLOWS },
  aws_vpc_security_group_ingress_rule: { '(the resource)': ALLOWS },
  aws_vpc_security_group_egress_rule: { '(the resource)': ALLOWS },
  aws_vpc_endpoint: {
    '(the resource)': 'without it the service is not reached at all',
    service_name: WIRING,
  },
  aws_vpc: { cidr_block: WIRING },
  aws_subnet: { cidr_block: WIRING },
  aws_kms_alias: { '(the resource)': 'a name', target_key_id: 'a name' },
  aws_kms_key: { description: 'a name', multi_region: 'false is its default' },
  aws_iam_role: { description: 'a name' },
  aws_iam_policy: { description: 'a name' },
  aws_iam_role_policy_attachment: {
    '(the resource)': 'it gives: without it the role may less',
  },
  aws_route53_resolver_firewall_rule_group_association: {
    priority: 'the only rule group of its VPC',
  },
};
