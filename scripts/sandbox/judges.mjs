import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { TOOLS_DIR } from '../lib/paths.mjs';
import { Stop } from '../lib/say.mjs';

const VENV = join(TOOLS_DIR, 'sandbox-judges');
const SCRIPT = fileURLToPath(new URL('judge.py', import.meta.url));

/** A Python that has the AWS CLI (version 1) and moto's server. */
export function findPython() {
  const candidates = [
    process.env.CAREPLANE_SANDBOX_JUDGES &&
      join(process.env.CAREPLANE_SANDBOX_JUDGES, 'bin/python'),
    join(VENV, 'bin/python'),
    interpreterOf('aws'),
    'python3',
  ].filter(Boolean);
  const found = candidates.find(python => {
    try {
      execFileSync(python, ['-c', 'import awscli.clidriver, moto.server'], {
        stdio: 'ignore',
      });
      return true;
    } catch {
      return false;
    }
  });
  if (found) return found;
  throw new Stop(
    [
      'The judges are missing: no Python here has both the AWS CLI (version 1) and the moto server. Install them beside the project:',
      `  python3 -m venv ${VENV}`,
      `  ${VENV}/bin/pip install awscli 'moto[server]'`,
      'or name a virtual environment that has them in CAREPLANE_SANDBOX_JUDGES.',
    ].join('\n'),
  );
}

/** The interpreter in the first line of a script on the PATH. */
function interpreterOf(command) {
  for (const folder of (process.env.PATH ?? '').split(':')) {
    const file = join(folder, command);
    if (!existsSync(file)) continue;
    const [line] = readFileSync(realpathSync(file), 'latin1').split('\n');
    return /^#!(\S*python\S*)/.exec(line)?.[1];
  }
  return undefined;
}

/** One Python that keeps the CLI loaded and forks for each command. */
export function startJudge(python) {
  const child = spawn(python, [SCRIPT], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = [];
  createInterface({ input: child.stdout }).on('line', line =>
    waiting.shift().resolve(JSON.parse(line)),
  );
  child.on('exit', () =>
    waiting.splice(0).forEach(each => each.reject(new Error('judge.py ended'))),
  );
  return {
    ask: request =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify(request)}\n`);
      }),
    stop: () => child.kill(),
  };
}

/** moto's server on a free port of the loopback address. */
export async function startMoto(python) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    python,
    [
      '-c',
      `from moto.server import main; main(["-H", "127.0.0.1", "-p", "${port}"])`,
    ],
    {
      stdio: 'ignore',
      env: { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: 'false' },
    },
  );
  const stop = () => child.kill();
  /** Forgets everything that it was told. */
  const reset = async () => {
    const answer = await fetch(`${url}/moto-api/reset`, { method: 'POST' });
    if (!answer.ok) throw new Stop(`moto was not reset: ${answer.status}.`);
  };
  for (let tries = 0; tries < 240; tries += 1) {
    try {
      await fetch(`${url}/moto-api/`);
      return { url, stop, reset };
    } catch {
      await new Promise(done => setTimeout(done, 250));
    }
  }
  stop();
  throw new Stop('The moto server did not come up within a minute.');
}

function freePort() {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
