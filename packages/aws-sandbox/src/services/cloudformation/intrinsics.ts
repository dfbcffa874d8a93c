import type { Json, JsonObject } from './template';

/** What the evaluator may ask about the world around a template. */
export interface Scope {
  /** Value of a parameter, a pseudo parameter or a resource; undefined when there is none. */
  ref(name: string): Json | undefined;
  /** Attribute of a resource; undefined when the resource or attribute is not there. */
  getAtt(logicalId: string, attribute: string): Json | undefined;
  condition(name: string): boolean;
  mapping(map: string, top: string, second: string): Json | undefined;
  importValue(name: string): Json | undefined;
}

/** An intrinsic function could not be evaluated; CloudFormation's message. */
export class EvaluationError extends Error {
  override name = 'EvaluationError';
}

/** `!Ref AWS::NoValue`: the property or item that has it disappears. */
const NO_VALUE: unique symbol = Symbol('AWS::NoValue');
type Resolved = Json | typeof NO_VALUE;

const FUNCTION = /^(Ref|Condition|Fn::[A-Za-z0-9]+)$/;

/** `[name, argument]` when the object is one intrinsic call. */
export function intrinsicOf(value: Json): [string, Json] | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return undefined;
  const keys = Object.keys(value);
  return keys.length === 1 && FUNCTION.test(keys[0])
    ? [keys[0], value[keys[0]]]
    : undefined;
}

const scalar = (value: Json, what: string): string => {
  if (value === null || typeof value === 'object') {
    throw new EvaluationError(
      `Template error: ${what} requires string arguments`,
    );
  }
  return String(value);
};

/** Splits `Fn::Sub` text into literals and `${names}`; `${!x}` is literal `${x}`. */
export function subParts(text: string): { text?: string; name?: string }[] {
  const parts: { text?: string; name?: string }[] = [];
  let last = 0;
  for (const match of text.matchAll(/\$\{(!?)([^}]*)\}/g)) {
    if (match.index > last) parts.push({ text: text.slice(last, match.index) });
    parts.push(
      match[1] ? { text: `\${${match[2]}}` } : { name: match[2].trim() },
    );
    last = match.index + match[0].length;
  }
  if (last < text.length) parts.push({ text: text.slice(last) });
  return parts;
}

function sub(argument: Json, scope: Scope): string {
  const [text, extra] = Array.isArray(argument) ? argument : [argument, {}];
  const own = (evaluate(extra ?? {}, scope) ?? {}) as JsonObject;
  return subParts(scalar(text, 'Fn::Sub'))
    .map(part => {
      if (part.name === undefined) return part.text ?? '';
      if (part.name in own) return scalar(own[part.name], 'Fn::Sub');
      const dot = part.name.indexOf('.');
      const value =
        dot < 0
          ? scope.ref(part.name)
          : scope.getAtt(part.name.slice(0, dot), part.name.slice(dot + 1));
      if (value === undefined) {
        throw new EvaluationError(
          `Template error: instance of Fn::Sub references invalid resource attribute ${part.name}`,
        );
      }
      return Array.isArray(value)
        ? value.map(String).join(',')
        : scalar(value, 'Fn::Sub');
    })
    .join('');
}

/** IPv4 subnets of `block`: `count` of them with `bits` host bits each. */
function cidr(block: string, count: number, bits: number): string[] {
  const [address, prefix] = block.split('/');
  const bytes = address.split('.').map(Number);
  if (bytes.length !== 4 || bytes.some(byte => !(byte >= 0 && byte < 256))) {
    throw new EvaluationError(
      'Template error: Fn::Cidr requires a valid IPv4 block',
    );
  }
  const start = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  if (count * 2 ** bits > 2 ** (32 - Number(prefix))) {
    throw new EvaluationError(
      `Template error: Fn::Cidr is not able to generate ${count} subnets of ${block}`,
    );
  }
  return Array.from({ length: count }, (_, index) => {
    const base = start + index * 2 ** bits;
    const text = [24, 16, 8, 0]
      .map(shift => Math.floor(base / 2 ** shift) % 256)
      .join('.');
    return `${text}/${32 - bits}`;
  });
}

function select(argument: Json[], scope: Scope): Json {
  const index = Number(evaluate(argument[0], scope));
  const list = evaluate(argument[1], scope);
  const items = Array.isArray(list) ? list : String(list).split(',');
  if (!Number.isInteger(index) || index < 0 || index >= items.length) {
    throw new EvaluationError(
      `Template error: Fn::Select cannot select nonexistent value at index ${
        argument[0] as string
      }`,
    );
  }
  return items[index];
}

function getAtt(argument: Json, scope: Scope): Json {
  const parts = Array.isArray(argument)
    ? argument.map(part => scalar(evaluate(part, scope), 'Fn::GetAtt'))
    : scalar(argument, 'Fn::GetAtt').split('.');
  const [id, ...rest] = parts;
  const value = scope.getAtt(id, rest.join('.'));
  if (value === undefined) {
    throw new EvaluationError(
      `Template error: resource ${id} does not support attribute type ${rest.join(
        '.',
      )} in Fn::GetAtt`,
    );
  }
  return value;
}

function call(name: string, argument: Json, scope: Scope): Resolved {
  const list = Array.isArray(argument) ? argument : [argument];
  switch (name) {
    case 'Ref': {
      if (argument === 'AWS::NoValue') return NO_VALUE;
      const value = scope.ref(scalar(argument, 'Ref'));
      if (value === undefined) {
        throw new EvaluationError(
          `Template format error: Unresolved resource dependencies [${String(
            argument,
          )}] in the Resources block of the template`,
        );
      }
      return value;
    }
    case 'Fn::GetAtt':
      return getAtt(argument, scope);
    case 'Fn::Sub':
      return sub(argument, scope);
    case 'Fn::Join': {
      const items = evaluate(list[1], scope);
      const texts = Array.isArray(items) ? items : [items];
      return texts
        .map(item => scalar(item, 'Fn::Join'))
        .join(scalar(list[0], 'Fn::Join'));
    }
    case 'Fn::Split':
      return scalar(evaluate(list[1], scope), 'Fn::Split').split(
        scalar(list[0], 'Fn::Split'),
      );
    case 'Fn::Select':
      return select(list, scope);
    case 'Fn::Base64':
      return Buffer.from(
        scalar(evaluate(argument, scope), 'Fn::Base64'),
      ).toString('base64');
    case 'Fn::Cidr':
      return cidr(
        scalar(evaluate(list[0], scope), 'Fn::Cidr'),
        Number(evaluate(list[1], scope)),
        Number(evaluate(list[2] ?? 8, scope)),
      );
    case 'Fn::GetAZs': {
      const region = evaluate(argument, scope) || scope.ref('AWS::Region');
      return ['a', 'b', 'c'].map(zone => `${String(region)}${zone}`);
    }
    case 'Fn::FindInMap': {
      const [map, top, second] = list.map(item =>
        scalar(evaluate(item, scope), 'Fn::FindInMap'),
      );
      const value = scope.mapping(map, top, second);
      if (value === undefined) {
        throw new EvaluationError(
          `Template error: Unable to get mapping for ${map}::${top}::${second}`,
        );
      }
      return value;
    }
    case 'Fn::ImportValue': {
      const exported = scalar(evaluate(argument, scope), 'Fn::ImportValue');
      const value = scope.importValue(exported);
      if (value === undefined)
        throw new EvaluationError(`No export named ${exported} found.`);
      return value;
    }
    case 'Fn::If':
      return resolve(
        list[scope.condition(scalar(list[0], 'Fn::If')) ? 1 : 2],
        scope,
      );
    default:
      throw new EvaluationError(`Template error: ${name} is not supported`);
  }
}

function resolve(value: Json, scope: Scope): Resolved {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    return value
      .map(item => resolve(item, scope))
      .filter((item): item is Json => item !== NO_VALUE);
  }
  const intrinsic = intrinsicOf(value);
  // `Condition` with one key is IAM's too; only `evaluateCondition` calls it.
  if (intrinsic && intrinsic[0] !== 'Condition')
    return call(intrinsic[0], intrinsic[1], scope);
  const out: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const resolved = resolve(item, scope);
    if (resolved !== NO_VALUE) out[key] = resolved;
  }
  return out;
}

/** Evaluates every intrinsic in `value`. @throws EvaluationError */
export function evaluate(value: Json, scope: Scope): Json {
  const resolved = resolve(value, scope);
  return resolved === NO_VALUE ? null : resolved;
}

/** CloudFormation compares scalars as text: `"1"` equals `1`, `"true"` equals `true`. */
const stringly = (value: Json): Json =>
  value === null || typeof value === 'object' ? value : String(value);

/** Evaluates a condition expression (`Fn::Equals`, `And`, `Or`, `Not`, `Condition`). */
export function evaluateCondition(expression: Json, scope: Scope): boolean {
  const intrinsic = intrinsicOf(expression);
  if (!intrinsic) {
    throw new EvaluationError(
      'Template format error: Conditions can only be boolean operations',
    );
  }
  const [name, argument] = intrinsic;
  const list = Array.isArray(argument) ? argument : [argument];
  switch (name) {
    case 'Condition':
      return scope.condition(scalar(argument, 'Condition'));
    case 'Fn::Equals':
      return (
        JSON.stringify(stringly(evaluate(list[0], scope))) ===
        JSON.stringify(stringly(evaluate(list[1], scope)))
      );
    case 'Fn::And':
      return list.every(item => evaluateCondition(item, scope));
    case 'Fn::Or':
      return list.some(item => evaluateCondition(item, scope));
    case 'Fn::Not':
      return !evaluateCondition(list[0], scope);
    default:
      throw new EvaluationError(
        `Template error: ${name} is not a condition function`,
      );
  }
}
