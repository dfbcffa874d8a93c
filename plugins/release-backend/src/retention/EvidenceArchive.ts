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
    // A crash leaves no half of a file under its name.
    const file = await open(`${path}.part`, 'w', 0o600);
    try {
      for (const record of records) {
        await file.write(`${JSON.stringify(record)}\n`);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.part`, path);
    return name;
  }
}
