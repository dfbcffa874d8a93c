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

function nextEntry(zip: ZipFile): Promise<Entry | undefined> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      zip.off('entry', onEntry);
      zip.off('end', onEnd);
      zip.off('error', onError);
    };
    const onEntry = (entry: Entry) => {
      settle();
      resolve(entry);
    };
    const onEnd = () => {
      settle();
      resolve(undefined);
    };
    const onError = (error: Error) => {
      settle();
      reject(error);
    };
    zip.on('entry', onEntry);
    zip.on('end', onEnd);
    zip.on('error', onError);
    zip.readEntry();
  });
}
