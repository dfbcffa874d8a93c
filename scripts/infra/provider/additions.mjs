// What the package does not carry, by hand.

const text = { type: 'string', optional: true };
const texts = { type: ['set', 'string'], optional: true };
const textMap = { type: ['map', 'string'], optional: true };
const needed = { type: 'string', required: true };

const list = (block, { min, max } = {}) => ({
  nesting_mode: 'list',
  block: { attributes: {}, block_types: {}, ...block },
  ...(min ? { min_items: min } : {}),
  ...(max ? { max_items: max } : {}),
});
const one = (attributes, blocks = {}) =>
  list({ attributes, block_types: blocks }, { max: 1 });

const PROVIDER_BLOCKS = {
  assume_role: list({
    attributes: {
      role_arn: text,
      session_name: text,
      external_id: text,
      duration: text,
      policy: text,
      policy_arns: texts,
      tags: textMap,
      transitive_tag_keys: texts,
      source_identity: text,
    },
  }),
  assume_role_with_web_identity: one({
    role_arn: text,
    session_name: text,
    web_identity_token: text,
    web_identity_token_file: text,
  }),
  default_tags: one({ tags: textMap }),
  ignore_tags: one({ keys: texts, key_prefixes: texts }),
};

const ACTIONS = ['allow', 'block', 'captcha', 'challenge', 'count'];

/** Recursive in the provider, so the package has `any`; these are what we use. */
const WAF_STATEMENT = {
  ...list(
    {
      block_types: {
        managed_rule_group_statement: one(
          { name: needed, vendor_name: needed, version: text },
          {
            rule_action_override: list({
              attributes: { name: needed },
              block_types: {
                action_to_use: list(
                  {
                    block_types: Object.fromEntries(
                      ACTIONS.map(name => [name, one({})]),
                    ),
                  },
                  { min: 1, max: 1 },
                ),
              },
            }),
          },
        ),
        rate_based_statement: one({
          limit: { type: 'number', required: true },
          aggregate_key_type: text,
          evaluation_window_sec: { type: 'number', optional: true },
        }),
        ip_set_reference_statement: one({ arn: needed }),
        geo_match_statement: one({
          country_codes: { type: ['list', 'string'], required: true },
        }),
      },
    },
    { min: 1, max: 1 },
  ),
};

export const PROVIDER_META = {
  version: 0,
  block: {
    attributes: { user_agent: { type: ['list', 'string'], optional: true } },
    block_types: {},
  },
};

/** Provider functions that a module may call. */
export const FUNCTIONS = {
  arn_parse: {
    parameters: ['arn'],
    returns: [
      'object',
      {
        partition: 'string',
        service: 'string',
        region: 'string',
        account_id: 'string',
        resource: 'string',
      },
    ],
  },
  trim_iam_role_path: { parameters: ['arn'], returns: 'string' },
};

/** Lays the hand-made declarations over what was extracted. */
export function addDeclarations(schema) {
  const { attributes } = schema.provider.block;
  for (const name of [...Object.keys(PROVIDER_BLOCKS), 'endpoints']) {
    delete attributes[name];
  }
  schema.provider.block.block_types = PROVIDER_BLOCKS;
  for (const type of ['aws_wafv2_web_acl', 'aws_wafv2_rule_group']) {
    const rule = schema.resource_schemas[type].block.block_types.rule.block;
    delete rule.attributes.statement;
    rule.block_types.statement = WAF_STATEMENT;
  }
}
