import { log } from './log.ts';
import { answer } from './routes.ts';

/** The part of API Gateway's proxy event that this service reads. */
export interface ApiEvent {
  httpMethod?: string;
  path?: string;
  requestContext?: { requestId?: string };
}

export interface ApiResult {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

const HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
};

/** Answers one request of the REST API. The payload is never logged. */
export async function handler(event: ApiEvent): Promise<ApiResult> {
  const started = Date.now();
  const requestId = event.requestContext?.requestId;
  try {
    const { httpMethod: method = 'GET', path = '/health' } = event;
    const { status, body } = answer(method, path);
    const route = status === 404 ? 'unknown' : `${method} ${path}`;
    log('info', 'request', { requestId, route, status, durationMs: Date.now() - started });
    return { statusCode: status, headers: HEADERS, body: JSON.stringify(body) };
  } catch (error) {
    log('error', 'request failed', { requestId, error: error instanceof Error ? error.name : 'unknown' });
    return { statusCode: 500, headers: HEADERS, body: JSON.stringify({ error: 'Something went wrong', requestId }) };
  }
}
