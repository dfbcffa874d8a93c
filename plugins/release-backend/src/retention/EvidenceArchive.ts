import { randomUUID } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvidenceRecord } from '@careplane/backstage-plugin-release-common';

/** Where old evidence goes before it leaves the database. */
export interface EvidenceArchive {
  /** Keeps the records; resolves only once they are safe. @returns the name. */
  keep(records: EvidenceRecord[]): Promise<string>;
}

const padded = (position: number) => `${position}`.padStart(10, '0');

/**
 * Files of lines of JSON in a folder, one for each part of the chain. Its
 * volume keeps them: a bucket with Object Lock behind it, or backups.
 */
export class FolderArchive implements EvidenceArchive {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async keep(records: EvidenceRecord[]): Promise<string> {
    const [first, last] = [records[0], records[records.length - 1]];
    const name = `evidence-${padded(first.position)}-${padded(
      last.position,
    )}.ndjson`;
    await mkdir(this.#folder, { recursive: true });
    const path = join(this.#folder, name);
    // A crash, or a second one who writes, leaves no half under its name.
    const part = `${path}.${randomUUID()}.part`;
    const file = await open(part, 'wx', 0o600);
    try {
      for (const record of records) {
        await file.write(`${JSON.stringify(record)}\n`);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
    await syncFolder(this.#folder);
    return name;
  }
}

/** A name is safe only once its folder is: rename(2) alone may be lost. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
