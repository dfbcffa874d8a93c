import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { ROOT } from './paths.mjs';
import { runToEnd } from './process.mjs';
import { say, Stop } from './say.mjs';
import { environmentFor } from './toolchain.mjs';

const DIST = join(ROOT, 'packages/app/dist');
const MARKER = join(DIST, '.careplane-built');
const FRONT_END_ROLES = [
  'frontend',
  'frontend-plugin',
  'frontend-plugin-module',
  'common-library',
  'web-library',
];

/** Builds the front end where its sources changed since the last build. */
export async function ensureAppBuilt(node) {
  const sources = frontEndPackages();
  const wanted = fingerprint(ROOT, ['yarn.lock', ...sources]);
  if (existsSync(MARKER) && (await readFile(MARKER, 'utf8')) === wanted) return;
  say('Building the portal (once per change of its sources)');
  const { code, output } = await runToEnd(
    node,
    [
      join(ROOT, 'node_modules/@backstage/cli/bin/backstage-cli'),
      'package',
      'build',
    ],
    {
      cwd: join(ROOT, 'packages/app'),
      env: environmentFor(node, {
        NODE_ENV: 'production',
        BACKSTAGE_CLI_DISABLE_ANALYTICS: '1',
      }),
    },
  );
  if (code !== 0)
    throw new Stop(`The front end does not build:\n\n${output.slice(-4000)}`);
  await writeFile(MARKER, wanted);
}

function frontEndPackages() {
  return ['packages', 'plugins'].flatMap(folder =>
    readdirSync(join(ROOT, folder))
      .map(name => join(folder, name))
      .filter(path => {
        const manifest = join(ROOT, path, 'package.json');
        if (!existsSync(manifest)) return false;
        const { backstage } = JSON.parse(readFileSync(manifest, 'utf8'));
        return FRONT_END_ROLES.includes(backstage?.role);
      }),
  );
}
