import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { needDisk } from './checks.mjs';
import { fingerprint } from './fingerprint.mjs';
import { ROOT } from './paths.mjs';
import { runToEnd } from './process.mjs';
import { npmSettings, variablesFor, whyUnreachable } from './registry.mjs';
import { say, Stop } from './say.mjs';
import { environmentFor } from './toolchain.mjs';

const MARKER = join(ROOT, 'node_modules', '.careplane-installed');
const YARN = join(ROOT, '.yarn/releases/yarn-4.13.0.cjs');

/** Installs the locked dependencies, once per lockfile. */
export async function ensureDependencies(node) {
  const wanted = fingerprint(
    ROOT,
    ['yarn.lock', 'package.json', '.yarnrc.yml'],
    node,
  );
  if ((await read(MARKER)) === wanted) return;
  await needDisk(ROOT, 4);
  say(
    'Installing dependencies (the first time takes a few minutes, from the npm registry)',
  );
  const variables = variablesFor(await npmSettings());
  const unreachable = await whyUnreachable(node, YARN, variables, {
    cwd: ROOT,
  });
  if (unreachable) {
    say('The npm registry does not answer; trying with what this machine has');
  }
  const started = Date.now();
  let doing = 'start';
  const progress = setInterval(
    () =>
      say(
        `  still at the ${doing} after ${Math.round(
          (Date.now() - started) / 1000,
        )} s`,
      ),
    15_000,
  );
  const { code, output } = await runToEnd(
    node,
    [YARN, 'install', '--immutable'],
    {
      cwd: ROOT,
      env: environmentFor(node, {
        YARN_ENABLE_TELEMETRY: '0',
        ...variables,
        ...(unreachable ? { YARN_ENABLE_NETWORK: '0' } : {}),
      }),
      onLine: line => {
        const step = /┌ (.+) step/.exec(line);
        if (!step) return;
        doing = `${step[1].toLowerCase()} step`;
        say(`  ${step[1].toLowerCase()}`);
      },
    },
  ).finally(() => clearInterval(progress));
  if (code !== 0) throw new Stop(explain(output, unreachable));
  await writeFile(MARKER, wanted);
}

function explain(output, unreachable) {
  if (/ENOSPC/.test(output)) {
    return 'Installing dependencies failed because the disk is full. Free about 4 GB and run the command again.';
  }
  if (unreachable) {
    return `Installing dependencies failed because the npm registry cannot be reached:\n\n${unreachable}\n\nThe first run needs it once; later runs work offline. Then run the command again.`;
  }
  const tail = output.trim().split('\n').slice(-12).join('\n');
  return `Installing dependencies failed. What yarn said last:\n\n${tail}`;
}

async function read(file) {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
