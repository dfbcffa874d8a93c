// Types of attributes in Terraform's own notation (cty JSON).

const GETTERS = [
  [
    /new cdktn\.(String|Number|Boolean|Any)(Map|List|MapList)\(/,
    fromCollection,
  ],
  [/Fn\.tolist\(this\.getListAttribute/, () => ['set', 'string']],
  [/Fn\.tolist\(this\.getNumberListAttribute/, () => ['set', 'number']],
  [/getStringAttribute/, () => 'string'],
  [/getNumberAttribute/, () => 'number'],
  [/getBooleanAttribute/, () => 'bool'],
  [/getStringMapAttribute/, () => ['map', 'string']],
  [/getNumberMapAttribute/, () => ['map', 'number']],
  [/getBooleanMapAttribute/, () => ['map', 'bool']],
  [/getAnyMapAttribute/, () => ['map', 'dynamic']],
  [/getNumberListAttribute/, () => ['list', 'number']],
  [/getListAttribute/, () => ['list', 'string']],
  // Without a getter's word (the provider's own class) the row alone speaks.
  [/interpolationForAttribute|return this\._/, () => undefined],
];

const BASES = {
  String: 'string',
  Number: 'number',
  Boolean: 'bool',
  Any: 'dynamic',
};

function fromCollection([, base, kind]) {
  const element = BASES[base];
  if (kind === 'Map') return ['map', element];
  if (kind === 'List') return ['list', element];
  return ['list', ['map', element]];
}

/**
 * Type of a plain attribute, by its getter and refined by its serialiser's row.
 *
 * @throws Error on a form that is not known, so that a new package version
 *   cannot degrade silently
 */
export function attributeType(member, row) {
  const synthesized = row && fromRow(row);
  for (const [pattern, make] of GETTERS) {
    const match = pattern.exec(member.code);
    if (!match) continue;
    const type = make(match);
    if (type === undefined) return synthesized ?? 'dynamic';
    const collection = Array.isArray(synthesized);
    if (collection && type !== 'string' && depth(synthesized) >= depth(type)) {
      return synthesized;
    }
    return type;
  }
  throw new Error(`no type is known for ${member.name}`);
}

function depth(type) {
  return Array.isArray(type) ? 1 + depth(type[1]) : 0;
}

/** `stringListMap` with type `map` → map(list(string)); undefined for a class. */
function fromRow({ type, storage }) {
  const match = /^(string|number|boolean|any)((?:List|Map)*)$/.exec(storage);
  if (!match) return undefined;
  const base = { string: 'string', number: 'number', boolean: 'bool' }[
    match[1]
  ];
  let result = base ?? 'dynamic';
  for (const [suffix] of match[2].matchAll(/List|Map/g)) {
    result = [suffix.toLowerCase(), result];
  }
  if (type === 'set' && result[0] === 'list') result = ['set', result[1]];
  return result;
}
