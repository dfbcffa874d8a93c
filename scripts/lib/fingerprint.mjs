import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

const SKIPPED = new Set([
  'node_modules',
  'dist',
  'dist-types',
  'coverage',
  '.git',
]);

/** Hex SHA-256 over names and contents of all files below the given paths. */
export function fingerprint(root, paths, extra = '') {
  const hash = createHash('sha256').update(extra);
  for (const path of paths) visit(join(root, path));
  return hash.digest('hex');

  function visit(path) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return;
    if (!stat.isDirectory()) {
      hash.update(relative(root, path)).update('\0').update(readFileSync(path));
      return;
    }
    for (const name of readdirSync(path).sort()) {
      if (!SKIPPED.has(name)) visit(join(path, name));
    }
  }
}
