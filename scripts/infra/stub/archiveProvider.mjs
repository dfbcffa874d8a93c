// hashicorp/archive, of which modules use one data source: the zip of a
// function's code. The stub reads the code and writes no zip.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

const optional = type => ({ type, optional: true });
const computed = type => ({ type, computed: true });

const HASHES = [
  'output_md5',
  'output_sha',
  'output_sha256',
  'output_sha512',
  'output_base64sha256',
  'output_base64sha512',
];

const archiveFile = {
  version: 0,
  block: {
    attributes: {
      type: { type: 'string', required: true },
      output_path: { type: 'string', required: true },
      source_dir: optional('string'),
      source_file: optional('string'),
      source_content: optional('string'),
      source_content_filename: optional('string'),
      excludes: optional(['set', 'string']),
      exclude_symlink_directories: optional('bool'),
      output_file_mode: optional('string'),
      id: computed('string'),
      output_size: computed('number'),
      ...Object.fromEntries(HASHES.map(name => [name, computed('string')])),
    },
    block_types: {
      source: {
        nesting_mode: 'set',
        block: {
          attributes: {
            content: { type: 'string', required: true },
            filename: { type: 'string', required: true },
          },
          block_types: {},
        },
      },
    },
  },
};

export const ARCHIVE_SCHEMA = {
  provider: { version: 0, block: { attributes: {}, block_types: {} } },
  resource_schemas: {},
  data_source_schemas: { archive_file: archiveFile },
  ephemeral_resource_schemas: {},
};

/** @throws Error where the code to be packed is not there */
export function readArchiveFile(config) {
  const hash = createHash('sha256');
  let size = 0;
  for (const [name, content] of filesOf(config)) {
    hash.update(name).update('\0').update(content);
    size += content.length;
  }
  const digest = hash.digest();
  return {
    ...config,
    id: digest.toString('hex'),
    output_size: size,
    ...Object.fromEntries(
      HASHES.map(name => [
        name,
        digest.toString(name.includes('base64') ? 'base64' : 'hex'),
      ]),
    ),
  };
}

function filesOf(config) {
  if (config.source_dir) return below(config.source_dir, config.excludes ?? []);
  if (config.source_file) {
    return [[config.source_file, readFileSync(config.source_file)]];
  }
  if (config.source?.length) {
    return config.source.map(({ filename, content }) => [filename, content]);
  }
  return [[config.source_content_filename ?? '', config.source_content ?? '']];
}

function below(root, excludes) {
  const left = new Set(excludes);
  return readdirSync(root, { recursive: true })
    .sort()
    .filter(name => !left.has(name) && statSync(join(root, name)).isFile())
    .map(name => [relative('.', name), readFileSync(join(root, name))]);
}
