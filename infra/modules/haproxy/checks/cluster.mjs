import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Agent, request } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { generate } from 'selfsigned';

const TEMPLATE = join(import.meta.dirname, '../templates/haproxy.cfg.tftpl');
/** HAProxy lies in a folder that is on root's path only. */
const PATH = [process.env.PATH, '/usr/sbin', '/usr/local/sbin'].join(delimiter);

export const has = command => {
  try {
    execFileSync(command, ['-v'], {
      stdio: 'ignore',
      env: { ...process.env, PATH },
    });
    return true;
  } catch {
    return false;
  }
};

/** The configuration as Terraform renders it. */
export function render(folder, values) {
  const expression = `jsonencode(templatefile(${JSON.stringify(
    TEMPLATE,
  )}, ${JSON.stringify(values)}))`;
  const printed = execFileSync('terraform', ['console'], {
    cwd: folder,
    input: expression,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, PATH, CHECKPOINT_DISABLE: '1' },
  });
  return JSON.parse(JSON.parse(printed));
}

export function checkConfiguration(file) {
  execFileSync('haproxy', ['-c', '-f', file], {
    env: { ...process.env, PATH },
    stdio: 'pipe',
  });
}

/** A port that was free a moment ago. */
export function freePort() {
  return new Promise(resolve => {
    const probe = createTcpServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** A folder with a certificate of its own, as HAProxy reads it. */
export async function workFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'careplane-haproxy-'));
  const { cert, private: key } = await generate(
    [{ name: 'commonName', value: 'localhost' }],
    { keySize: 2048 },
  );
  const certificate = join(folder, 'server.pem');
  writeFileSync(certificate, `${cert}\n${key}`, { mode: 0o600 });
  return {
    folder,
    certificate,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A server that says its name, and can be killed in the middle of everything. */
export async function startServer(name) {
  const server = createServer((_request, response) => response.end(name));
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    name,
    address: '127.0.0.1',
    port: server.address().port,
    kill: () =>
      new Promise(resolve => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

/** HAProxy with this configuration, as the peer `name`; what it logs is kept. */
export async function startHaproxy(file, name) {
  const child = spawn('haproxy', ['-db', '-L', name, '-f', file], {
    cwd: dirname(file),
    env: { ...process.env, PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      log += chunk;
    });
  }
  const ended = new Promise(resolve => child.once('exit', resolve));
  return {
    log: () => log,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** `{status, body, headers}` of a request; status 0 where nobody answers. */
export function ask(
  port,
  path,
  { agent = new Agent({ rejectUnauthorized: false }), ...options } = {},
) {
  return new Promise(resolve => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        path,
        agent,
        rejectUnauthorized: false,
        ...options,
      },
      response => {
        let body = '';
        response.on('data', chunk => {
          body += chunk;
        });
        response.on('end', () =>
          resolve({
            status: response.statusCode,
            body,
            headers: response.headers,
            protocol: response.socket?.getProtocol?.(),
          }),
        );
      },
    );
    asked.on('error', error =>
      resolve({ status: 0, body: '', error: error.code }),
    );
    asked.end();
  });
}
