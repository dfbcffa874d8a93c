import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, TRANSFORM } from './paths.mjs';
import { runToEnd } from './process.mjs';
import { say } from './say.mjs';
import { Tally } from './tally.mjs';
import { environmentFor } from './toolchain.mjs';

/** What can be proved about the release engine: each file of scripts/release. */
export const PARTS = readdirSync(join(ROOT, 'scripts/release'))
  .filter(file => file.endsWith('.ts'))
  .map(file => file.slice(0, -'.ts'.length));

/** Runs parts, each in a process of its own, and prints their counts. */
export async function proveParts(node, names, flags) {
  const tally = new Tally();
  for (const name of names) {
    say(`Proving ${name}`);
    const { code, output } = await runToEnd(
      node,
      [
        '--require',
        TRANSFORM,
        join(ROOT, 'scripts/release/lib/runPart.ts'),
        name,
        ...flags,
      ],
      {
        cwd: ROOT,
        env: environmentFor(node, { NODE_NO_WARNINGS: '1' }),
        onLine: line => process.stdout.write(`${line}\n`),
      },
    );
    const last = output.match(/(\d+) passed, (\d+) failed, (\d+) skipped\s*$/);
    if (last) {
      const [passed, failed, skipped] = last.slice(1).map(Number);
      tally.add(name, { passed, failed, skipped });
    }
    if (!last || (code !== 0 && last[2] === '0')) {
      tally.check(`${name} (ended with ${code})`, false);
    }
  }
  tally.print();
  return tally.total().failed === 0;
}
