// Answers of data sources. Those that modules decide by are right; of any other
// the computed attributes are made up.
import { renderPolicyDocument } from './policyDocument.mjs';
import { makeUp } from './plan.mjs';

/** One letter more than the provider has to leave one out. */
const ZONES = ['a', 'b', 'c', 'd'];

const ANSWERS = {
  aws_caller_identity: (_, { account }) => ({
    id: account,
    account_id: account,
    arn: `arn:aws:iam::${account}:role/terraform`,
    user_id: 'AROAEXAMPLE:terraform',
  }),
  aws_region: (config, { region }) => {
    const name = config.region ?? region;
    return { id: name, region: name, name, description: name };
  },
  aws_partition: () => ({
    id: 'aws',
    partition: 'aws',
    dns_suffix: 'amazonaws.com',
    reverse_dns_prefix: 'com.amazonaws',
  }),
  aws_availability_zones: (config, { region }) => {
    const excluded = new Set(config.exclude_zone_ids ?? []);
    const short = region
      .replace(/^us-east-/, 'use')
      .replace(/^us-west-/, 'usw');
    const zones = ZONES.map((letter, index) => ({
      name: `${region}${letter}`,
      id: `${short}-az${index + 1}`,
    })).filter(({ id }) => !excluded.has(id));
    return {
      id: region,
      names: zones.map(({ name }) => name),
      zone_ids: zones.map(({ id }) => id),
      group_names: [region],
    };
  },
  aws_iam_policy_document: config => {
    const json = renderPolicyDocument(config);
    return {
      json,
      minified_json: JSON.stringify(JSON.parse(json)),
      id: 'json',
    };
  },
  aws_ec2_managed_prefix_list: (config, { region }) => {
    const name = config.name ?? `com.amazonaws.${region}.s3`;
    return {
      id: `pl-${name.split('.').at(-1)}`,
      name,
      arn: `arn:aws:ec2:${region}:aws:prefix-list/pl-${name.split('.').at(-1)}`,
    };
  },
  aws_organizations_organization: (_, { account }) => ({
    id: 'o-a1b2c3d4e5',
    arn: `arn:aws:organizations::${account}:organization/o-a1b2c3d4e5`,
  }),
};

/** The state of a data source whose configuration is all known. */
export function readDataSource(type, block, config, place) {
  const answer = ANSWERS[type]?.(config, place) ?? {};
  const state = { ...config };
  for (const [name, attribute] of Object.entries(block.attributes)) {
    if (answer[name] !== undefined) state[name] = answer[name];
    else if (attribute.computed && (config[name] ?? null) === null) {
      state[name] = makeUp(attribute.type, `mock-${name}`);
    }
  }
  return state;
}
