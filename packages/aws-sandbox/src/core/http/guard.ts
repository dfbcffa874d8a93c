import type { IncomingMessage } from 'node:http';

const LOOPBACK =
  /^(localhost|127(\.\d{1,3}){3}|\[::1\]|[a-z0-9.-]+\.localhost)$/i;
const OWN_SITES = ['same-origin', 'none'];

/**
 * Why a request is refused, or undefined. The sandbox runs code, so nothing
 * that a web page can send gets past: no Origin, no cross-site fetch and no
 * name that could have been rebound to the loopback address.
 */
export function refusal(
  headers: IncomingMessage['headers'],
): string | undefined {
  if (headers.origin !== undefined) {
    return 'Requests with an Origin header are refused: the sandbox does not serve web pages';
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && !OWN_SITES.includes(String(site))) {
    return 'Cross-site requests are refused';
  }
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  if (!LOOPBACK.test(host)) {
    return 'Only loopback names are served: use 127.0.0.1 or localhost';
  }
  return undefined;
}
