import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TOOLS_DIR } from './paths.mjs';
import { runToEnd } from './process.mjs';
import { say } from './say.mjs';

/**
 * Brings one package of the npm registry into the project's own tools, once.
 *
 * @returns {Promise<string|undefined>} its folder, or undefined where it cannot be had
 */
export async function fetchPackage(name, version) {
  const prefix = join(TOOLS_DIR, name.replace(/[^\w.-]+/g, '-'));
  const folder = join(prefix, 'node_modules', name);
  if (existsSync(join(folder, 'package.json'))) return folder;
  say(`Fetching ${name} ${version}, which this machine lacks`);
  await mkdir(prefix, { recursive: true });
  const { code } = await runToEnd(
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
      `${name}@${version}`,
    ],
    { shell: process.platform === 'win32' },
  );
  return code === 0 ? folder : undefined;
}
