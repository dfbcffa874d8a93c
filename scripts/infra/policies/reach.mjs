// Who can talk to whom, from a plan alone: security groups and their rules, and
// network ACLs and routes of the tiers.
import { ANYWHERE } from './addresses.mjs';

/**
 * @returns {{rows: string[][], problems: string[]}} one row per rule that lets
 *   somebody in or out; problems are paths that must not exist
 */
export function reachability(plan) {
  const rows = [];
  const problems = [];
  for (const rule of plan.of('aws_vpc_security_group_ingress_rule')) {
    const to = groupName(plan, rule.values.security_group_id);
    const from = peerOf(plan, rule.values);
    rows.push([from, to, portsOf(rule.values), rule.values.description ?? '']);
    if (
      ANYWHERE.has(rule.values.cidr_ipv4) &&
      isData(plan, rule.values.security_group_id)
    ) {
      problems.push(`${rule.address}: the internet reaches ${to}`);
    }
  }
  for (const rule of plan.of('aws_vpc_security_group_egress_rule')) {
    const from = groupName(plan, rule.values.security_group_id);
    const to = peerOf(plan, rule.values);
    rows.push([from, to, portsOf(rule.values), rule.values.description ?? '']);
  }
  for (const tier of ['public', 'private', 'data']) {
    const route = routeOut(plan, tier);
    if (!tierExists(plan, tier)) continue;
    rows.push([
      `${tier} subnets`,
      'the internet',
      route ? 'all' : 'none',
      route ?? 'no route',
    ]);
    const inbound = aclFromInternet(plan, tier);
    rows.push([
      'the internet',
      `${tier} subnets`,
      inbound.join(', ') || 'none',
      'network ACL',
    ]);
    if (tier === 'data' && (route || inbound.length > 0)) {
      problems.push('there is a path between the internet and the data tier');
    }
  }
  return { rows: distinct(rows), problems };
}

function distinct(rows) {
  const seen = new Set();
  return rows.filter(row => {
    const key = row.slice(0, 3).join('\0');
    return !seen.has(key) && seen.add(key);
  });
}

const tierOf = ({ values }) => values.tags?.Tier;
const tierExists = (plan, tier) =>
  plan.of('aws_subnet').some(subnet => tierOf(subnet) === tier);

function groupName(plan, id) {
  return plan.find(id)?.values.name ?? id ?? 'unknown';
}

/** Whether a group is worn by a store. */
function isData(plan, id) {
  const wearers = [
    ['aws_db_instance', 'vpc_security_group_ids'],
    ['aws_db_proxy', 'vpc_security_group_ids'],
    ['aws_elasticache_replication_group', 'security_group_ids'],
  ];
  const domains = plan
    .of('aws_opensearch_domain')
    .flatMap(({ values }) => values.vpc_options ?? []);
  return (
    domains.some(vpc => vpc.security_group_ids?.includes(id)) ||
    wearers.some(([type, attribute]) =>
      plan.of(type).some(({ values }) => values[attribute]?.includes(id)),
    )
  );
}

function peerOf(plan, values) {
  if (values.referenced_security_group_id) {
    return groupName(plan, values.referenced_security_group_id);
  }
  if (values.prefix_list_id) return `prefix list ${values.prefix_list_id}`;
  const range = values.cidr_ipv4 ?? values.cidr_ipv6;
  if (ANYWHERE.has(range)) return 'the internet';
  const subnet = plan
    .of('aws_subnet')
    .find(one => one.values.cidr_block === range);
  return subnet ? subnet.values.tags?.Name ?? range : range;
}

function portsOf({ ip_protocol: protocol, from_port: from, to_port: to }) {
  if (protocol === '-1') return 'all';
  return from === to ? `${protocol} ${from}` : `${protocol} ${from}-${to}`;
}

function routeOut(plan, tier) {
  const tables = plan.of('aws_route_table').filter(one => tierOf(one) === tier);
  for (const table of tables) {
    const inline = (table.values.route ?? []).find(one =>
      ANYWHERE.has(one.cidr_block),
    );
    if (inline) return 'a route in its table';
    const [route] = plan
      .naming('aws_route', 'route_table_id', table)
      .filter(({ values }) => ANYWHERE.has(values.destination_cidr_block));
    if (route)
      return route.values.nat_gateway_id ? 'NAT gateway' : 'internet gateway';
  }
  return undefined;
}

function aclFromInternet(plan, tier) {
  const acls = plan.of('aws_network_acl').filter(one => tierOf(one) === tier);
  return [
    ...new Set(
      acls.flatMap(acl =>
        plan
          .naming('aws_network_acl_rule', 'network_acl_id', acl)
          .filter(
            ({ values }) =>
              values.egress === false &&
              values.rule_action === 'allow' &&
              ANYWHERE.has(values.cidr_block),
          )
          .map(({ values }) =>
            values.from_port === values.to_port
              ? `${values.protocol} ${values.from_port}`
              : `${values.protocol} ${values.from_port}-${values.to_port}`,
          ),
      ),
    ),
  ];
}
