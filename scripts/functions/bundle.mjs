import { join } from 'node:path';
import { build } from 'esbuild';
import { ZipFile } from 'yazl';
import { ROOT } from '../lib/paths.mjs';

/** The time of every file in a zip: the same code is the same zip. */
const EPOCH = new Date('2000-01-01T00:00:00Z');

/**
 * A function as one file with all that it needs, except the SDK, which Lambda's
 * runtime carries.
 *
 * @param folder - absolute, with the function's index.mjs
 * @returns {Promise<Uint8Array>} text of its index.mjs; equal for equal code
 */
export async function bundleFunction(folder) {
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'index.mjs')],
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    external: ['@aws-sdk/*', '@smithy/*', 'pg-native', 'pg-cloudflare'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    legalComments: 'inline',
    logLevel: 'error',
  });
  return outputFiles[0].contents;
}

/** A function's deployment package, a zip. @returns {Promise<Buffer>} */
export async function packFunction(folder) {
  return zipOf({ 'index.mjs': await bundleFunction(folder) });
}

/** @returns {Promise<Buffer>} */
async function zipOf(files) {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files)) {
    zip.addBuffer(Buffer.from(content), name, {
      mtime: EPOCH,
      mode: 0o100644,
      forceDosTimestamp: true,
    });
  }
  zip.end();
  const chunks = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
