import type { IncomingMessage } from 'node:http';
import { AwsError } from '../AwsError';

/** The largest request that AWS takes in one part is S3's; this is enough for the demo. */
export const BODY_LIMIT = 256 * 1024 * 1024;

/** Reads the whole body; one that is too large is refused before it fills memory. */
export async function readBody(
  request: IncomingMessage,
  limit = BODY_LIMIT,
): Promise<Buffer> {
  const tooLarge = () =>
    new AwsError(
      'RequestEntityTooLargeException',
      `The request is larger than ${limit} bytes`,
      { status: 413 },
    );
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > limit) throw tooLarge();
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
