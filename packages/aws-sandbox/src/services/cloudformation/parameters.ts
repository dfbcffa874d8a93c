import type { Json, Template, TemplateParameter } from './template';

/** A parameter as a caller sends it. */
export interface ParameterInput {
  ParameterKey?: string;
  ParameterValue?: string;
  UsePreviousValue?: boolean;
}

/** Parameters do not fit the template; CloudFormation's message. */
export class ParameterError extends Error {
  override name = 'ParameterError';
}

export const isNoEcho = (parameter: TemplateParameter | undefined): boolean =>
  String(parameter?.NoEcho) === 'true';

const isList = (type: string): boolean =>
  type === 'CommaDelimitedList' ||
  type.startsWith('List<') ||
  (type.endsWith('>') && type.includes('List<'));

function outOfRange(
  value: number,
  low?: number | string,
  high?: number | string,
): boolean {
  return (
    (low !== undefined && value < Number(low)) ||
    (high !== undefined && value > Number(high))
  );
}

function check(name: string, declared: TemplateParameter, value: string): void {
  const constraint = (fallback: string) =>
    new ParameterError(
      `Parameter ${name} failed to satisfy constraint: ${
        declared.ConstraintDescription ?? fallback
      }`,
    );
  const items = isList(declared.Type)
    ? value.split(',').map(item => item.trim())
    : [value];
  const allowed = declared.AllowedValues?.map(String);
  for (const item of items) {
    if (
      declared.Type === 'Number' &&
      !(item !== '' && Number.isFinite(Number(item)))
    ) {
      throw new ParameterError(`Parameter '${name}' must be a number.`);
    }
    if (allowed && !allowed.includes(item)) {
      throw new ParameterError(
        declared.ConstraintDescription
          ? constraint('').message
          : `Parameter '${name}' must be one of AllowedValues`,
      );
    }
    if (
      declared.AllowedPattern !== undefined &&
      !new RegExp(`^(?:${declared.AllowedPattern})$`).test(item)
    ) {
      throw constraint(
        `Member must satisfy regular expression pattern: ${declared.AllowedPattern}`,
      );
    }
    if (outOfRange(item.length, declared.MinLength, declared.MaxLength)) {
      throw constraint('Member must have length within the declared limits');
    }
    if (
      declared.Type === 'Number' &&
      outOfRange(Number(item), declared.MinValue, declared.MaxValue)
    ) {
      throw constraint('Member must have value within the declared limits');
    }
  }
}

/**
 * Value of each declared parameter, as text: from the input, the previous
 * value (`UsePreviousValue`), or the default.
 *
 * @throws ParameterError as AWS words it.
 */
export function resolveParameters(
  template: Template,
  input: readonly ParameterInput[],
  previous?: Readonly<Record<string, string>>,
): Record<string, string> {
  const given = new Map(input.map(item => [item.ParameterKey ?? '', item]));
  const extra = [...given.keys()].filter(key => !(key in template.Parameters));
  if (extra.length > 0) {
    throw new ParameterError(
      `Parameters: [${extra.join(', ')}] do not exist in the template`,
    );
  }
  const missing: string[] = [];
  const values: Record<string, string> = {};
  for (const [name, declared] of Object.entries(template.Parameters)) {
    const item = given.get(name);
    if (item?.UsePreviousValue) {
      if (item.ParameterValue !== undefined) {
        throw new ParameterError(
          `Invalid input for parameter key ${name}. Cannot specify usePreviousValue as true and non empty value for a parameter`,
        );
      }
      if (previous?.[name] === undefined) {
        throw new ParameterError(
          `Invalid input for parameter key ${name}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
        );
      }
      values[name] = previous[name];
    } else if (item?.ParameterValue !== undefined) {
      values[name] = item.ParameterValue;
    } else if (declared.Default !== undefined) {
      values[name] = [declared.Default].flat().map(String).join(',');
    } else {
      missing.push(name);
      continue;
    }
    check(name, declared, values[name]);
  }
  if (missing.length > 0) {
    throw new ParameterError(
      `Parameters: [${missing.join(', ')}] must have values`,
    );
  }
  return values;
}

/** What `Ref` gives for a parameter: a list for list types, else its text. */
export function parameterRef(declared: TemplateParameter, value: string): Json {
  if (!isList(declared.Type)) return value;
  return value === '' ? [] : value.split(',').map(item => item.trim());
}
