import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');

/** Everything that Careplane keeps on this machine; safe to delete. */
export const DATA_DIR = resolve(
  process.env.CAREPLANE_DATA_DIR ?? join(ROOT, '.careplane'),
);

/** Tools that the project fetches for itself; kept apart from the demo's data. */
export const TOOLS_DIR = join(ROOT, '.careplane', 'tools');

export const TRANSFORM = join(
  ROOT,
  'node_modules/@backstage/cli-node/config/nodeTransform.cjs',
);
