import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureSchema } from '../provider/schema.mjs';

const SERVER = fileURLToPath(new URL('./server.mjs', import.meta.url));

/**
 * Starts the stub providers in a process of their own.
 *
 * @param linked - see plan.mjs
 * @returns {Promise<{env: Record<string, string>, stop(): Promise<void>}>} `env`
 *   is what Terraform needs to find them
 */
export async function startProviders({ linked = false } = {}) {
  const schemaFile = await ensureSchema();
  const child = spawn(
    process.execPath,
    [SERVER, JSON.stringify({ schemaFile, linked })],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const exited = new Promise(resolve => child.once('exit', resolve));
  const sockets = JSON.parse(await firstLine(child));
  const reattach = Object.fromEntries(
    Object.entries(sockets).map(([source, socket]) => [
      source,
      {
        Protocol: 'grpc',
        ProtocolVersion: 5,
        Pid: child.pid,
        Test: true,
        Addr: { Network: 'unix', String: socket },
      },
    ]),
  );
  return {
    env: { TF_REATTACH_PROVIDERS: JSON.stringify(reattach) },
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

function firstLine(child) {
  return new Promise((resolve, reject) => {
    let printed = '';
    let complaint = '';
    child.stdout.on('data', chunk => {
      printed += chunk;
      const end = printed.indexOf('\n');
      if (end >= 0) resolve(printed.slice(0, end));
    });
    child.stderr.on('data', chunk => {
      complaint = (complaint + chunk).slice(-4000);
    });
    child.once('exit', code =>
      reject(new Error(`the stub provider ended with ${code}: ${complaint}`)),
    );
  });
}
