import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { FUNCTIONS, PROVIDER_META } from '../provider/additions.mjs';
import { ARCHIVE_SCHEMA, readArchiveFile } from './archiveProvider.mjs';
import { readDataSource } from './data.mjs';
import { planner } from './plan.mjs';
import { serializeSchema } from './protocol.mjs';
import { schemaMessage } from './schemaMessage.mjs';

const NOBODY = {
  account: '111122223333',
  region: 'us-east-1',
  defaultTags: {},
};

/** hashicorp/aws; `schemaFile` is what `ensureSchema()` made. */
export function awsProvider({ schemaFile, linked }) {
  let schema;
  const load = () => {
    schema ??= {
      ...JSON.parse(readFileSync(schemaFile, 'utf8')),
      functions: FUNCTIONS,
    };
    return schema;
  };
  let place = NOBODY;
  let plan = planner({ linked, place });
  return {
    name: 'aws',
    source: 'registry.terraform.io/hashicorp/aws',
    functions: FUNCTIONS,
    schemaBytes: () => encoded(schemaFile, load),
    configure(config) {
      place = {
        account: config.allowed_account_ids?.[0] ?? NOBODY.account,
        region: config.region ?? NOBODY.region,
        defaultTags: config.default_tags?.[0]?.tags ?? {},
      };
      plan = planner({ linked, place });
    },
    plan: (type, proposed) =>
      plan(type, load().resource_schemas[type].block, proposed),
    read: (type, config) =>
      readDataSource(
        type,
        load().data_source_schemas[type].block,
        config,
        place,
      ),
    open: (type, config) =>
      readDataSource(
        type,
        load().ephemeral_resource_schemas[type].block,
        config,
        place,
      ),
  };
}

/** hashicorp/archive. */
export function archiveProvider() {
  return {
    name: 'archive',
    source: 'registry.terraform.io/hashicorp/archive',
    functions: {},
    schemaBytes: () => bytesOf(ARCHIVE_SCHEMA),
    configure() {},
    read: (_, config) => readArchiveFile(config),
  };
}

function bytesOf(schema) {
  return serializeSchema(schemaMessage(schema, PROVIDER_META));
}

/** Encoding 2,400 types takes most of a start, so it is done once. */
function encoded(schemaFile, load) {
  const code = createHash('sha256')
    .update(readFileSync(new URL('./schemaMessage.mjs', import.meta.url)))
    .update(readFileSync(new URL('./protocol.mjs', import.meta.url)))
    .digest('hex')
    .slice(0, 8);
  const file = schemaFile.replace(/\.json$/, `-${code}.pb`);
  if (existsSync(file)) return readFileSync(file);
  const bytes = bytesOf(load());
  writeFileSync(`${file}.${process.pid}`, bytes);
  renameSync(`${file}.${process.pid}`, file);
  return bytes;
}
