import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { explainNetwork } from './network.mjs';
import { TOOLS_DIR } from './paths.mjs';
import { runToEnd } from './process.mjs';
import { say, Stop } from './say.mjs';

const SUPPORTED = [22, 24];
const FETCHED = 24;

/**
 * The Node that Backstage needs: this one where it fits, else one that comes
 * from the npm registry into the project's own folder.
 *
 * @returns {Promise<string>} path of the `node` binary
 */
export async function ensureNode() {
  const [major] = process.versions.node.split('.').map(Number);
  if (SUPPORTED.includes(major)) return process.execPath;
  const prefix = join(TOOLS_DIR, 'node');
  const known = findBinary(prefix);
  if (known) return known;
  say(
    `This machine has Node ${process.versions.node}; fetching Node ${FETCHED} for the project alone`,
  );
  await mkdir(prefix, { recursive: true });
  const names = packageNames();
  let said = '';
  for (const name of names) {
    const { output } = await runToEnd(
      'npm',
      [
        'install',
        '--prefix',
        prefix,
        '--no-save',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--no-update-notifier',
        '--fetch-retries=1',
        '--fetch-timeout=30000',
        `${name}@${FETCHED}`,
      ],
      { shell: process.platform === 'win32' },
    );
    const fetched = findBinary(prefix);
    if (fetched) return fetched;
    said ||= output;
  }
  throw new Stop(
    `Careplane needs Node ${SUPPORTED.join(' or ')}; this is Node ${
      process.versions.node
    }, and fetching one from the npm registry failed:\n\n${explainNetwork(
      said,
    )}\n\nOr install Node ${FETCHED}. Then run the command again.`,
  );
}

/** An environment in which `node` is the given binary. */
export function environmentFor(node, extra = {}) {
  return {
    ...process.env,
    PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
    ...extra,
  };
}

function packageNames() {
  const { platform, arch } = process;
  return [`node-${platform}-${arch}`, `node-bin-${platform}-${arch}`];
}

function findBinary(prefix) {
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  return packageNames()
    .map(name => join(prefix, 'node_modules', name, 'bin', binary))
    .find(path => existsSync(path));
}
