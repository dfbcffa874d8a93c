import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { buffer } from 'node:stream/consumers';
import yauzl from 'yauzl';
import { ZipFile } from 'yazl';

export interface ZipEntry {
  name: string;
  /** A file on disk, or the bytes themselves. */
  source: string | Buffer;
}

/** Packs files; the same files give the same bytes (fixed times). */
export async function packZip(entries: ZipEntry[]): Promise<Buffer> {
  const zip = new ZipFile();
  const mtime = new Date(Date.UTC(1980, 0, 2));
  for (const { name, source } of entries) {
    if (typeof source === 'string') {
      const executable = (fs.statSync(source).mode & 0o111) !== 0;
      zip.addFile(source, name, {
        mtime,
        mode: executable ? 0o100755 : 0o100644,
      });
    } else {
      zip.addBuffer(source, name, { mtime, mode: 0o100644 });
    }
  }
  zip.end();
  return buffer(zip.outputStream);
}

/** Unpacks below `folder`; names that would leave it are refused by yauzl. */
export async function unpackZip(data: Buffer, folder: string): Promise<void> {
  await fs.promises.mkdir(folder, { recursive: true });
  await eachEntry(data, async (entry, open) => {
    const target = path.join(folder, entry.fileName);
    const mode = entry.externalFileAttributes >>> 16;
    if (entry.fileName.endsWith('/')) {
      await fs.promises.mkdir(target, { recursive: true });
      return;
    }
    await fs.promises.mkdir(path.dirname(target), { recursive: true });
    await pipeline(await open(), fs.createWriteStream(target));
    if (mode & 0o111) await fs.promises.chmod(target, 0o755);
  });
}

/** One file of an archive, or undefined where it is not in there. */
export async function readZipFile(
  data: Buffer,
  name: string,
): Promise<Buffer | undefined> {
  let found: Buffer | undefined;
  await eachEntry(data, async (entry, open) => {
    if (entry.fileName === name) found = await buffer(await open());
  });
  return found;
}

type Open = () => Promise<NodeJS.ReadableStream>;

function eachEntry(
  data: Buffer,
  visit: (entry: yauzl.Entry, open: Open) => Promise<void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(data, { lazyEntries: true }, (error, zip) => {
      if (error) {
        reject(error);
        return;
      }
      const open = (entry: yauzl.Entry) =>
        new Promise<NodeJS.ReadableStream>((done, failed) =>
          zip.openReadStream(entry, (failure, stream) =>
            failure ? failed(failure) : done(stream),
          ),
        );
      zip.on('error', reject);
      zip.on('end', resolve);
      zip.on('entry', (entry: yauzl.Entry) => {
        visit(entry, () => open(entry)).then(() => zip.readEntry(), reject);
      });
      zip.readEntry();
    });
  });
}
