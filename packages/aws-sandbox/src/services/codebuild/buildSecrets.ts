import type { EnvironmentVariable } from '@aws-sdk/client-codebuild';
import type { CallAs, Sandbox } from '../../core';
import type { BuildRecord } from './model';

/**
 * Values of the variables of the build and its buildspec that name a secret, as
 * `<secret>:<json key>:<stage>:<version>` of type SECRETS_MANAGER.
 *
 * @see https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.env.secrets-manager
 * @throws Error where a variable is of a type that the sandbox does not have, or
 *   its secret is not there.
 */
export async function resolveSecrets(
  sandbox: Sandbox,
  build: BuildRecord,
  as: CallAs,
  fromBuildspec: Record<string, string> = {},
): Promise<Record<string, string>> {
  const resolved: Record<string, string> = {};
  const variables: EnvironmentVariable[] = [
    ...Object.entries(fromBuildspec).map(([name, value]) => ({
      name,
      value,
      type: 'SECRETS_MANAGER' as const,
    })),
    ...build.environmentVariables,
  ];
  for (const { name, type, value } of variables) {
    if (!name || (type ?? 'PLAINTEXT') === 'PLAINTEXT') continue;
    if (type !== 'SECRETS_MANAGER') {
      throw new Error(
        `Environment variable ${name}: ${type} is not there in the sandbox`,
      );
    }
    const [secret, key] = splitReference(value ?? '');
    const { SecretString = '' } = await sandbox.call<{ SecretString?: string }>(
      'secretsmanager',
      'GetSecretValue',
      { SecretId: secret },
      as,
    );
    resolved[name] = key
      ? String(JSON.parse(SecretString)[key] ?? '')
      : SecretString;
  }
  return resolved;
}

/** An ARN has colons of its own: seven parts of it name the secret. */
function splitReference(reference: string): [string, string | undefined] {
  const parts = reference.split(':');
  const length = reference.startsWith('arn:') ? 7 : 1;
  return [parts.slice(0, length).join(':'), parts[length]];
}
