import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { BuildRecord } from './model';
import { buildUuid } from './model';

/** What of the host's environment a build may see: no secret, nothing else. */
const PASSED_THROUGH = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'LANG',
  'LC_ALL',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'npm_config_cafile',
];

export interface BuildFolders {
  source: string;
  home: string;
  /** Folders that come first on PATH: `docker`, the scanner, this node. */
  tools: string[];
}

/**
 * The environment of a build's commands.
 *
 * @see https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
 */
export function buildEnvironment(
  build: BuildRecord,
  folders: BuildFolders,
  aws: Record<string, string>,
  buildspecVariables: Record<string, string>,
): NodeJS.ProcessEnv {
  const region = build.arn.split(':')[3];
  const own = Object.fromEntries(
    build.environmentVariables.map(v => [v.name ?? '', v.value ?? '']),
  );
  return {
    ...pick(process.env, PASSED_THROUGH),
    ...npmSettings(),
    PATH: [...folders.tools, process.env.PATH ?? '/usr/bin:/bin'].join(
      path.delimiter,
    ),
    HOME: folders.home,
    TMPDIR: path.join(folders.home, 'tmp'),
    ...buildspecVariables,
    ...own,
    ...aws,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    CI: 'true',
    CODEBUILD_CI: 'true',
    CODEBUILD_BUILD_ARN: build.arn,
    CODEBUILD_BUILD_ID: build.id,
    CODEBUILD_BUILD_IMAGE: 'aws/codebuild/amazonlinux-x86_64-standard:5.0',
    CODEBUILD_BUILD_NUMBER: String(build.buildNumber),
    CODEBUILD_BUILD_SUCCEEDING: '1',
    CODEBUILD_INITIATOR: build.initiator,
    CODEBUILD_LOG_PATH: buildUuid(build),
    CODEBUILD_RESOLVED_SOURCE_VERSION: build.resolvedSourceVersion ?? '',
    CODEBUILD_SOURCE_REPO_URL: build.source.location ?? '',
    CODEBUILD_SOURCE_VERSION: build.sourceVersion ?? '',
    CODEBUILD_SRC_DIR: folders.source,
    CODEBUILD_START_TIME: String(Date.parse(build.start)),
  };
}

/**
 * npm's cache and registry of the person who runs the sandbox, so that a build
 * in an empty home installs from the cache and works without a network. Tokens
 * in `.npmrc` stay where they are.
 */
function npmSettings(): Record<string, string> {
  const home = os.homedir();
  const env = process.env;
  const registry =
    env.npm_config_registry ??
    readRegistry(env.NPM_CONFIG_USERCONFIG ?? path.join(home, '.npmrc'));
  return {
    npm_config_cache: env.npm_config_cache ?? path.join(home, '.npm'),
    ...(registry ? { npm_config_registry: registry } : {}),
    npm_config_prefer_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
  };
}

function readRegistry(file: string): string | undefined {
  try {
    const match = /^\s*registry\s*=\s*(\S+)/m.exec(
      fs.readFileSync(file, 'utf8'),
    );
    return match?.[1];
  } catch {
    return undefined;
  }
}

function pick(env: NodeJS.ProcessEnv, names: string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(
    names.flatMap(name => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
}
