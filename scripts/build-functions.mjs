// `npm run build:functions`, which the proof of infra/ runs by itself.
import { buildFunctions } from './functions/build.mjs';

for (const { module, name, bytes } of await buildFunctions()) {
  console.log(`${module}/functions/${name}/dist: ${bytes} bytes`);
}
