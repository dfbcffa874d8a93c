// What the stand-in for the AWS provider must hold for anything else to count.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE, cacheFolder, INFRA } from './cache.mjs';
import { dataFolder } from './modules.mjs';
import { ensureSchema } from './provider/schema.mjs';
import { terraform } from './terraform.mjs';

/** Of hashicorp/aws 6.66.0: a smaller schema would let unknown types pass. */
const EXPECTED = {
  resource_schemas: 1725,
  data_source_schemas: 683,
  ephemeral_resource_schemas: 10,
};

/** @returns {Promise<string[]>} kinds of type that are too few or too many */
export async function schemaProblems() {
  const schema = JSON.parse(await readFile(await ensureSchema(), 'utf8'));
  return Object.entries(EXPECTED).flatMap(([kind, wanted]) => {
    const found = Object.keys(schema[kind]).length;
    return found === wanted ? [] : [`${kind}: ${found} instead of ${wanted}`];
  });
}

/** @returns {Promise<string[]>} says so where something could be applied */
export async function applyProblems(providers) {
  const folder = join(INFRA, 'modules/kms-key/examples/data-class');
  const state = join(cacheFolder('refused'), 'terraform.tfstate');
  const options = { cwd: folder, providers, extra: dataFolder(folder) };
  await terraform(['init', '-backend=false', '-no-color'], options);
  const { code, stderr } = await terraform(
    ['apply', '-auto-approve', '-no-color', '-lock=false', `-state=${state}`],
    options,
  );
  return code !== 0 && stderr.includes('nothing can be applied with it')
    ? []
    : [`terraform apply ended with ${code} (${join(CACHE, 'refused')})`];
}
