import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleFunction } from './bundle.mjs';
import { listFunctions } from './list.mjs';

/**
 * Puts each function of the platform, with all that it needs, into
 * `functions/<name>/dist/index.mjs`, for Terraform's archive_file.
 *
 * @returns {Promise<{module, name, bytes}[]>}
 */
export async function buildFunctions() {
  const built = [];
  for (const { module, name, folder } of listFunctions()) {
    const text = await bundleFunction(folder);
    const dist = join(folder, 'dist');
    mkdirSync(dist, { recursive: true });
    writeFileSync(join(dist, 'index.mjs'), text);
    built.push({ module, name, bytes: text.length });
  }
  return built;
}
