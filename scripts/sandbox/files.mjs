import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';
import { ZipFile } from 'yazl';

async function zip(files) {
  const archive = new ZipFile();
  for (const [name, text] of Object.entries(files)) {
    archive.addBuffer(Buffer.from(text), name, { mtime: new Date(0) });
  }
  archive.end();
  return buffer(archive.outputStream);
}

/**
 * Files that scenarios name as `{{zip}}`, by name; the same for both sides.
 * `out` is where commands with a body write it.
 */
export async function makeFiles(folder, sandbox) {
  const layer = Buffer.from('a layer');
  const config = Buffer.from('{"architecture":"amd64","os":"linux"}');
  const digest = data =>
    `sha256:${createHash('sha256').update(data).digest('hex')}`;
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      size: config.length,
      digest: digest(config),
    },
    layers: [
      {
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
        size: layer.length,
        digest: digest(layer),
      },
    ],
  });
  const contents = {
    zip: await zip({ 'index.js': 'exports.handler = async () => "one";\n' }),
    zip2: await zip({ 'index.js': 'exports.handler = async () => "two";\n' }),
    text: 'hello\n',
    layer,
    config,
    manifest,
  };
  const named = {
    out: join(folder, 'out'),
    subnet: 'subnet-1',
    group: 'sg-1',
    url: sandbox,
    layerDigest: digest(layer),
    configDigest: digest(config),
    manifestDigest: digest(manifest),
    now: new Date().toISOString(),
    hourAgo: new Date(Date.now() - 3_600_000).toISOString(),
    later: new Date(Date.now() + 86_400_000).toISOString(),
    nowMs: String(Date.now()),
  };
  for (const [name, content] of Object.entries(contents)) {
    named[name] = join(folder, name);
    writeFileSync(named[name], content);
  }
  return named;
}
