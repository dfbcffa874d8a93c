import { AwsError } from '../../core';
import { invalid } from './lookup';
import type { FrozenConfig } from './model';

const ROLE = /^arn:aws[a-zA-Z-]*:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/;

const FROZEN = [
  'Role',
  'Runtime',
  'Handler',
  'Description',
  'Timeout',
  'MemorySize',
  'VpcConfig',
  'DeadLetterConfig',
  'Environment',
  'KMSKeyArn',
  'TracingConfig',
  'Layers',
  'FileSystemConfigs',
  'ImageConfig',
  'EphemeralStorage',
  'SnapStart',
  'LoggingConfig',
] as const satisfies readonly (keyof FrozenConfig)[];

/** The members of a request that belong to the configuration, checked. */
export function readSettings(
  input: Partial<FrozenConfig>,
): Partial<FrozenConfig> {
  requireRange('timeout', input.Timeout, 1, 900);
  requireRange('memorySize', input.MemorySize, 128, 10_240);
  if (input.Role !== undefined && !ROLE.test(input.Role)) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${input.Role}' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: ${ROLE.source}`,
    );
  }
  const size = Object.entries(input.Environment?.Variables ?? {}).reduce(
    (sum, [key, value]) => sum + key.length + value.length,
    0,
  );
  if (size > 4096) {
    throw invalid(
      'Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.',
    );
  }
  return Object.fromEntries(
    FROZEN.filter(key => input[key] !== undefined).map(key => [
      key,
      input[key],
    ]),
  );
}

function requireRange(
  name: string,
  value: number | undefined,
  from: number,
  to: number,
) {
  if (value === undefined || (value >= from && value <= to)) return;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must have value between ${from} and ${to}`,
  );
}
