// What a provider answers to "plan this": computed attributes are unknown, as
// with the real one. In a linked plan those that nobody can set are known and
// made up, so that resources can be followed through their references; an
// optional attribute that was left out stays unknown there too, and a policy
// sees that it was not set.
import { identify } from './identity.mjs';
import { UNKNOWN } from './values.mjs';

/** @param place - `{account, region, defaultTags}` of the configured provider */
export function planner({ linked, place }) {
  const seen = new Map();
  return (type, block, proposed) => {
    if (proposed === null) return null;
    if (!linked) return fill(block, proposed, () => UNKNOWN);
    const key = `${type}\0${JSON.stringify(proposed)}`;
    const occurrence = seen.get(key) ?? 0;
    seen.set(key, occurrence + 1);
    const ids = identify(type, proposed, place, occurrence);
    const planned = fill(block, proposed, (name, attribute, top) =>
      top || !attribute.optional
        ? made(name, attribute, { ids, type, place, proposed, top })
        : UNKNOWN,
    );
    return planned;
  };
}

function fill(block, value, make, top = true) {
  const result = { ...value };
  for (const [name, attribute] of Object.entries(block.attributes)) {
    if (attribute.write_only) result[name] = null;
    else if (attribute.computed && (result[name] ?? null) === null) {
      result[name] = make(name, attribute, top);
    }
  }
  for (const [name, nested] of Object.entries(block.block_types)) {
    const inner = result[name];
    if (inner === null || inner === undefined || inner === UNKNOWN) continue;
    const each = one =>
      one === UNKNOWN ? one : fill(nested.block, one, make, false);
    if (Array.isArray(inner)) result[name] = inner.map(each);
    else if (nested.nesting_mode === 'single') result[name] = each(inner);
  }
  return result;
}

function made(name, attribute, { ids, type, place, proposed, top }) {
  if (top && name === 'id') return ids.id;
  if (top && name === 'tags_all') {
    return proposed.tags === UNKNOWN
      ? UNKNOWN
      : { ...place.defaultTags, ...proposed.tags };
  }
  if (top && name === 'region') return place.region;
  // Its beginning was given: the name is AWS's, and others refer to it.
  if (top && name === 'name' && proposed.name_prefix) return ids.name;
  if (attribute.optional) return UNKNOWN;
  if (name === 'arn') return ids.arn;
  if (name === 'url' && type === 'aws_sqs_queue') return ids.url;
  if (name === 'owner_id' || name === 'account_id') return place.account;
  if (name === 'key_id' && type === 'aws_kms_key') return ids.id;
  return makeUp(
    attribute.type,
    `${ids.name}-${name}`.replaceAll('_', '-'),
    ids,
  );
}

/** A value of a type, for an attribute that only the provider sets. */
export function makeUp(type, label, ids) {
  if (type === 'string') {
    // A secret that a service makes for its resource is one of Secrets Manager.
    if (label.endsWith('-secret-arn') && ids) {
      const [, , , region, account] = ids.arn.split(':');
      return `arn:aws:secretsmanager:${region}:${account}:secret:rds!${ids.name}-a1b2c3`;
    }
    if (label.endsWith('-arn')) return `${ids?.arn ?? 'arn:aws:mock'}/${label}`;
    return label;
  }
  if (type === 'number') return 0;
  if (type === 'bool') return false;
  if (type === 'dynamic') return UNKNOWN;
  const [kind, inner] = type;
  if (kind === 'map') return {};
  if (kind === 'object') {
    return Object.fromEntries(
      Object.entries(inner).map(([name, field]) => [
        name,
        makeUp(field, `${label}-${name}`.replaceAll('_', '-'), ids),
      ]),
    );
  }
  return inner?.[0] === 'object' ? [makeUp(inner, label, ids)] : [];
}
