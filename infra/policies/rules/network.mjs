// Transmission security and segmentation.

import { ANYWHERE } from '../../../scripts/infra/policies/addresses.mjs';

const ACCESS = [
  '164.308(a)(3)(i)',
  '164.308(a)(4)(ii)(A)',
  '164.312(a)(1)',
  '164.312(e)(1)',
];
/** What the packs close to the world, with 5432 and 6379, which they forget. */
const CLOSED = [20, 21, 22, 3306, 3389, 4333, 5432, 6379];

const tierOf = ({ values }) => values.tags?.Tier;

export default [
  {
    id: 'HIPAA.Security-VPCSubnetAutoAssignPublicIpDisabled',
    cfr: ACCESS,
    title: 'No subnet hands out public addresses',
    types: ['aws_subnet'],
    check: ({ values }) =>
      values.map_public_ip_on_launch === false ||
      'map_public_ip_on_launch is not set to false',
  },
  {
    id: 'CAREPLANE.HIPAA.SubnetTier',
    cfr: ['164.312(e)(1)'],
    title:
      'Every subnet says its tier, and has a route table and a network ACL of it alone',
    types: ['aws_subnet'],
    check: (subnet, plan) => {
      const tier = tierOf(subnet);
      if (!['public', 'private', 'data'].includes(tier)) {
        return 'the tag Tier is not public, private or data';
      }
      if (
        plan.naming('aws_route_table_association', 'subnet_id', subnet)
          .length !== 1
      ) {
        return 'it has no route table of its own';
      }
      const acls = plan.naming(
        'aws_network_acl_association',
        'subnet_id',
        subnet,
      );
      if (acls.length !== 1) return 'it has no network ACL of its own';
      const sharing = plan
        .of('aws_network_acl_association')
        .filter(
          ({ values }) =>
            values.network_acl_id === acls[0].values.network_acl_id,
        );
      return (
        sharing.length === 1 || 'its network ACL serves another subnet too'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.ThreeZones',
    cfr: ['164.308(a)(7)(i)', '164.308(a)(7)(ii)(C)'],
    title:
      'Every tier spans two zones or more, each with a subnet in the same zones',
    types: ['aws_vpc'],
    check: (vpc, plan) => {
      const zones = tier =>
        plan
          .naming('aws_subnet', 'vpc_id', vpc)
          .filter(subnet => tierOf(subnet) === tier)
          .map(({ values }) => values.availability_zone)
          .filter(Boolean)
          .sort()
          .join();
      const own = zones('private');
      if (own.split(',').length < 2)
        return 'private subnets are in one zone only';
      return (
        ['public', 'data'].every(tier => zones(tier) === own) ||
        'the tiers are not in the same zones'
      );
    },
  },
  {
    id: 'HIPAA.Security-VPCDefaultSecurityGroupClosed',
    cfr: ['164.312(e)(1)'],
    title: 'What comes with a VPC lets nothing through',
    types: ['aws_vpc'],
    check: (vpc, plan) => {
      const group = plan.naming('aws_default_security_group', 'vpc_id', vpc)[0];
      if (!group) return 'the default security group is left open';
      const { ingress = [], egress = [] } = group.values;
      if (ingress?.length || egress?.length) {
        return 'the default security group has rules';
      }
      const emptied = (type, attribute, rules) =>
        plan
          .of(type)
          .some(
            ({ values }) =>
              values[attribute] === vpc.values[attribute] &&
              rules.every(name => !values[name]?.length),
          );
      if (
        !emptied('aws_default_network_acl', 'default_network_acl_id', [
          'ingress',
          'egress',
        ])
      ) {
        return 'the default network ACL is left open';
      }
      return (
        emptied('aws_default_route_table', 'default_route_table_id', [
          'route',
        ]) || 'the default route table is left as it is'
      );
    },
  },
  {
    id: 'HIPAA.Security-VPCNoUnrestrictedRouteToIGW',
    cfr: ['164.312(e)(1)'],
    title:
      'Only public subnets have a route to the internet; the data tier has none at all',
    types: ['aws_route'],
    check: ({ values }, plan) => {
      const table = plan.find(values.route_table_id);
      const tier = table && tierOf(table);
      if (!tier) return 'its route table says no tier';
      if (!ANYWHERE.has(values.destination_cidr_block ?? '')) return true;
      if (tier === 'data') return 'the data tier has a default route';
      if (tier === 'private') {
        return (
          Boolean(values.nat_gateway_id) || 'a private route goes past NAT'
        );
      }
      return true;
    },
  },
  {
    id: 'HIPAA.Security-EC2RestrictedCommonPorts',
    cfr: ACCESS,
    title: 'Administration and data ports are closed to the world',
    types: ['aws_vpc_security_group_ingress_rule'],
    check: ({ values }) => {
      if (!ANYWHERE.has(values.cidr_ipv4 ?? values.cidr_ipv6)) return true;
      const open = CLOSED.filter(
        port =>
          values.ip_protocol === '-1' ||
          (values.from_port <= port && port <= values.to_port),
      );
      return (
        open.length === 0 || `ports ${open.join(', ')} are open to the world`
      );
    },
  },
  {
    id: 'CKV_AWS_382',
    cfr: ['164.312(e)(1)', '164.308(a)(4)(ii)(B)'],
    title: 'Egress names a port and somebody, never everything',
    types: ['aws_vpc_security_group_egress_rule'],
    check: ({ values }) => {
      if (values.ip_protocol === '-1') return 'it allows every protocol';
      const everyPort = values.from_port === 0 && values.to_port === 65535;
      return !everyPort || 'it allows every port';
    },
  },
  {
    id: 'CAREPLANE.HIPAA.RuleIsBound',
    cfr: ['164.312(e)(1)'],
    title: 'Every rule names its ports and exactly one peer',
    types: [
      'aws_vpc_security_group_ingress_rule',
      'aws_vpc_security_group_egress_rule',
    ],
    check: ({ values }) => {
      const peers = [
        'cidr_ipv4',
        'cidr_ipv6',
        'prefix_list_id',
        'referenced_security_group_id',
      ].filter(name => values[name]);
      if (peers.length !== 1) return `it names ${peers.length} peers`;
      const ported = !['-1', 'icmp', 'icmpv6'].includes(values.ip_protocol);
      const bound =
        Number.isInteger(values.from_port) && Number.isInteger(values.to_port);
      return !ported || bound || 'it names no ports';
    },
  },
  {
    id: 'CKV_AWS_23',
    cfr: ['164.312(e)(1)', '164.316(b)(1)(i)'],
    title: 'Every security group and rule says what it is for',
    types: [
      'aws_security_group',
      'aws_vpc_security_group_ingress_rule',
      'aws_vpc_security_group_egress_rule',
    ],
    check: ({ values }) =>
      Boolean(values.description) || 'it has no description',
  },
  {
    id: 'CAREPLANE.HIPAA.SecurityGroupInVpc',
    cfr: ['164.312(e)(1)'],
    title:
      'A security group is in a named VPC, without rules of its own, and lets go of its rules when deleted',
    types: ['aws_security_group'],
    check: ({ values }) => {
      if (!values.vpc_id) return 'vpc_id is not set';
      if (values.ingress?.length || values.egress?.length) {
        return 'rules are inline: they fight with rule resources';
      }
      return (
        values.revoke_rules_on_delete === true ||
        'revoke_rules_on_delete is not set to true'
      );
    },
  },
  {
    id: 'CKV_AWS_352',
    cfr: ['164.312(e)(1)'],
    title: 'Network ACL rules name their direction, ports and a range',
    types: ['aws_network_acl_rule'],
    check: ({ values }) => {
      if (typeof values.egress !== 'boolean') return 'it says no direction';
      if (!values.cidr_block) return 'cidr_block is not set';
      if (values.protocol === '-1') return 'it allows every protocol';
      return (
        (values.from_port > 0 && values.to_port > 0) || 'it names no ports'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.DataTierClosed',
    cfr: ['164.312(a)(1)', '164.312(e)(1)'],
    title:
      'No network ACL of the data tier names the internet, and none lets answers out only',
    whole: plan => {
      const found = [];
      for (const acl of plan.of('aws_network_acl')) {
        if (!tierOf(acl)) {
          found.push({
            address: acl.address,
            problem: 'the tag Tier is not set',
          });
        }
        const rules = plan.naming(
          'aws_network_acl_rule',
          'network_acl_id',
          acl,
        );
        const directions = new Set(
          rules.map(({ values }) => values.egress === true),
        );
        if (directions.size < 2) {
          found.push({
            address: acl.address,
            problem: 'its rules go one way only, so no connection can stand',
          });
        }
        if (tierOf(acl) !== 'data') continue;
        for (const rule of rules) {
          if (ANYWHERE.has(rule.values.cidr_block)) {
            found.push({
              address: rule.address,
              problem: 'a network ACL of the data tier names the internet',
            });
          }
        }
      }
      return found;
    },
  },
  {
    id: 'CAREPLANE.HIPAA.EndpointPolicy',
    cfr: ['164.308(a)(4)(ii)(B)', '164.312(e)(1)'],
    title:
      "An endpoint serves the organisation's principals, or AWS's own buckets to read",
    types: ['aws_vpc_endpoint'],
    check: ({ values }) => {
      if (typeof values.policy !== 'string') return 'it has no policy';
      for (const statement of [JSON.parse(values.policy).Statement].flat()) {
        const conditions = statement.Condition?.StringEquals ?? {};
        const action = [statement.Action].flat();
        const resources = [statement.Resource].flat();
        const awsBucket =
          action.every(one => one === 's3:GetObject') &&
          resources.every(one =>
            /:s3:::prod-[a-z0-9-]+-starport-layer-bucket\//.test(one),
          );
        if (awsBucket) continue;
        if (!conditions['aws:PrincipalOrgID']) {
          return `${statement.Sid} is open to principals of other organisations`;
        }
        if (!/\.s3$/.test(values.service_name)) continue;
        if (!action.every(one => one.startsWith('s3:'))) {
          return `${statement.Sid} allows more than S3`;
        }
        if (!conditions['aws:ResourceOrgID']) {
          return `${statement.Sid} reaches buckets of other organisations`;
        }
      }
      return true;
    },
  },
  {
    id: 'CAREPLANE.HIPAA.EndpointInVpc',
    cfr: ['164.312(e)(1)'],
    title:
      'An interface endpoint answers to its name, in two zones or more, behind a security group',
    types: ['aws_vpc_endpoint'],
    check: ({ values }) => {
      if (values.vpc_endpoint_type === 'Gateway') {
        return (
          values.route_table_ids?.length > 0 || 'no route table leads to it'
        );
      }
      if (values.vpc_endpoint_type !== 'Interface') return 'it says no type';
      if (values.private_dns_enabled !== true)
        return 'private_dns_enabled is not set';
      if (!(values.subnet_ids?.length >= 2)) return 'it is in one zone only';
      return (
        values.security_group_ids?.length > 0 || 'it has no security group'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.DnsFirewall',
    cfr: ['164.308(a)(5)(ii)(B)', '164.312(e)(1)'],
    title:
      'Names that nobody declared do not resolve, and a firewall that fails resolves none',
    types: ['aws_vpc'],
    check: (vpc, plan) => {
      const [association] = plan.naming(
        'aws_route53_resolver_firewall_rule_group_association',
        'vpc_id',
        vpc,
      );
      if (!association)
        return 'no DNS Firewall rule group is associated with it';
      if (association.values.mutation_protection !== 'ENABLED') {
        return 'its DNS Firewall association is not protected from removal';
      }
      const [config] = plan.naming(
        'aws_route53_resolver_firewall_config',
        'resource_id',
        vpc,
      );
      if (config?.values.firewall_fail_open !== 'DISABLED') {
        return 'its DNS Firewall does not fail closed';
      }
      const rules = plan
        .of('aws_route53_resolver_firewall_rule')
        .filter(
          ({ values }) =>
            values.firewall_rule_group_id ===
            association.values.firewall_rule_group_id,
        );
      const block = rules.find(({ values }) => values.action === 'BLOCK');
      const list = block && plan.find(block.values.firewall_domain_list_id);
      if (!list?.values.domains?.includes('*.'))
        return 'it does not block every other name';
      if (block.values.block_response !== 'NXDOMAIN')
        return 'it does not answer NXDOMAIN';
      const allow = rules.find(({ values }) => values.action === 'ALLOW');
      const allowed = allow && plan.find(allow.values.firewall_domain_list_id);
      return allowed?.values.domains?.length > 0 || 'it allows no name at all';
    },
  },
  {
    id: 'CAREPLANE.HIPAA.VpcDns',
    cfr: ['164.312(e)(1)'],
    title: 'A VPC resolves names, so that endpoints keep traffic inside',
    types: ['aws_vpc'],
    check: ({ values }) =>
      (values.enable_dns_support === true &&
        values.enable_dns_hostnames === true) ||
      'enable_dns_support and enable_dns_hostnames are not both set',
  },
];
