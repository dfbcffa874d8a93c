import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import type { RevisionConfiguration } from '@careplane/backstage-plugin-release-common';

/**
 * Names and figures of a task definition; no value of an environment variable
 * and no source of a secret. Where it has several containers, a name begins
 * with its container's.
 */
export function taskConfiguration(
  definition: TaskDefinition,
): RevisionConfiguration {
  const containers = definition.containerDefinitions ?? [];
  const each = (names: (container: ContainerDefinition) => string[]) =>
    containers
      .flatMap(container =>
        names(container).map(name =>
          containers.length > 1 ? `${container.name}/${name}` : name,
        ),
      )
      .sort();
  return {
    environment: each(one =>
      (one.environment ?? []).flatMap(e => e.name ?? []),
    ),
    secrets: each(one => (one.secrets ?? []).flatMap(e => e.name ?? [])),
    role: definition.taskRoleArn ?? '',
    executionRole: definition.executionRoleArn ?? '',
    architecture: definition.runtimePlatform?.cpuArchitecture ?? 'X86_64',
    cpu: definition.cpu ? `${definition.cpu} units` : '',
    memory: definition.memory ? `${definition.memory} MiB` : '',
    containers: containers.flatMap(one => one.name ?? []).sort(),
    ports: each(one =>
      (one.portMappings ?? []).map(
        port => `${port.containerPort}/${port.protocol ?? 'tcp'}`,
      ),
    ),
    logDriver: each(({ logConfiguration: log }) =>
      log?.logDriver ? [log.logDriver] : [],
    ),
  };
}
