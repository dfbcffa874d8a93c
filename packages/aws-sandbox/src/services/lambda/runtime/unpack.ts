import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise } from './zip';

const UNPACKED_LIMIT = 262_144_000;
const running = new Map<string, Promise<string>>();

/** Unpacks a zip once; answers the folder that holds it. */
export function unpack(
  zip: string,
  cache: string,
  id: string,
): Promise<string> {
  const target = join(cache, id);
  if (existsSync(target)) return Promise.resolve(target);
  let unpacking = running.get(target);
  if (!unpacking) {
    unpacking = unpackInto(zip, cache, target).finally(() =>
      running.delete(target),
    );
    running.set(target, unpacking);
  }
  return unpacking;
}

async function unpackInto(zip: string, cache: string, target: string) {
  await mkdir(cache, { recursive: true });
  const temporary = await mkdtemp(join(cache, 'unpacking-'));
  try {
    await extract(zip, temporary);
    await rename(temporary, target);
    return target;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

async function extract(zip: string, folder: string) {
  const archive = await openPromise(zip);
  let size = 0;
  try {
    for await (const entry of archive.entries()) {
      const path = resolve(folder, entry.fileName);
      if (!path.startsWith(folder + sep)) {
        throw new Error(
          `The zip holds a path outside of it: ${entry.fileName}`,
        );
      }
      size += entry.uncompressedSize;
      if (size > UNPACKED_LIMIT) {
        throw new Error(
          `Unzipped size must be smaller than ${UNPACKED_LIMIT} bytes`,
        );
      }
      if (entry.fileName.endsWith('/')) {
        await mkdir(path, { recursive: true });
        continue;
      }
      await mkdir(dirname(path), { recursive: true });
      await pipeline(await archive.read(entry), createWriteStream(path));
    }
  } finally {
    archive.close();
  }
}
