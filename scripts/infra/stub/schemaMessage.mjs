// A provider's schema (JSON) as the message that Terraform asks for first.

const NESTING = { single: 'SINGLE', list: 'LIST', set: 'SET', map: 'MAP' };

const json = value => Buffer.from(JSON.stringify(value));

/** @param schema - provider, resource, data and ephemeral schemas; functions */
export function schemaMessage(schema, providerMeta) {
  return {
    provider: schemaOf(schema.provider),
    resource_schemas: mapValues(schema.resource_schemas, schemaOf),
    data_source_schemas: mapValues(schema.data_source_schemas, schemaOf),
    ephemeral_resource_schemas: mapValues(
      schema.ephemeral_resource_schemas,
      schemaOf,
    ),
    provider_meta: schemaOf(providerMeta),
    server_capabilities: { get_provider_schema_optional: true },
    functions: functionMessages(schema.functions),
  };
}

export function functionMessages(functions = {}) {
  return mapValues(functions, ({ parameters, returns }) => ({
    parameters: parameters.map(name => ({ name, type: json('string') })),
    return: { type: json(returns) },
  }));
}

function schemaOf({ version, block }) {
  return { version, block: blockOf(block) };
}

function blockOf({ attributes = {}, block_types: blocks = {} }) {
  return {
    attributes: Object.entries(attributes).map(([name, attribute]) => ({
      ...attribute,
      name,
      type: json(attribute.type),
    })),
    block_types: Object.entries(blocks).map(([name, nested]) => ({
      type_name: name,
      nesting: NESTING[nested.nesting_mode],
      ...limitsOf(nested),
      block: blockOf(nested.block),
    })),
  };
}

/** Terraform refuses limits where there is one of a name anyway. */
function limitsOf({ nesting_mode: mode, min_items: min, max_items: max }) {
  return mode === 'single' || mode === 'map'
    ? {}
    : { min_items: min ?? 0, max_items: max ?? 0 };
}

function mapValues(object = {}, change) {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, change(value)]),
  );
}
