import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Blobs } from '../types';
import { writeAtomically } from './JsonState';

/** Bytes in files that are named by their SHA-256. */
export class FileBlobs implements Blobs {
  constructor(private readonly directory: string) {}

  put(data: Uint8Array): string {
    const sha256 = createHash('sha256').update(data).digest('hex');
    const file = this.path(sha256);
    if (!existsSync(file)) writeAtomically(file, data);
    return sha256;
  }

  get(sha256: string): Buffer {
    return readFileSync(this.path(sha256));
  }

  has(sha256: string): boolean {
    return existsSync(this.path(sha256));
  }

  path(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) {
      throw new Error(`Not a SHA-256 in hex: ${sha256}`);
    }
    return join(this.directory, sha256.slice(0, 2), sha256);
  }
}
