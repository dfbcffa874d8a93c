import { createHash } from 'node:crypto';
import type { MessageAttribute } from './model';

export const md5 = (data: string | Buffer): string =>
  createHash('md5').update(data).digest('hex');

const STRING = 1;
const BINARY = 2;

/**
 * The digest of message attributes as clients compute it: sorted by name, each
 * part with its length before it.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function md5OfAttributes(
  attributes: Record<string, MessageAttribute>,
): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const parts: Buffer[] = [];
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    parts.push(length, bytes);
  };
  for (const name of names) {
    const { DataType, StringValue, BinaryValue } = attributes[name];
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    const binary = DataType.startsWith('Binary');
    parts.push(Buffer.from([binary ? BINARY : STRING]));
    add(
      binary
        ? Buffer.from(BinaryValue ?? '', 'base64')
        : Buffer.from(StringValue ?? ''),
    );
  }
  return md5(Buffer.concat(parts));
}
