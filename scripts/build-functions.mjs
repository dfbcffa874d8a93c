// `npm run build:functions`: each function of the platform as one file with all
// that it needs, `functions/<name>/dist/index.mjs`, for Terraform's archive_file.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleFunction } from './functions/bundle.mjs';
import { listFunctions } from './functions/list.mjs';

for (const { module, name, folder } of listFunctions()) {
  const text = await bundleFunction(folder);
  const dist = join(folder, 'dist');
  mkdirSync(dist, { recursive: true });
  writeFileSync(join(dist, 'index.mjs'), text);
  console.log(`${module}/functions/${name}/dist: ${text.length} bytes`);
}
