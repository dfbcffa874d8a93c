import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError } from '../AwsError';
import {
  CONTROL_PREFIX,
  json,
  type ControlPlane,
} from '../control/ControlPlane';
import type { Sandbox, SandboxLog } from '../types';
import type { AwsApi } from './AwsApi';
import { readBody } from './body';
import { refusal } from './guard';
import type { HttpAnswer, HttpCall } from './HttpMessages';

/** The port: guard, raw routes, control plane, then AWS's APIs. */
export class SandboxServer {
  private readonly server: Server;

  constructor(
    private readonly parts: {
      api: AwsApi;
      control: ControlPlane;
      sandbox: () => Sandbox;
      log: SandboxLog;
    },
  ) {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch(error => {
        if (!(error instanceof AwsError)) {
          parts.log.warn(`Request failed: ${error?.stack ?? error}`);
        }
        if (response.headersSent) {
          response.destroy();
          return;
        }
        const status = error instanceof AwsError ? error.status ?? 400 : 500;
        response.setHeader('connection', 'close');
        send(
          response,
          json(status, { message: String(error.message ?? error) }),
        );
      });
    });
    this.server.requestTimeout = 0;
    this.server.headersTimeout = 30_000;
    // The default of 5 s closes a client's kept connection while it is used.
    this.server.keepAliveTimeout = 65_000;
  }

  /** Listens on the loopback address only; answers the port. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', () => {
        this.server.off('error', reject);
        resolve();
      });
    });
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise<void>(resolve => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse) {
    const refused = refusal(request.headers);
    if (refused) {
      response.setHeader('connection', 'close');
      send(response, json(403, { message: refused }));
      return;
    }
    const url = parseUrl(request.url ?? '/');
    for (const service of this.parts.api.services()) {
      for (const route of service.routes) {
        const match = route.path.exec(url.pathname);
        if (match) {
          const sandbox = this.parts.sandbox();
          await route.handle(request, response, { url, match, sandbox });
          return;
        }
      }
    }
    if (request.headers.expect === '100-continue') response.writeContinue();
    const call: HttpCall = {
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: flatten(request.headers),
      body: await readBody(request),
    };
    if (call.path.startsWith(CONTROL_PREFIX)) {
      send(response, await this.parts.control.answer(call));
      return;
    }
    const answer = await this.parts.api.answer(call, randomUUID());
    if (answer === 'cut') {
      request.socket.destroy();
      return;
    }
    send(response, answer, call.method === 'HEAD');
  }
}

/** Keeps the path as sent: S3's keys may hold `//` and `..`. */
function parseUrl(target: string): URL {
  const [path, ...query] = target.split('?');
  const url = new URL('http://127.0.0.1/');
  url.search = query.join('?');
  Object.defineProperty(url, 'pathname', { value: path });
  return url;
}

function flatten(headers: IncomingMessage['headers']): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) {
      flat[name] = Array.isArray(value) ? value.join(', ') : value;
    }
  }
  return flat;
}

function send(response: ServerResponse, answer: HttpAnswer, headOnly = false) {
  const body =
    typeof answer.body === 'string'
      ? Buffer.from(answer.body, 'utf8')
      : answer.body;
  response.statusCode = answer.status;
  const withoutBody = answer.status === 204 || answer.status === 304;
  if (!withoutBody) response.setHeader('content-length', body.byteLength);
  for (const [name, value] of Object.entries(answer.headers)) {
    response.setHeader(name, value);
  }
  response.end(headOnly || withoutBody ? undefined : body);
}
