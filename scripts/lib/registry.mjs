import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { explainNetwork } from './network.mjs';
import { runToEnd } from './process.mjs';
import { environmentFor } from './toolchain.mjs';

const KEYS = ['cafile', 'https-proxy', 'proxy', 'registry'];

/**
 * What npm knows of the way to its registry. Companies put their CA, proxy and
 * mirror into npm's configuration; yarn and Node read neither.
 *
 * @returns {Promise<Record<string, string>>} only what is set
 */
export async function npmSettings(env = process.env) {
  try {
    const { stdout } = await promisify(execFile)(
      'npm',
      ['config', 'get', ...KEYS],
      { env, shell: process.platform === 'win32' },
    );
    return Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map(line => /^([\w-]+)=(.*)$/.exec(line.trim())?.slice(1))
        .filter(pair => pair && pair[1] && pair[1] !== 'null'),
    );
  } catch {
    return {}; // npm is not there: yarn then goes by its own settings
  }
}

/**
 * npm's settings as the variables that yarn and Node read. What the person has
 * set for them stays.
 */
export function variablesFor(settings, env = process.env) {
  const proxy = settings['https-proxy'] ?? settings.proxy;
  const { registry } = settings;
  const plain = registry?.startsWith('http:')
    ? new URL(registry).hostname
    : undefined;
  const wanted = {
    YARN_HTTPS_CA_FILE_PATH: settings.cafile,
    NODE_EXTRA_CA_CERTS: settings.cafile,
    YARN_HTTPS_PROXY: proxy,
    YARN_HTTP_PROXY: settings.proxy,
    HTTPS_PROXY: env.https_proxy ? undefined : proxy,
    YARN_NPM_REGISTRY_SERVER: registry?.replace(/\/$/, ''),
    YARN_UNSAFE_HTTP_WHITELIST: plain,
  };
  return Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => value && !env[name]),
  );
}

/**
 * Asks the registry for one package the way the install will, without retries.
 *
 * @returns {Promise<string|undefined>} why it does not answer, with what to do
 */
export async function whyUnreachable(node, yarn, variables, options = {}) {
  const { code, output } = await runToEnd(
    node,
    [yarn, 'npm', 'info', 'yarn', '--fields', 'name', '--json'],
    {
      cwd: options.cwd,
      env: environmentFor(node, {
        YARN_HTTP_RETRY: '0',
        YARN_HTTP_TIMEOUT: '10000',
        ...variables,
      }),
    },
  );
  return code === 0 ? undefined : explainNetwork(output);
}
