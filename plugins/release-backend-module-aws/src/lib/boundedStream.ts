import { createHash } from 'node:crypto';

/** What a stream held: base64 SHA-256, bytes in all, and its content where kept. */
export interface Streamed {
  sha256: string;
  length: number;
  bytes?: Buffer;
}

/**
 * Hashes a stream chunk by chunk; its content is kept in memory only where
 * asked.
 *
 * @throws what `tooLong` makes, before more than `max` bytes are taken in.
 */
export async function readStream(
  stream: AsyncIterable<Uint8Array>,
  limits: { max: number; tooLong: () => Error; keep?: boolean },
): Promise<Streamed> {
  const hash = createHash('sha256');
  const kept: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop by an error ends the download.
  for await (const chunk of stream) {
    length += chunk.byteLength;
    if (length > limits.max) throw limits.tooLong();
    hash.update(chunk);
    if (limits.keep) kept.push(chunk);
  }
  return {
    sha256: hash.digest('base64'),
    length,
    bytes: limits.keep ? Buffer.concat(kept) : undefined,
  };
}
