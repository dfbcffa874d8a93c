import { gunzipSync } from 'node:zlib';
import { AwsError } from '../AwsError';
import type { HttpCall } from './HttpMessages';

/**
 * Undoes what clients do to a body on the way: `aws-chunked` framing, whose
 * trailers join the headers, and gzip, which CloudWatch's clients use.
 */
export function decodeBody(call: HttpCall): HttpCall {
  const encodings = (call.headers['content-encoding'] ?? '')
    .split(',')
    .map(encoding => encoding.trim())
    .filter(Boolean);
  const isChunked =
    encodings.includes('aws-chunked') ||
    (call.headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
  // An object that is put with gzip stays so; an API's POST is unpacked.
  const isZipped = encodings.includes('gzip') && call.method === 'POST';
  if (!isChunked && !isZipped) return call;

  let { body } = call;
  const headers: Record<string, string> = { ...call.headers };
  if (isChunked) {
    const decoded = decodeChunks(body);
    body = decoded.body;
    Object.assign(headers, decoded.trailers);
    headers['content-length'] = String(body.length);
  }
  if (isZipped) body = unzip(body);
  const rest = encodings.filter(
    encoding =>
      encoding !== 'aws-chunked' && !(isZipped && encoding === 'gzip'),
  );
  if (rest.length > 0) headers['content-encoding'] = rest.join(',');
  else delete headers['content-encoding'];
  return { ...call, headers, body };
}

function unzip(body: Buffer): Buffer {
  try {
    return gunzipSync(body);
  } catch {
    throw new AwsError(
      'SerializationException',
      'The body is not valid gzip, which Content-Encoding says it is',
    );
  }
}

function decodeChunks(framed: Buffer): {
  body: Buffer;
  trailers: Record<string, string>;
} {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = framed.indexOf('\r\n', at);
    const size =
      end < 0 ? NaN : parseInt(framed.toString('latin1', at, end), 16);
    if (Number.isNaN(size) || end + 2 + size > framed.length) {
      throw new AwsError(
        'IncompleteBody',
        'The request body ended before its last chunk',
        { status: 400 },
      );
    }
    at = end + 2;
    if (size === 0) break;
    parts.push(framed.subarray(at, at + size));
    at += size + 2;
  }
  const trailers: Record<string, string> = {};
  for (const line of framed.toString('latin1', at).split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) {
      trailers[line.slice(0, colon).toLowerCase()] = line
        .slice(colon + 1)
        .trim();
    }
  }
  return { body: Buffer.concat(parts), trailers };
}
