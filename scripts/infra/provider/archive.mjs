// The npm package whose generated bindings carry the AWS provider's schema. Its
// files are read, nothing of it is executed, and it is no dependency: 46 MB
// packed, 436 MB unpacked, of which the schema is 3 MB.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { runToEnd } from '../../lib/process.mjs';
import { say, Stop } from '../../lib/say.mjs';
import { cacheFolder } from '../cache.mjs';

export const PINNED = {
  name: '@cdktn/provider-aws',
  version: '25.7.0',
  /** What it was generated from; every `versions.tf` must admit it. */
  providerVersion: '6.66.0',
  integrity:
    'sha512-E/nhu0yVZE4mXMgIPuI8tEFt1BExLkA7ARjihdG+/HmfDfzLr+OEF3dkFRvI6glRt30lrrBWQLwXqCJBxcmyUg==',
};

/**
 * Brings the pinned package into the cache, once.
 *
 * @returns {Promise<string>} path of the archive, its checksum verified
 * @throws Stop where it cannot be had or is not what was pinned
 */
export async function fetchArchive() {
  const folder = cacheFolder();
  const { name, version, integrity } = PINNED;
  const file = join(
    folder,
    `${name.replace('@', '').replace('/', '-')}-${version}.tgz`,
  );
  if (!existsSync(file)) {
    say(`Fetching ${name} ${version}, which holds the schema of the provider`);
    const { code, output } = await runToEnd(
      'npm',
      ['pack', `${name}@${version}`, '--pack-destination', folder, '--silent'],
      { cwd: folder, shell: process.platform === 'win32' },
    );
    if (code !== 0 || !existsSync(file)) {
      throw new Stop(
        `The schema of the AWS provider comes from npm's ${name} ${version}, which cannot be had:\n\n${output
          .trim()
          .split('\n')
          .slice(-6)
          .join('\n')}\n\nIt is needed once; later runs work offline.`,
      );
    }
  }
  const hash = createHash('sha512').update(readFileSync(file)).digest('base64');
  if (`sha512-${hash}` !== integrity) {
    throw new Stop(
      `${name} ${version} in ${folder} is not what was pinned. Delete it and run the command again.`,
    );
  }
  return file;
}

/** Calls `take(path, text)` for every file of the archive that `wanted` names. */
export function readArchive(file, wanted, take) {
  return new Promise((resolve, reject) => {
    const entries = extract();
    entries.on('entry', ({ name }, stream, next) => {
      stream.on('end', next);
      stream.on('error', reject);
      if (!wanted(name)) {
        stream.resume();
        return;
      }
      const chunks = [];
      stream.on('data', chunk => chunks.push(chunk));
      stream.on('end', () => take(name, Buffer.concat(chunks).toString()));
    });
    entries.on('finish', resolve);
    entries.on('error', reject);
    createReadStream(file)
      .on('error', reject)
      .pipe(createGunzip())
      .on('error', reject)
      .pipe(entries);
  });
}
