import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, TRANSFORM } from './paths.mjs';
import { Stop } from './say.mjs';
import { environmentFor } from './toolchain.mjs';

/** An empty sandbox on free ports, as a process of its own. */
export function startBareSandbox(node) {
  const child = spawn(
    node,
    [
      '--require',
      TRANSFORM,
      join(ROOT, 'packages/aws-sandbox/src/main.ts'),
      ...['--port', '0', '--oidc-port', '0', '--sonar-port', '0'],
    ],
    {
      cwd: ROOT,
      env: environmentFor(node, { NODE_NO_WARNINGS: '1' }),
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  return new Promise((resolve, reject) => {
    child.stdout.on('data', data => {
      const url = /AWS\s+(http:\S+)/.exec(String(data))?.[1];
      if (url) resolve({ url, stop: () => child.kill('SIGTERM') });
    });
    child.on('exit', () => reject(new Stop('The sandbox did not start.')));
  });
}
