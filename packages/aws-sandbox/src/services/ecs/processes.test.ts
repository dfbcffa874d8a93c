import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GUARD_SOURCE } from './guardSource';
import { commandOf, healthPath } from './ProcessHost';

jest.setTimeout(30_000);

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('the process of a task', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'guard-test-'));
    writeFileSync(join(folder, 'guard.cjs'), GUARD_SOURCE);
    writeFileSync(
      join(folder, 'app.js'),
      "const s = require('node:http').createServer((q, r) => r.end('ok')).listen({ port: 8080, host: '0.0.0.0' }, () => process.stdout.write(JSON.stringify(s.address()) + '\\n'));",
    );
    writeFileSync(
      join(folder, 'parent.js'),
      `const child = require('node:child_process').spawn(process.execPath, ['--require', './guard.cjs', 'app.js'], { env: { CAREPLANE_TASK_PORTS: '8080=0' }, stdio: ['pipe', 'pipe', 'inherit'] });
       child.stdout.once('data', data => process.stdout.write(JSON.stringify({ pid: child.pid, address: JSON.parse(data) })));`,
    );
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('listens on loopback only, and dies with a parent that is killed', async () => {
    const parent = spawn(process.execPath, ['parent.js'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { pid, address } = await new Promise<{
      pid: number;
      address: { address: string };
    }>(resolve => {
      parent.stdout.once('data', data => resolve(JSON.parse(String(data))));
    });
    expect(address.address).toBe('127.0.0.1');
    expect(alive(pid)).toBe(true);
    parent.kill('SIGKILL');
    for (let attempt = 0; attempt < 100 && alive(pid); attempt += 1) {
      await new Promise(resolve => {
        setTimeout(resolve, 50);
      });
    }
    expect(alive(pid)).toBe(false);
  });

  it('takes its command and its health check from the task definition before the image', () => {
    const image = {
      Entrypoint: ['/usr/bin/tini', '--'],
      Cmd: ['node', 'main.js'],
      Healthcheck: {
        Test: ['CMD-SHELL', 'curl -f http://localhost:8080/ready || exit 1'],
      },
    };
    expect(commandOf({}, image)).toEqual(['node', 'main.js']);
    expect(commandOf({ command: ['node', 'other.js'] }, image)).toEqual([
      'node',
      'other.js',
    ]);
    expect(commandOf({ entryPoint: ['nginx'] }, image)).toEqual(['nginx']);
    expect(healthPath({}, image)).toBe('/ready');
    expect(
      healthPath(
        {
          healthCheck: {
            command: [
              'CMD',
              'node',
              '-e',
              "fetch('http://127.0.0.1:8080/health')",
            ],
          },
        },
        image,
      ),
    ).toBe('/health');
    expect(healthPath({}, {})).toBeUndefined();
  });
});
