import { spawn } from 'node:child_process';
import {
  chownSync,
  cpSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { say, Stop } from '../lib/say.mjs';

/** Elasticsearch refuses to run as root; this is `nobody` on every Linux. */
const UNPRIVILEGED = 65534;
/** A minute on an idle machine of 2 cores, several on a busy one. */
const UP_WITHIN_MS = 10 * 60_000;

/**
 * Starts a SonarQube Server on a free loopback port, with its data below
 * `folder`, and waits until it says UP.
 *
 * @param onStart is given the function that stops it, before the wait
 * @returns {Promise<{url: string}>}
 */
export async function startServer({ java, home, version }, folder, onStart) {
  const isRoot = process.getuid?.() === 0;
  // A checkout may lie where the unprivileged user cannot look.
  const own = isRoot ? join(folder, 'server') : home;
  if (isRoot) cpSync(home, own, { recursive: true });
  for (const name of ['data', 'logs', 'temp']) mkdirSync(join(folder, name));
  if (isRoot) giveTo(folder, UNPRIVILEGED);
  const [port, searchPort, transportPort] = await freePorts(3);
  const jar = join(own, 'lib', `sonar-application-${version}.jar`);
  const settings = {
    'web.host': '127.0.0.1',
    'web.port': port,
    'web.javaOpts': '-Xmx1g',
    'ce.javaOpts': '-Xmx1g',
    'search.port': searchPort,
    'es.port': transportPort,
    'search.javaOpts': '-Xms512m -Xmx512m',
    'search.javaAdditionalOpts': '-Dnode.store.allow_mmap=false',
    'telemetry.enable': false,
    'updatecenter.activate': false,
    'path.data': join(folder, 'data'),
    'path.logs': join(folder, 'logs'),
    'path.temp': join(folder, 'temp'),
  };
  const child = spawn(
    java,
    [
      '-jar',
      jar,
      ...Object.entries(settings).map(
        ([key, value]) => `-Dsonar.${key}=${value}`,
      ),
    ],
    {
      cwd: own,
      detached: true,
      stdio: 'ignore',
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        LANG: 'C.UTF-8',
        SONAR_JAVA_PATH: java,
      },
      ...(isRoot ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {}),
    },
  );
  onStart(() => end(child));
  const url = `http://127.0.0.1:${port}`;
  await up(url, child, join(folder, 'logs'));
  return { url };
}

async function up(url, child, logs) {
  const deadline = Date.now() + UP_WITHIN_MS;
  let said = '';
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Stop(
        `SonarQube Server ended while it started:\n${lastLines(logs)}`,
      );
    }
    const status = await statusOf(url);
    if (status && status !== said)
      say(`SonarQube Server is ${(said = status)}`);
    if (status === 'UP') return;
    await new Promise(done => setTimeout(done, 1000));
  }
  throw new Stop(
    `SonarQube Server was not up within ${
      UP_WITHIN_MS / 60_000
    } minutes:\n${lastLines(logs)}`,
  );
}

/** `UP`, or what a server says before; undefined where nothing answers. */
export async function statusOf(url) {
  try {
    const answer = await fetch(`${url}/api/system/status`, {
      signal: AbortSignal.timeout(5000),
    });
    return answer.ok ? (await answer.json()).status : undefined;
  } catch {
    // Not listening yet: that is what is being waited for.
    return undefined;
  }
}

function lastLines(logs) {
  return ['sonar.log', 'web.log', 'es.log']
    .map(name => join(logs, name))
    .filter(file => existsSync(file))
    .map(file => readFileSync(file, 'utf8').split('\n').slice(-12).join('\n'))
    .join('\n');
}

/** Ends the server with the processes that it started: they share its group. */
async function end(child) {
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  const gone = new Promise(done =>
    ended() ? done() : child.once('exit', done),
  );
  signal(child, 'SIGTERM');
  const force = setTimeout(() => signal(child, 'SIGKILL'), 30_000);
  await gone;
  clearTimeout(force);
  signal(child, 'SIGKILL');
}

function signal(child, name) {
  try {
    process.kill(-child.pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

function giveTo(path, id) {
  chownSync(path, id, id);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) giveTo(inside, id);
    else lchownSync(inside, id, id);
  }
}

async function freePorts(count) {
  const probes = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise(done => {
          const probe = createServer();
          probe.listen(0, '127.0.0.1', () => done(probe));
        }),
    ),
  );
  const ports = probes.map(probe => probe.address().port);
  await Promise.all(
    probes.map(probe => new Promise(done => probe.close(done))),
  );
  return ports;
}
