import type { IncomingMessage } from 'node:http';

/**
 * Why a request is refused, or undefined where it may pass. A browser may
 * navigate here and post this server's own form; no page may call it from
 * script. Back ends send neither `Origin` nor `Sec-Fetch-*`.
 */
export function refusal(
  request: Pick<IncomingMessage, 'headers'>,
  ownOrigin: string,
): string | undefined {
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const mode = request.headers['sec-fetch-mode'];
  if (!isLoopbackHost(host)) return 'This server answers on loopback only.';
  if (origin && origin !== 'null' && origin !== ownOrigin) {
    return 'Pages of other origins may not call this server.';
  }
  // Every browser sends `Sec-Fetch-Site`; Node's fetch sends the mode alone.
  const foreign = site === 'cross-site' || site === 'same-site';
  if (foreign && mode !== 'navigate') {
    return 'This server takes navigations and its own form only.';
  }
  return undefined;
}

function isLoopbackHost(host: string | undefined): boolean {
  const name = (host ?? '').replace(/:\d+$/, '');
  return name === 'localhost' || name === '127.0.0.1' || name === '[::1]';
}
