// `npm run prove:start`: starting, stopping, killing and starting again.
//
// Clones the committed tree into a temporary folder, starts it there on ports of
// its own with the machine's package cache, and measures until the sign-in page
// of the portal answers. `CAREPLANE_PROVE_COLD=1` uses an empty package cache.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './lib/paths.mjs';
import { run, say } from './lib/say.mjs';

const FIRST_START_SECONDS = 150;
const SECOND_START_SECONDS = 30;
const PORTS = {
  CAREPLANE_PORT: '17007',
  CAREPLANE_SANDBOX_PORT: '14566',
  CAREPLANE_OIDC_PORT: '14567',
  CAREPLANE_SONAR_PORT: '14568',
};

await run(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'careplane-prove-'));
  const clone = join(folder, 'careplane');
  const claims = [];
  try {
    execFileSync('git', ['clone', '--quiet', ROOT, clone]);
    const cold = process.env.CAREPLANE_PROVE_COLD === '1';
    const env = {
      ...process.env,
      ...PORTS,
      ...(cold ? { YARN_GLOBAL_FOLDER: join(folder, 'yarn') } : {}),
    };

    say(
      `Starting a fresh clone with a ${cold ? 'cold' : 'warm'} package cache`,
    );
    const first = await start(clone, env);
    claim(
      claims,
      `first start within ${FIRST_START_SECONDS} s`,
      first.seconds,
      cold || first.seconds <= FIRST_START_SECONDS,
    );
    const catalogBefore = await sandboxRepositories();
    await stop(first.child, 'SIGINT');
    claim(claims, 'Ctrl-C stops all of it', undefined, await nothingListens());

    say('Starting it again');
    const second = await start(clone, env);
    claim(
      claims,
      `second start within ${SECOND_START_SECONDS} s`,
      second.seconds,
      second.seconds <= SECOND_START_SECONDS,
    );
    claim(
      claims,
      'data is kept',
      undefined,
      (await sandboxRepositories()) === catalogBefore && catalogBefore > 0,
    );

    say('Killing it');
    killTree(second.child.pid);
    await waitFor(nothingListens, 20_000);
    const third = await start(clone, env);
    claim(claims, 'starts again after being killed', third.seconds, true);

    const clash = await startExpectingRefusal(clone, env);
    claim(
      claims,
      'a port in use gets a sentence',
      undefined,
      /Port 17007 .* is in use/.test(clash),
    );
    await stop(third.child, 'SIGTERM');
    claim(
      claims,
      'SIGTERM stops all of it',
      undefined,
      await waitFor(nothingListens, 15_000),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const { name, seconds, holds } of claims) {
    const figure = seconds === undefined ? '' : ` (${seconds.toFixed(1)} s)`;
    process.stdout.write(`${holds ? 'holds' : 'FAILS'}  ${name}${figure}\n`);
  }
  if (claims.some(({ holds }) => !holds)) process.exitCode = 1;
});

function claim(claims, name, seconds, holds) {
  claims.push({ name, seconds, holds });
}

async function start(clone, env) {
  const began = Date.now();
  const child = spawn('npm', ['start'], { cwd: clone, env, detached: true });
  let said = '';
  child.stdout.on('data', chunk => (said += chunk));
  child.stderr.on('data', chunk => (said += chunk));
  const up = await waitFor(async () => {
    if (child.exitCode !== null) throw new Error(`npm start ended:\n${said}`);
    return (
      said.includes('Careplane runs at') &&
      (await answers(`http://127.0.0.1:${PORTS.CAREPLANE_PORT}/`))
    );
  }, 900_000);
  if (!up) throw new Error(`npm start did not answer:\n${said}`);
  return { child, seconds: (Date.now() - began) / 1000 };
}

async function startExpectingRefusal(clone, env) {
  const child = spawn('npm', ['start'], { cwd: clone, env });
  let said = '';
  child.stdout.on('data', chunk => (said += chunk));
  child.stderr.on('data', chunk => (said += chunk));
  await new Promise(resolve => child.once('close', resolve));
  return said;
}

async function stop(child, signal) {
  process.kill(-child.pid, signal);
  await waitFor(
    async () => child.exitCode !== null || child.signalCode !== null,
    30_000,
  );
}

/** SIGKILL for npm, the start script and both servers, as a power cut would. */
function killTree(pid) {
  const children = execFileSync('ps', ['-eo', 'pid=,ppid='], {
    encoding: 'utf8',
  })
    .trim()
    .split('\n')
    .map(line => line.trim().split(/\s+/).map(Number));
  const below = parent =>
    children
      .filter(([, ppid]) => ppid === parent)
      .flatMap(([child]) => [child, ...below(child)]);
  for (const victim of [pid, ...below(pid)]) {
    try {
      process.kill(victim, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }
}

async function nothingListens() {
  const all = await Promise.all(
    Object.values(PORTS).map(port => answers(`http://127.0.0.1:${port}/`)),
  );
  return all.every(answered => !answered);
}

async function answers(url) {
  try {
    await fetch(url, { signal: AbortSignal.timeout(3000) });
    return true;
  } catch {
    return false;
  }
}

async function sandboxRepositories() {
  const response = await fetch(
    `http://127.0.0.1:${PORTS.CAREPLANE_SANDBOX_PORT}/`,
    {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'CodeCommit_20150413.ListRepositories',
        authorization:
          'AWS4-HMAC-SHA256 Credential=111111111111/20260101/us-east-1/codecommit/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: '{}',
    },
  );
  const { repositories = [] } = await response.json();
  return repositories.length;
}

async function waitFor(condition, milliseconds) {
  const deadline = Date.now() + milliseconds;
  while (Date.now() < deadline) {
    if (await condition()) return true;
    await new Promise(resolve => setTimeout(resolve, 250));
  }
  return false;
}
