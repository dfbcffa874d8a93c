import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { open, type Entry, type ZipFile } from 'yauzl';

/** A zip file that is read entry by entry. */
export interface Archive {
  entries(): AsyncGenerator<Entry>;
  read(entry: Entry): Promise<Readable>;
  close(): void;
}

export async function openPromise(path: string): Promise<Archive> {
  const zip = await new Promise<ZipFile>((resolve, reject) =>
    open(path, { lazyEntries: true, autoClose: false }, (error, opened) =>
      error ? reject(error) : resolve(opened),
    ),
  );
  return {
    async *entries() {
      for (;;) {
        const entry = await nextEntry(zip);
        if (!entry) return;
        yield entry;
      }
    },
    read: entry =>
      new Promise((resolve, reject) =>
        zip.openReadStream(entry, (error, stream) =>
          error ? reject(error) : resolve(stream),
        ),
      ),
    close: () => zip.close(),
  };
}

/** The next entry, or undefined at the end. */
async function nextEntry(zip: ZipFile): Promise<Entry | undefined> {
  const other = new AbortController();
  const { signal } = other;
  const next = Promise.race([
    once(zip, 'entry', { signal }).then(([entry]) => entry as Entry),
    once(zip, 'end', { signal }).then(() => undefined),
  ]);
  zip.readEntry();
  return next.finally(() => other.abort());
}
