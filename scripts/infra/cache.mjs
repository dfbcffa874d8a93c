import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../lib/paths.mjs';

export const INFRA = join(ROOT, 'infra');

/** What the harness keeps between runs; safe to delete. */
export const CACHE = join(ROOT, '.careplane', 'infra');

/** A folder below the cache, made where it is missing. */
export function cacheFolder(...names) {
  const folder = join(CACHE, ...names);
  mkdirSync(folder, { recursive: true });
  return folder;
}
