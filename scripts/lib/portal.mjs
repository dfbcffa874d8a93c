import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ROOT, TRANSFORM } from './paths.mjs';
import { Stop } from './say.mjs';
import { localSecrets } from './secrets.mjs';
import { TECHDOCS_BIN } from './techdocs.mjs';
import { environmentFor } from './toolchain.mjs';

/** The last errors and warnings of a process, and where all of its log is. */
export function lastWords(dataDir, name) {
  const file = join(dataDir, 'logs', `${name}.log`);
  const lines = complaints(readFileSync(file, 'utf8'));
  return lines.length > 0
    ? `Its last errors and warnings (all of its log: ${file}):\n\n${lines.join(
        '\n',
      )}`
    : `It logged no error and no warning (all of its log: ${file}).`;
}

/** Lines of a log that complain, without colours; requests that failed are not among them. */
export function complaints(log) {
  return stripVTControlCharacters(log.slice(-200_000))
    .split('\n')
    .filter(line => /\b(error|warn|fatal)\b|Error:/i.test(line))
    .filter(line => !/incomingRequest/.test(line))
    .slice(-8)
    .map(line => line.slice(0, 400));
}

/** Ports of the local default, each changeable by a variable. */
export function localPorts(env = process.env) {
  return {
    portal: Number(env.CAREPLANE_PORT ?? 7007),
    aws: Number(env.CAREPLANE_SANDBOX_PORT ?? 4566),
    oidc: Number(env.CAREPLANE_OIDC_PORT ?? 4567),
    sonar: Number(env.CAREPLANE_SONAR_PORT ?? 4568),
  };
}

/**
 * What both processes of the local default find in their environment; `path` is
 * a folder of programs that come before the machine's.
 */
export function localEnvironment(node, dataDir, ports, { path } = {}) {
  const environment = environmentFor(node, {
    ...localSecrets(dataDir),
    CAREPLANE_DATA_DIR: dataDir,
    CAREPLANE_PORT: String(ports.portal),
    CAREPLANE_OIDC_PORT: String(ports.oidc),
    CAREPLANE_SONAR_PORT: String(ports.sonar),
    AWS_ENDPOINT_URL: `http://127.0.0.1:${ports.aws}`,
    CAREPLANE_RELEASE_QUEUE_URL: queueUrl(ports, 'careplane-release'),
    CAREPLANE_DELIVERY_QUEUE_URL: queueUrl(ports, 'careplane-delivery'),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: '111111111111',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_SESSION_TOKEN: '',
    AWS_EC2_METADATA_DISABLED: 'true',
    NODE_ENV: 'development',
    NODE_OPTIONS: '',
  });
  if (path) environment.PATH = `${path}${delimiter}${environment.PATH}`;
  return environment;
}

/** A queue that the demo's seed makes in the delivery account. */
const queueUrl = (ports, name) =>
  `http://127.0.0.1:${ports.aws}/111111111111/${name}`;

/** Starts the sandbox and waits until all its ports answer. */
export async function startSandbox(group, node, dataDir, ports, onExit) {
  const child = group.start(
    'sandbox',
    node,
    [
      '--require',
      TRANSFORM,
      join(ROOT, 'packages/aws-sandbox/src/main.ts'),
      '--data',
      join(dataDir, 'sandbox'),
      '--port',
      String(ports.aws),
      '--oidc-port',
      String(ports.oidc),
      '--sonar-port',
      String(ports.sonar),
      '--portal-url',
      `http://localhost:${ports.portal}`,
      '--seed',
      'demo',
    ],
    { cwd: ROOT, env: localEnvironment(node, dataDir, ports), onExit },
  );
  log(child, dataDir, 'sandbox');
  await answers(
    `http://127.0.0.1:${ports.aws}/_sandbox/health`,
    120,
    child,
    'sandbox',
    dataDir,
  );
  return child;
}

/** Starts the portal's back end and waits until it is ready. */
export async function startBackend(group, node, dataDir, ports, onExit) {
  const working = join(dataDir, 'work');
  mkdirSync(working, { recursive: true });
  const child = group.start(
    'portal',
    node,
    [
      '--require',
      TRANSFORM,
      join(ROOT, 'packages/backend/src/index.ts'),
      '--config',
      join(ROOT, 'app-config.yaml'),
    ],
    {
      cwd: join(ROOT, 'packages/backend'),
      env: localEnvironment(node, dataDir, ports, { path: TECHDOCS_BIN }),
      onExit,
    },
  );
  log(child, dataDir, 'portal');
  await answers(
    `http://127.0.0.1:${ports.portal}/.backstage/health/v1/readiness`,
    120,
    child,
    'portal',
    dataDir,
  );
  return child;
}

function log(child, dataDir, name) {
  const directory = join(dataDir, 'logs');
  mkdirSync(directory, { recursive: true });
  const file = createWriteStream(join(directory, `${name}.log`), {
    flags: 'a',
  });
  child.stdout.pipe(file);
  child.stderr.pipe(file);
}

async function answers(url, seconds, child, name, dataDir) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    if (child.exitCode !== null) {
      throw new Stop(
        `The ${name} ended while it started. ${lastWords(dataDir, name)}`,
      );
    }
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
      if (response.ok) return;
    } catch {
      // Not listening yet: that is what is being waited for.
    }
    if (Date.now() > deadline) {
      throw new Stop(
        `The ${name} did not answer within ${seconds} s. Its log: ${join(
          dataDir,
          'logs',
          `${name}.log`,
        )}`,
      );
    }
    await new Promise(resolve => setTimeout(resolve, 250));
  }
}
