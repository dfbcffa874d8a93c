import { AwsError } from '../../core';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Fields = { [key: string]: Json };

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function invalid(reason: string): AwsError {
  return new AwsError(
    'InvalidEventPatternException',
    `Event pattern is not valid. Reason: ${reason}`,
  );
}

/** @throws AwsError InvalidEventPatternException */
export function parsePattern(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('it is not JSON');
  }
  if (!isFields(value) || Object.keys(value).length === 0) {
    throw invalid('it must be an object with at least one field');
  }
  matches(value, {});
  return value;
}

/**
 * Whether an event fits a pattern: every field of it, any value of each.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function matches(pattern: Fields, event: unknown): boolean {
  let all = true;
  for (const [key, wanted] of Object.entries(pattern)) {
    // Each field is looked at, so that a pattern is checked as a whole.
    if (!fieldMatches(key, wanted, event)) all = false;
  }
  return all;
}

function fieldMatches(key: string, wanted: Json, event: unknown): boolean {
  if (key === '$or') {
    if (!Array.isArray(wanted) || !wanted.every(isFields)) {
      throw invalid('$or takes a list of patterns');
    }
    return wanted.map(one => matches(one as Fields, event)).includes(true);
  }
  const found = isFields(event) ? event[key] : undefined;
  if (isFields(wanted)) return matches(wanted, found);
  if (!Array.isArray(wanted)) {
    throw invalid(`"${key}" must be an object or a list`);
  }
  if (wanted.length === 0) throw invalid(`the list of "${key}" is empty`);
  const values = Array.isArray(found) ? found : [found];
  return wanted
    .map(rule => values.some(value => valueMatches(rule, value)))
    .includes(true);
}

const lower = (text: string | undefined, ignoreCase: boolean) =>
  ignoreCase ? text?.toLowerCase() : text;

function valueMatches(rule: Json, value: Json | undefined): boolean {
  if (!isFields(rule)) return rule === value;
  const entries = Object.entries(rule);
  if (entries.length !== 1) throw invalid('a matcher has one operator');
  const [operator, operand] = entries[0];
  const text = typeof value === 'string' ? value : undefined;
  switch (operator) {
    case 'exists':
      return (value !== undefined) === operand;
    case 'prefix':
      return textOf(operator, operand, ({ word, ignoreCase }) =>
        Boolean(lower(text, ignoreCase)?.startsWith(word)),
      );
    case 'suffix':
      return textOf(operator, operand, ({ word, ignoreCase }) =>
        Boolean(lower(text, ignoreCase)?.endsWith(word)),
      );
    case 'equals-ignore-case':
      return lower(text, true) === String(operand).toLowerCase();
    case 'wildcard':
      return text !== undefined && wildcard(String(operand)).test(text);
    case 'anything-but':
      return value !== undefined && !excluded(operand, value);
    case 'numeric':
      return typeof value === 'number' && inRange(operand, value);
    default:
      throw invalid(`the sandbox does not know the operator "${operator}"`);
  }
}

function textOf(
  operator: string,
  operand: Json,
  test: (fold: { word: string; ignoreCase: boolean }) => boolean,
): boolean {
  if (typeof operand === 'string') {
    return test({ word: operand, ignoreCase: false });
  }
  if (isFields(operand) && typeof operand['equals-ignore-case'] === 'string') {
    const word = operand['equals-ignore-case'].toLowerCase();
    return test({ word, ignoreCase: true });
  }
  throw invalid(`"${operator}" takes a string`);
}

function excluded(operand: Json, value: Json): boolean {
  if (isFields(operand)) return valueMatches(operand, value);
  return (Array.isArray(operand) ? operand : [operand]).some(
    one => one === value,
  );
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split('*').map(part => part.replace(/\W/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*')}$`);
}

function inRange(operand: Json, value: number): boolean {
  if (!Array.isArray(operand) || operand.length % 2 || !operand.length) {
    throw invalid('"numeric" takes comparisons and numbers in turn');
  }
  const tests: Record<string, (limit: number) => boolean> = {
    '=': limit => value === limit,
    '<': limit => value < limit,
    '<=': limit => value <= limit,
    '>': limit => value > limit,
    '>=': limit => value >= limit,
  };
  let all = true;
  for (let index = 0; index < operand.length; index += 2) {
    const test = tests[String(operand[index])];
    if (!test) throw invalid(`"${operand[index]}" compares no numbers`);
    if (!test(Number(operand[index + 1]))) all = false;
  }
  return all;
}
