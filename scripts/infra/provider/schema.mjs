import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { say } from '../../lib/say.mjs';
import { cacheFolder } from '../cache.mjs';
import { addDeclarations } from './additions.mjs';
import { fetchArchive, PINNED, readArchive } from './archive.mjs';
import { schemasOf } from './extract.mjs';
import { typescriptOf } from './source.mjs';

const WANTED =
  /^package\/lib\/([\w-]+)\/(?:index|index-structs\/structs\d+)\.js$/;

/** Name of the schema's file: by package and by the code that derives it. */
function schemaFile() {
  const here = dirname(fileURLToPath(import.meta.url));
  const hash = createHash('sha256').update(PINNED.integrity);
  for (const name of readdirSync(here).sort()) {
    if (!name.endsWith('.test.mjs'))
      hash.update(readFileSync(join(here, name)));
  }
  return join(
    cacheFolder(),
    `aws-${PINNED.providerVersion}-${hash.digest('hex').slice(0, 12)}.json`,
  );
}

/**
 * Derives the AWS provider's schema into the cache, once.
 *
 * @returns {Promise<string>} path of the JSON, in the shape of one provider in
 *   `terraform providers schema -json`
 */
export async function ensureSchema() {
  const file = schemaFile();
  if (existsSync(file)) return file;
  const archive = await fetchArchive();
  say(`Deriving the schema of hashicorp/aws ${PINNED.providerVersion}`);
  const { schema, unresolved } = await derive(archive);
  if (unresolved.length > 0) {
    throw new Error(`types without members: ${unresolved.join(', ')}`);
  }
  await writeFile(`${file}.part`, JSON.stringify(schema));
  await rename(`${file}.part`, file);
  return file;
}

export async function derive(archive) {
  const parts = new Map();
  await readArchive(
    archive,
    name => WANTED.test(name),
    (name, javascript) => {
      const typescript = typescriptOf(javascript);
      if (!typescript) return;
      const [, module] = WANTED.exec(name);
      parts.set(module, `${parts.get(module) ?? ''}${typescript}\n`);
    },
  );
  const schema = {
    provider: undefined,
    resource_schemas: {},
    data_source_schemas: {},
    ephemeral_resource_schemas: {},
  };
  const unresolved = [];
  const places = {
    resource: schema.resource_schemas,
    data: schema.data_source_schemas,
    ephemeral: schema.ephemeral_resource_schemas,
  };
  for (const typescript of parts.values()) {
    for (const found of schemasOf(typescript)) {
      if (found.kind === 'provider') {
        schema.provider = { version: 0, block: found.block };
        continue;
      }
      places[found.kind][found.type] = { version: 0, block: found.block };
      unresolved.push(...found.unresolved);
    }
  }
  addDeclarations(schema);
  return { schema, unresolved };
}
