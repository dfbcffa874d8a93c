import { AwsError } from './AwsError';
import type { OperationModel, ServiceModel } from './ServiceModel';
import type { NormalizedSchema } from '@smithy/core/schema';

/**
 * Refuses an input without a member that the schema requires, at any depth.
 * Static schemas list required members first and say how many they are.
 */
export function requireMembers(
  model: ServiceModel,
  operation: OperationModel,
  input: Record<string, unknown>,
) {
  const path = findMissing(operation.input, input, []);
  if (!path) return;
  const member = path.join('.');
  if (model.protocol === 'awsQuery' || model.queryCompatible) {
    throw new AwsError(
      model.protocol === 'awsQuery' ? 'ValidationError' : 'MissingParameter',
      `The request must contain the parameter ${member}`,
      { status: 400 },
    );
  }
  const code =
    ['ValidationException', 'InvalidParameterValueException'].find(name =>
      model.error(name),
    ) ?? 'ValidationException';
  throw new AwsError(
    code,
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    { status: 400 },
  );
}

function findMissing(
  schema: NormalizedSchema,
  value: unknown,
  path: string[],
): string[] | undefined {
  if (value === null || value === undefined) return undefined;
  if (schema.isListSchema() && Array.isArray(value)) {
    const member = schema.getValueSchema();
    return first(value.entries(), ([index, item]) =>
      findMissing(member, item, [...path, String(index + 1)]),
    );
  }
  if (schema.isMapSchema() && typeof value === 'object') {
    const member = schema.getValueSchema();
    return first(Object.entries(value), ([key, item]) =>
      findMissing(member, item, [...path, key]),
    );
  }
  if (!schema.isStructSchema() || typeof value !== 'object') return undefined;
  const required = requiredCount(schema);
  let index = 0;
  for (const [name, member] of schema.structIterator()) {
    const item = (value as Record<string, unknown>)[name];
    const here = [...path, name];
    const isMissing = item === undefined || item === null;
    if (index < required && isMissing && !member.isIdempotencyToken()) {
      return here;
    }
    const deeper = findMissing(member, item, here);
    if (deeper) return deeper;
    index += 1;
  }
  return undefined;
}

function requiredCount(schema: NormalizedSchema): number {
  const raw: unknown = schema.getSchema();
  return Array.isArray(raw) && typeof raw[6] === 'number' ? raw[6] : 0;
}

function first<T, R>(
  items: Iterable<T>,
  find: (item: T) => R | undefined,
): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
