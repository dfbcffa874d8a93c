import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const TRANSFORM = join(
  dirname(require.resolve('@backstage/cli-node/package.json')),
  'config/nodeTransform.cjs',
);
jest.setTimeout(60_000);

/** The command as `npm start` runs it: unbuilt, in a process of its own. */
describe('main', () => {
  let dataDir: string;
  const started: ChildProcess[] = [];

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'sandbox-main-'));
  });

  afterEach(() => {
    started.splice(0).forEach(child => child.kill('SIGKILL'));
    rmSync(dataDir, { recursive: true, force: true });
  });

  function start(...args: string[]) {
    const child = spawn(
      process.execPath,
      [
        ...['--require', TRANSFORM, require.resolve('../main.ts')],
        ...['--data', dataDir, '--port', '0', '--oidc-port', '0'],
        ...['--sonar-port', '0', ...args],
      ],
      { env: { ...process.env, NODE_OPTIONS: '', JEST_WORKER_ID: undefined } },
    );
    started.push(child);
    const said = { out: '', err: '' };
    child.stdout.on('data', chunk => (said.out += chunk));
    child.stderr.on('data', chunk => (said.err += chunk));
    return { child, said, ended: once(child, 'exit') };
  }

  it('says a line for each port, serves, and ends cleanly on SIGTERM', async () => {
    const { child, said, ended } = start();
    while (!said.out.includes('SonarQube')) {
      if (child.exitCode !== null) throw new Error(said.err);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    const lines = said.out.trim().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^AWS +http:\/\/127\.0\.0\.1:\d+$/),
      expect.stringMatching(/^Sign-in +http:\/\/localhost:\d+$/),
      expect.stringMatching(/^SonarQube +http:\/\/127\.0\.0\.1:\d+$/),
    ]);
    const url = lines[0].split(/\s+/)[1];
    const health = await fetch(`${url}/_sandbox/health`);
    expect(health.status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it('ends with a sentence when a port is taken', async () => {
    const taken = createServer();
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const port = String((taken.address() as AddressInfo).port);
    const { said, ended } = start('--port', port);
    expect(await ended).toEqual([1, null]);
    expect(said.err).toBe(
      `Port ${port}, which AWS needs, is in use: stop what listens there, or choose another port\n`,
    );
    taken.close();
  });

  it('names its seeds when asked for another', async () => {
    const { said, ended } = start('--seed', 'moon');
    expect(await ended).toEqual([1, null]);
    expect(said.err).toMatch(/^There is no seed "moon": use one of none/);
  });
});
