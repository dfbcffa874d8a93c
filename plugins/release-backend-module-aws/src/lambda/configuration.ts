import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { RevisionConfiguration } from '@careplane/backstage-plugin-release-common';

/** Names and figures of a version; no value of its environment. */
export function lambdaConfiguration(
  found: FunctionConfiguration,
): RevisionConfiguration {
  const { VpcConfig } = found;
  return {
    environment: Object.keys(found.Environment?.Variables ?? {}).sort(),
    role: found.Role ?? '',
    runtime: found.Runtime ?? '',
    architecture: found.Architectures?.[0] ?? 'x86_64',
    memory: `${found.MemorySize ?? 128} MB`,
    timeout: `${found.Timeout ?? 3} s`,
    layers: (found.Layers ?? []).flatMap(layer => layer.Arn ?? []).sort(),
    network: [
      ...(VpcConfig?.SubnetIds ?? []),
      ...(VpcConfig?.SecurityGroupIds ?? []),
    ].sort(),
    deadLetterQueue: found.DeadLetterConfig?.TargetArn ?? '',
  };
}
