import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const TRANSFORM = join(
  dirname(require.resolve('@backstage/cli-node/package.json')),
  'config/nodeTransform.cjs',
);
jest.setTimeout(30_000);

/** Runs a build's command that leaves a process in the background, and waits. */
const BUILD = (shell: string, folder: string) => `
  const { CommandShell } = require(${JSON.stringify(shell)});
  const build = new CommandShell({
    shell: 'sh', stateDir: ${JSON.stringify(folder)}, cwd: ${JSON.stringify(
  folder,
)},
    env: process.env, onLine: line => process.stdout.write(line + '\\n'),
  });
  build.run('true').then(() => build.run('sleep 300 & echo $$ $!; sleep 300'));
`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('what the sandbox starts', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lifeline-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('dies with a sandbox that is killed, background processes of a build included', async () => {
    const shell = require.resolve('../services/codebuild/CommandShell.ts');
    const sandbox = spawn(
      process.execPath,
      ['--require', TRANSFORM, '-e', BUILD(shell, folder)],
      {
        env: { ...process.env, NODE_OPTIONS: '', JEST_WORKER_ID: undefined },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [line] = await once(sandbox.stdout, 'data');
    const pids = String(line).trim().split(' ').map(Number);
    expect(pids.map(isAlive)).toEqual([true, true]);
    sandbox.kill('SIGKILL');
    for (let tries = 0; tries < 100 && pids.some(isAlive); tries += 1) {
      await new Promise(resolve => {
        setTimeout(resolve, 50);
      });
    }
    expect(pids.map(isAlive)).toEqual([false, false]);
  });
});
