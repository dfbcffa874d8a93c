import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

export { setFunctionState } from '../services/lambda/setState';
export { clientOptions } from './clientOptions';
export {
  startAwsSandbox,
  type AwsSandbox,
  type AwsSandboxOptions,
} from './startAwsSandbox';

/** A zip of these files, the same bytes each time. */
export function zipOf(files: Record<string, string>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) {
    zip.addBuffer(Buffer.from(text), name, { mtime: new Date(0) });
  }
  zip.end();
  return buffer(zip.outputStream as unknown as Readable);
}
