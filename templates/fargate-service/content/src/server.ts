import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { log } from './log.ts';
import { answer } from './routes.ts';

const HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
};

/** The HTTP server of the service. It logs the path that it knows, never a query or a body. */
export function createService(): Server {
  return createServer((request, response) => {
    const started = Date.now();
    const requestId = String(request.headers['x-amzn-trace-id'] ?? randomUUID());
    const method = request.method ?? 'GET';
    const path = (request.url ?? '/').split('?')[0];
    const { status, body } = answer(method, path);
    response.writeHead(status, HEADERS).end(JSON.stringify(body));
    const route = status === 404 ? 'unknown' : `${method} ${path}`;
    log('info', 'request', { requestId, route, status, durationMs: Date.now() - started });
  });
}
