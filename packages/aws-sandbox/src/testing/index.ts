import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

/** A zip of these files, the same bytes each time. */
export function zipOf(files: Record<string, string>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) {
    zip.addBuffer(Buffer.from(text), name, { mtime: new Date(0) });
  }
  zip.end();
  return buffer(zip.outputStream as unknown as Readable);
}

/** Options of any SDK client that speaks to a sandbox as an account. */
export function clientOptions(url: string, account = '111111111111') {
  return {
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: account, secretAccessKey: 'sandbox' },
    maxAttempts: 1,
  };
}
