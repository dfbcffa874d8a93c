import { createHash } from 'node:crypto';
import type { RevisionConfiguration } from '@careplane/backstage-plugin-release-common';
import type { ReleaseTemplate } from '@careplane/backstage-plugin-release-node';
import canonicalize from 'canonicalize';
import { readTemplate } from '../stack/yaml';

type Properties = Record<string, unknown>;
interface Resource {
  Type?: string;
  Properties?: Properties;
}

/** What a published version freezes: it comes back with a rollback. */
const FROZEN = [
  'Architectures',
  'Code',
  'DeadLetterConfig',
  'Description',
  'Environment',
  'EphemeralStorage',
  'FileSystemConfigs',
  'Handler',
  'ImageConfig',
  'KmsKeyArn',
  'Layers',
  'LoggingConfig',
  'MemorySize',
  'PackageType',
  'Role',
  'Runtime',
  'RuntimeManagementConfig',
  'SnapStart',
  'Timeout',
  'TracingConfig',
  'VpcConfig',
];
/** Every release has new ones by design. */
const REVISIONS = ['AWS::Lambda::Version', 'AWS::ECS::TaskDefinition'];

const hashOf = (value: unknown, revisions: string[]): string => {
  // References to the revision, whose logical id is another in each release.
  const text = revisions.reduce(
    (result, id) => result.split(id).join('Revision'),
    canonicalize(value ?? null) ?? '',
  );
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
};

const isWord = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

/** A literal in words; undefined where CloudFormation works it out. */
function wordOf(value: unknown, unit = ''): string | undefined {
  return isWord(value) ? `${value}${unit}` : undefined;
}

const isPlain = (value: unknown): value is Properties =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keys of a map that is written out; undefined where it, or a key, depends. */
function keysOf(value: unknown): string[] | undefined {
  if (value === undefined) return [];
  if (!isPlain(value)) return undefined;
  const keys = Object.keys(value);
  const depends = (one: unknown) =>
    canonicalize(one)?.includes('AWS::NoValue') ?? true;
  return keys.some(key => key.startsWith('Fn::') || depends(value[key]))
    ? undefined
    : keys.sort();
}

function listOf<T>(
  value: unknown,
  pick: (one: Properties) => T | undefined,
): T[] | undefined {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return undefined;
  const found = value.map(one => (isPlain(one) ? pick(one) : undefined));
  return found.includes(undefined) ? undefined : (found as T[]);
}

/** By field: what is written, for its hash, and the value where it is literal. */
type Written = Partial<
  Record<
    keyof RevisionConfiguration,
    { raw: unknown; value?: string | string[] }
  >
>;

function functionFields(p: Properties): Written {
  const environment = (p.Environment as Properties | undefined)?.Variables;
  const names = keysOf(environment);
  return {
    environment: { raw: names ?? environment, value: names },
    role: { raw: p.Role, value: wordOf(p.Role) },
    runtime: { raw: p.Runtime, value: wordOf(p.Runtime ?? '') },
    architecture: {
      raw: p.Architectures,
      value: wordOf(
        (p.Architectures as unknown[] | undefined)?.[0] ?? 'x86_64',
      ),
    },
    memory: { raw: p.MemorySize, value: wordOf(p.MemorySize ?? 128, ' MB') },
    timeout: { raw: p.Timeout, value: wordOf(p.Timeout ?? 3, ' s') },
    layers: { raw: p.Layers, value: p.Layers === undefined ? [] : undefined },
    network: {
      raw: p.VpcConfig,
      value: p.VpcConfig === undefined ? [] : undefined,
    },
    deadLetterQueue: {
      raw: p.DeadLetterConfig,
      value: p.DeadLetterConfig === undefined ? '' : undefined,
    },
  };
}

function taskFields(p: Properties): Written {
  const containers = listOf(p.ContainerDefinitions, one => one);
  /** Of all containers, each name with its container's where there are several. */
  const each = (names: (container: Properties) => string[] | undefined) => {
    const all = containers?.map(one =>
      names(one)?.map(name =>
        containers.length > 1 ? `${wordOf(one.Name)}/${name}` : name,
      ),
    );
    return all?.includes(undefined)
      ? undefined
      : all?.flatMap(one => one ?? []).sort();
  };
  const field = (
    pick: (container: Properties) => unknown,
    names: (container: Properties) => string[] | undefined,
  ) => {
    const value = each(names);
    return {
      raw: value ?? containers?.map(pick) ?? p.ContainerDefinitions,
      value,
    };
  };
  const named = (key: string) =>
    field(
      one => one[key],
      one => listOf(one[key], entry => wordOf(entry.Name)),
    );
  return {
    environment: named('Environment'),
    secrets: named('Secrets'),
    role: { raw: p.TaskRoleArn, value: wordOf(p.TaskRoleArn ?? '') },
    executionRole: {
      raw: p.ExecutionRoleArn,
      value: wordOf(p.ExecutionRoleArn ?? ''),
    },
    architecture: {
      raw: p.RuntimePlatform,
      value: wordOf(
        p.RuntimePlatform === undefined
          ? 'X86_64'
          : (p.RuntimePlatform as Properties).CpuArchitecture,
      ),
    },
    cpu: { raw: p.Cpu, value: wordOf(p.Cpu, ' units') },
    memory: { raw: p.Memory, value: wordOf(p.Memory, ' MiB') },
    containers: {
      raw: containers?.map(one => one.Name),
      value: listOf(containers, one => wordOf(one.Name))?.sort(),
    },
    ports: field(
      one => one.PortMappings,
      one =>
        listOf(one.PortMappings, port => {
          const number = wordOf(port.ContainerPort);
          return number && `${number}/${wordOf(port.Protocol ?? 'tcp')}`;
        }),
    ),
    logDriver: field(
      one => one.LogConfiguration,
      ({ LogConfiguration: log }) => {
        if (log === undefined) return [];
        const driver = isPlain(log) ? wordOf(log.LogDriver) : undefined;
        return driver === undefined ? undefined : [driver];
      },
    ),
  };
}

/**
 * What a release's template says of its revision and of everything around it:
 * names, figures and hashes. No value of an environment variable is kept.
 */
export function summarizeTemplate(template: string): ReleaseTemplate {
  const { Resources } = readTemplate(template);
  const resources = Object.entries(
    (Resources ?? {}) as Record<string, Resource>,
  );
  const revisions = resources
    .filter(([, one]) => REVISIONS.includes(one.Type ?? ''))
    .map(([id]) => id);
  const summary: ReleaseTemplate = { resources: {}, configuration: {} };
  for (const [id, resource] of resources) {
    const type = resource.Type ?? 'unknown';
    const properties = resource.Properties ?? {};
    let written: Written | undefined;
    if (type === 'AWS::Lambda::Function') written = functionFields(properties);
    if (type === 'AWS::ECS::TaskDefinition') written = taskFields(properties);
    for (const [field, { raw, value }] of Object.entries(written ?? {})) {
      summary.configuration[field as keyof RevisionConfiguration] = {
        hash: hashOf(raw, revisions),
        ...(value !== undefined && { value }),
      };
    }
    if (revisions.includes(id)) continue;
    const kept =
      type === 'AWS::Lambda::Function'
        ? Object.fromEntries(
            Object.entries(properties).filter(([key]) => !FROZEN.includes(key)),
          )
        : properties;
    summary.resources[id] = {
      type,
      hash: hashOf({ ...resource, Properties: kept }, revisions),
    };
  }
  return summary;
}
