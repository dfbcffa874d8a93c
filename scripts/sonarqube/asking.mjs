import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT, TRANSFORM } from '../lib/paths.mjs';

/** Conditions of the sandbox's quality gate. */
export async function sandboxGate(node) {
  return JSON.parse(await runTypeScript(node, ['gate'], ''));
}

/**
 * Asks a real server and the sandbox through our client.
 *
 * @returns {Promise<{real: object[], sandbox: object[]}>} answers in the same order
 */
export async function ask(node, { url, token, stranger, states }) {
  return JSON.parse(
    await runTypeScript(
      node,
      [],
      JSON.stringify({ url, token, stranger, states }),
    ),
  );
}

/** The tokens go over stdin: a command line can be read by everybody. */
async function runTypeScript(node, args, input) {
  const running = promisify(execFile)(
    node,
    ['--require', TRANSFORM, join(ROOT, 'scripts/sonarqube/ask.ts'), ...args],
    { cwd: ROOT, maxBuffer: 64 * 1024 * 1024, timeout: 3 * 60_000 },
  );
  running.child.stdin.end(input);
  return (await running).stdout;
}
