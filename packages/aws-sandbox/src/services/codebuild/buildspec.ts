import { parse } from 'yaml';

/** The phases that carry commands, in the order in which they run. */
export const COMMAND_PHASES = [
  'install',
  'pre_build',
  'build',
  'post_build',
] as const;
export type CommandPhase = (typeof COMMAND_PHASES)[number];

export interface PhaseSpec {
  commands: string[];
  finally: string[];
  onFailure?: 'ABORT' | 'CONTINUE';
}

export interface ArtifactSpec {
  files: string[];
  excludePaths: string[];
  baseDirectory?: string;
  name?: string;
  discardPaths: boolean;
}

export interface Buildspec {
  shell: 'sh' | 'bash';
  variables: Record<string, string>;
  /** References into Secrets Manager by variable. */
  secrets: Record<string, string>;
  exportedVariables: string[];
  phases: Partial<Record<CommandPhase, PhaseSpec>>;
  artifacts?: ArtifactSpec;
  secondaryArtifacts: Record<string, ArtifactSpec>;
}

/** A buildspec that CodeBuild would refuse; the message is the phase context's. */
export class BuildspecError extends Error {}

/**
 * Reads a buildspec, version 0.2.
 *
 * @throws BuildspecError where CodeBuild answers `YAML_FILE_ERROR`, and for
 * what the sandbox does not have (Parameter Store).
 * @see https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
 */
export function parseBuildspec(text: string): Buildspec {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new BuildspecError(`YAML_FILE_ERROR: ${(error as Error).message}`);
  }
  const root = mapping(document, 'buildspec');
  if (!['0.1', '0.2'].includes(Number(root.version).toFixed(1))) {
    throw new BuildspecError('YAML_FILE_ERROR: Invalid buildspec version');
  }
  const env = mapping(root.env, 'env');
  const parameters = mapping(env['parameter-store'], 'parameter-store');
  if (Object.keys(parameters).length > 0) {
    throw new BuildspecError(
      'YAML_FILE_ERROR: env/parameter-store is not there in the sandbox',
    );
  }
  const phases: Buildspec['phases'] = {};
  for (const [name, value] of Object.entries(mapping(root.phases, 'phases'))) {
    if (!isCommandPhase(name)) {
      throw new BuildspecError(
        `YAML_FILE_ERROR: Unknown build phase found: ${name}`,
      );
    }
    phases[name] = phase(value, name);
  }
  if (Object.keys(phases).length === 0) {
    throw new BuildspecError(
      'YAML_FILE_ERROR: No build phases found in buildspec',
    );
  }
  const { 'secondary-artifacts': secondary, ...main } = mapping(
    root.artifacts,
    'artifacts',
  );
  return {
    shell: env.shell === 'bash' ? 'bash' : 'sh',
    variables: texts(env.variables, 'variables'),
    secrets: texts(env['secrets-manager'], 'secrets-manager'),
    exportedVariables: strings(env['exported-variables'], 'exported-variables'),
    phases,
    artifacts: main.files === undefined ? undefined : artifact(main),
    secondaryArtifacts: Object.fromEntries(
      Object.entries(mapping(secondary, 'secondary-artifacts')).map(
        ([name, value]) => [name, artifact(mapping(value, name))],
      ),
    ),
  };
}

function phase(value: unknown, name: string): PhaseSpec {
  const spec = mapping(value, name);
  const onFailure = spec['on-failure'];
  return {
    commands: strings(spec.commands, `${name}/commands`),
    finally: strings(spec.finally, `${name}/finally`),
    onFailure:
      onFailure === 'ABORT' || onFailure === 'CONTINUE' ? onFailure : undefined,
  };
}

function artifact(spec: Record<string, unknown>): ArtifactSpec {
  const text = (value: unknown) =>
    value === undefined || value === null ? undefined : String(value);
  return {
    files: strings(spec.files, 'artifacts/files'),
    excludePaths: strings(spec['exclude-paths'], 'artifacts/exclude-paths'),
    baseDirectory: text(spec['base-directory']),
    name: text(spec.name),
    discardPaths: /^(yes|true)$/i.test(text(spec['discard-paths']) ?? ''),
  };
}

function isCommandPhase(name: string): name is CommandPhase {
  return (COMMAND_PHASES as readonly string[]).includes(name);
}

function mapping(value: unknown, name: string): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new BuildspecError(`YAML_FILE_ERROR: ${name} is not a mapping`);
  }
  return value as Record<string, unknown>;
}

function texts(value: unknown, name: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(mapping(value, name)).map(([key, item]) => [
      key,
      String(item ?? ''),
    ]),
  );
}

function strings(value: unknown, name: string): string[] {
  if (value === undefined || value === null) return [];
  const list = Array.isArray(value) ? value : [value];
  return list.map(item => {
    if (item === null || typeof item === 'object') {
      throw new BuildspecError(
        `YAML_FILE_ERROR: Expected ${name} to be a list of strings: found subkeys instead`,
      );
    }
    return String(item);
  });
}
