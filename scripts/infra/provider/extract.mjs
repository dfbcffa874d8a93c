// Rebuilds the provider's schema, in the shape of `terraform providers schema
// -json`, from the generated bindings.
import { classesOf, membersOf, ownRowsOf, serialisersOf } from './source.mjs';
import { attributeType } from './types.mjs';

/** A class may contain itself (WAF's statements); deeper levels are dropped. */
const RECURSION = 1;

const KINDS = {
  TerraformResource: 'resource',
  TerraformDataSource: 'data',
  TerraformEphemeralResource: 'ephemeral',
  TerraformProvider: 'provider',
};

/**
 * The schemas that one module's TypeScript declares.
 *
 * @returns {{kind: string, type: string, block: object, unresolved: string[]}[]}
 */
export function schemasOf(typescript) {
  const classes = classesOf(typescript);
  const serialisers = serialisersOf(typescript);
  const schemas = [];
  for (const [name, { base, body }] of classes) {
    const kind = KINDS[base];
    if (!kind) continue;
    const [, type] = /terraformResourceType: '(\w+)'/.exec(body) ?? [];
    const unresolved = [];
    const walk = { classes, serialisers, unresolved, where: type ?? name };
    const block = blockOf(body, ownRowsOf(body), [], walk);
    schemas.push({ kind, type, block, unresolved });
  }
  return schemas;
}

function blockOf(body, rows, path, walk) {
  const attributes = {};
  const blocks = {};
  const members = membersOf(body);
  const names = new Set(members.map(({ name }) => name));
  for (const member of members) {
    const row = rows.get(member.name);
    const nested = nestingOf(member, row, walk);
    if (!nested) {
      attributes[member.name] = {
        type: attributeType(member, row),
        ...flags(member),
        ...(member.name.endsWith('_wo') && names.has(`${member.name}_version`)
          ? { write_only: true }
          : {}),
      };
      continue;
    }
    if (path.filter(one => one === nested.prefix).length >= RECURSION) continue;
    const inner = innerOf(nested, path, walk);
    if (!inner) continue;
    if (member.computed || row?.isBlock === false) {
      attributes[member.name] = {
        type: wrap(nested.mode, objectType(inner)),
        ...flags(member),
      };
    } else {
      blocks[member.name] = {
        nesting_mode: nested.mode,
        block: inner,
        ...(member.required ? { min_items: 1 } : {}),
        ...(nested.max ? { max_items: nested.max } : {}),
      };
    }
  }
  return { attributes, block_types: blocks };
}

function innerOf({ prefix }, path, walk) {
  const found = walk.classes.get(`${prefix}OutputReference`);
  if (!found) {
    walk.unresolved.push(`${walk.where}: ${prefix}`);
    return undefined;
  }
  const rows = walk.serialisers.get(prefix.toLowerCase()) ?? new Map();
  return blockOf(found.body, rows, [...path, prefix], walk);
}

const NESTED =
  /new (\w+?)(List|Map|OutputReference)\(this, ["']\w+["'](?:, (true|false))?\)/;

function nestingOf(member, row, walk) {
  const match = NESTED.exec(member.code);
  if (!match) return undefined;
  const [, prefix, constructor, wrapsSet] = match;
  if (constructor === 'Map') return { prefix, mode: 'map' };
  if (constructor === 'List') {
    const mode = wrapsSet === 'true' || row?.type === 'set' ? 'set' : 'list';
    return { prefix, mode };
  }
  if (row?.type === 'struct') return { prefix, mode: 'single' };
  if (row?.type === 'list' || row?.type === 'set') {
    return { prefix, mode: row.type, max: 1 };
  }
  const body = walk.classes.get(`${prefix}OutputReference`)?.body ?? '';
  const isList = /super\(.*, (?:true|false), 0\)/.test(body);
  return { prefix, mode: isList ? 'list' : 'single' };
}

function flags({ computed, optional, required }) {
  return {
    ...(required ? { required } : {}),
    ...(optional ? { optional } : {}),
    ...(computed ? { computed } : {}),
  };
}

/** A block as the type of an object-valued attribute. */
function objectType({ attributes, block_types: blocks }) {
  const fields = {};
  for (const [name, { type }] of Object.entries(attributes))
    fields[name] = type;
  for (const [name, nested] of Object.entries(blocks)) {
    fields[name] = wrap(nested.nesting_mode, objectType(nested.block));
  }
  return ['object', fields];
}

function wrap(mode, type) {
  return mode === 'single' ? type : [mode, type];
}
