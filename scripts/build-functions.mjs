// `node scripts/build-functions.mjs [folder]`: the deployment packages of the
// platform's functions, `<module>/<function>.zip`, for Terraform to upload.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { bundleFunction } from './functions/bundle.mjs';
import { listFunctions } from './functions/list.mjs';
import { ROOT } from './lib/paths.mjs';

const target = resolve(process.argv[2] ?? join(ROOT, 'infra/dist/functions'));

for (const { module, name, folder } of listFunctions()) {
  const zip = await bundleFunction(folder);
  const file = join(target, module, `${name}.zip`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, zip);
  const sha256 = createHash('sha256').update(zip).digest('base64');
  console.log(`${module}/${name}.zip  ${zip.length} bytes  ${sha256}`);
}
