import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { refusal } from '../oidc/guard';
import { failure, READ_API, type ApiAnswer } from './api';
import { renderDashboard } from './dashboard';
import { ProjectStore } from './ProjectStore';
import { parseReport } from './report';

export interface SonarQubeServerOptions {
  /** Port on loopback; 0 picks a free one. */
  port: number;
  /** Where analyses are kept between starts; in memory without it. */
  dataDir?: string;
  /** The only token that may see projects. */
  token: string;
  /** A valid token of somebody who may see no project. */
  strangerToken?: string;
  now?: () => Date;
}

export interface SonarQubeServer {
  url: string;
  /** The token that it takes. */
  token: string;
  projects: ProjectStore;
  close(): Promise<void>;
}

const MAX_REPORT_BYTES = 1024 * 1024;

/**
 * Starts the part of SonarQube's web API that Careplane and its pipelines use.
 * Analyses arrive through `api/ce/submit`, as a scanner sends them.
 *
 * @throws an `EADDRINUSE` error when the port is taken.
 */
export async function startSonarQubeServer(
  options: SonarQubeServerOptions,
): Promise<SonarQubeServer> {
  const projects = new ProjectStore(options.dataDir);
  const now = options.now ?? (() => new Date());
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const reason = refusal(request, `http://${request.headers.host}`);
    if (reason) {
      send(response, failure(403, reason));
      return;
    }
    if (url.pathname === '/dashboard') {
      const project = projects.get(url.searchParams.get('id') ?? '');
      response
        .writeHead(project ? 200 : 404, {
          'content-type': 'text/html; charset=utf-8',
        })
        .end(renderDashboard(project));
      return;
    }
    try {
      send(response, await answer(request, url, projects, options, now));
    } catch (error) {
      send(response, failure(400, (error as Error).message));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    token: options.token,
    projects,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  url: URL,
  projects: ProjectStore,
  { token, strangerToken }: SonarQubeServerOptions,
  now: () => Date,
): Promise<ApiAnswer> {
  const path = url.pathname.replace(/^\//, '');
  if (path !== 'api/system/status' && !isAuthorized(request, token)) {
    return strangerToken && isAuthorized(request, strangerToken)
      ? answerToStranger(path, url.searchParams, projects)
      : { status: 401 };
  }
  if (path === 'api/ce/submit') {
    if (request.method !== 'POST') {
      return failure(405, 'HTTP method POST is required');
    }
    const report = parseReport(await readBody(request));
    const analysis = projects.record(report.projectKey, {
      ...report,
      date: now(),
    });
    return {
      status: 200,
      body: { taskId: analysis.taskId, projectId: report.projectKey },
    };
  }
  const handler = READ_API[path];
  return handler
    ? handler(url.searchParams, projects)
    : failure(404, `Unknown url : /${path}`);
}

/** What is there is refused, what is not there is missing for everybody. */
function answerToStranger(
  path: string,
  query: URLSearchParams,
  projects: ProjectStore,
): ApiAnswer {
  const plain = READ_API[path]?.(query, projects);
  return plain && plain.status !== 200
    ? plain
    : failure(403, 'Insufficient privileges');
}

function isAuthorized(request: IncomingMessage, token: string): boolean {
  const header = request.headers.authorization ?? '';
  const basic = Buffer.from(`${token}:`).toString('base64');
  return header === `Bearer ${token}` || header === `Basic ${basic}`;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_REPORT_BYTES)
      throw new RangeError('The report is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, { status, body }: ApiAnswer): void {
  if (body === undefined) {
    // A real server's 401 has neither a body nor a type.
    response.writeHead(status).end();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
