import { AwsError } from '../../core';

/** Attribute values as the wire has them, texts, numbers and flags only. */
export type Item = Record<string, { S?: string; N?: string; BOOL?: boolean }>;

interface Names {
  names: Record<string, string>;
  values: Item;
}

const ABSENT = /^attribute_not_exists\(([\w#]+)\)$/;
const COMPARED = /^([\w#]+)\s*(=|<>|<|>)\s*(:\w+)$/;

/**
 * Whether a condition holds for the item that is there: terms joined by OR,
 * each of them terms joined by AND, without brackets.
 *
 * @throws ValidationException for anything else
 */
export function holds(
  expression: string | undefined,
  item: Item | undefined,
  given: Names,
): boolean {
  if (!expression) return true;
  return expression
    .split(/\s+OR\s+/)
    .some(all =>
      all.split(/\s+AND\s+/).every(term => holdsTerm(term, item, given)),
    );
}

function holdsTerm(
  term: string,
  item: Item | undefined,
  { names, values }: Names,
): boolean {
  const [, absent] = ABSENT.exec(term) ?? [];
  if (absent) return item?.[names[absent] ?? absent] === undefined;
  const [, name, operator, value] = COMPARED.exec(term) ?? [];
  if (!name || !values[value]) {
    throw new AwsError(
      'ValidationException',
      `Invalid ConditionExpression: the sandbox does not know "${term}"`,
    );
  }
  const one = plain(item?.[names[name] ?? name]);
  const other = plain(values[value]);
  if (one === undefined || other === undefined) return false;
  if (operator === '=') return one === other;
  if (operator === '<>') return one !== other;
  return operator === '<' ? one < other : one > other;
}

function plain(value: Item[string] | undefined) {
  return value?.N === undefined ? value?.S ?? value?.BOOL : Number(value.N);
}
