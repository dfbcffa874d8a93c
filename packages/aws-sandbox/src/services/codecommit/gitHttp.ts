import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RawRoute, Sandbox } from '../../core';
import { gitEnvironment } from './git';
import { GitRepository } from './GitRepository';
import { referenceChanged } from './references';
import { repositoriesOf } from './repositories';

/**
 * Git's smart HTTP at `/git/<account>/v1/repos/<name>`, by `git http-backend`.
 * After a push, every branch that moved is told to those who listen.
 */
export const gitRoute: RawRoute = {
  path: /^\/git\/(\d{12})\/v1\/repos\/([\w.-]{1,100}?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/,
  async handle(request, response, { url, match, sandbox }) {
    const [, account, name, service] = match;
    if (!repositoriesOf(sandbox, account).has(name)) {
      response.writeHead(404, { 'content-type': 'text/plain' });
      response.end(`Repository ${name} does not exist in account ${account}\n`);
      return;
    }
    const repository = GitRepository.at(sandbox, account, name);
    if (service !== 'git-receive-pack') {
      await serve(request, response, sandbox, url, match);
      return;
    }
    const before = await repository.branches();
    await serve(request, response, sandbox, url, match);
    const after = await repository.branches();
    for (const branch of new Set([...before.keys(), ...after.keys()])) {
      const from = before.get(branch);
      const to = after.get(branch);
      if (from !== to) {
        await referenceChanged(sandbox, {
          account,
          repository: name,
          branch,
          from,
          to,
        });
      }
    }
  },
};

/** Runs `git http-backend` as a CGI program for one request. */
function serve(
  request: IncomingMessage,
  response: ServerResponse,
  sandbox: Sandbox,
  url: URL,
  [, account, name, service]: RegExpExecArray,
): Promise<void> {
  const header = (key: string) => String(request.headers[key] ?? '');
  const child = spawn('git', ['http-backend'], {
    env: gitEnvironment({
      GIT_PROJECT_ROOT: GitRepository.root(sandbox),
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: `/${account}/${name}.git/${service}`,
      REQUEST_METHOD: request.method ?? 'GET',
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: header('content-type'),
      ...(request.headers['content-length']
        ? { CONTENT_LENGTH: header('content-length') }
        : {}),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      GIT_PROTOCOL: header('git-protocol'),
      REMOTE_USER: account,
      REMOTE_ADDR: '127.0.0.1',
    }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {});
  request.pipe(child.stdin);
  response.on('close', () => child.exitCode === null && child.kill());

  return new Promise(resolve => {
    let head: Buffer | undefined = Buffer.alloc(0);
    child.stdout.on('data', (chunk: Buffer) => {
      if (head === undefined) {
        response.write(chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      writeHead(response, head.subarray(0, end).toString('latin1'));
      response.write(head.subarray(end + 4));
      head = undefined;
    });
    child.stderr.on('data', (chunk: Buffer) =>
      sandbox.log.warn(`git http-backend: ${chunk.toString('utf8').trim()}`),
    );
    child.on('error', error => {
      sandbox.log.warn(`git http-backend: ${error.message}`);
    });
    child.on('close', () => {
      if (!response.headersSent) response.writeHead(500);
      response.end(resolve);
      if (response.destroyed) resolve();
    });
  });
}

function writeHead(response: ServerResponse, text: string) {
  let status = 200;
  for (const line of text.split('\r\n')) {
    const [name, ...rest] = line.split(':');
    const value = rest.join(':').trim();
    if (name.toLocaleLowerCase('en-US') === 'status')
      status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}
