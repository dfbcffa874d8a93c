import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { runToEnd } from './process.mjs';
import { say } from './say.mjs';
import { environmentFor } from './toolchain.mjs';

const BACKSTAGE = join(ROOT, 'node_modules/@backstage/cli/bin/backstage-cli');
const MODULES = join(ROOT, 'node_modules');

// The longest first: it takes as long as all the others together.
const STATIC_CHECKS = [
  ['types', [join(MODULES, 'typescript/bin/tsc'), '--incremental']],
  ['formatting', [join(MODULES, 'prettier/bin-prettier.js'), '--check', '.']],
  ['package metadata', [BACKSTAGE, 'repo', 'fix', '--check']],
  ['lint', [BACKSTAGE, 'repo', 'lint', '--max-warnings', '0']],
  ['start scripts', ['--test', 'scripts/lib/*.test.mjs']],
  ['scripts of infra', ['--test', 'scripts/infra/**/*.test.mjs']],
  ['dependencies', [join(ROOT, 'scripts/check-dependencies.mjs')]],
  [
    'what the release engine holds',
    [join(ROOT, 'scripts/invariants.mjs'), '--check'],
  ],
  ['config', configCheck('app-config.yaml')],
  [
    'config of production',
    configCheck('app-config.yaml', 'app-config.production.yaml'),
  ],
];

/** Against every package's schema; unknown keys fail, unset variables do not. */
function configCheck(...files) {
  const configs = files.flatMap(file => ['--config', file]);
  return [BACKSTAGE, 'config:check', '--lax', '--strict', ...configs];
}

/** Everything that is checked without running it, two at a time: one count each. */
export async function runStaticChecks(node, tally, names) {
  const waiting = STATIC_CHECKS.filter(
    ([name]) => !names || names.includes(name),
  );
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, args] = next;
      say(`Checking ${name}`);
      const { code, output } = await runToEnd(node, args, {
        cwd: ROOT,
        env: environmentFor(node),
      });
      if (code !== 0) {
        process.stdout.write(`${name}:\n${output.slice(-6000)}\n`);
      }
      tally.check(name, code === 0);
    }
  };
  await Promise.all([worker(), worker()]);
}

/** Jest over the whole repository, or over what `args` selects. */
export async function runJest(node, tally, { args = [], connection } = {}) {
  say('Running unit, plugin and store tests');
  const report = join(ROOT, 'node_modules/.cache/careplane-jest.json');
  rmSync(report, { force: true });
  const { code } = await runToEnd(
    node,
    [
      BACKSTAGE,
      'repo',
      'test',
      '--watchAll=false',
      // One more than the cores of CI: the tests on the sandbox mostly wait.
      '--maxWorkers=3',
      '--workerIdleMemoryLimit=1300M',
      '--json',
      `--outputFile=${report}`,
      ...args,
    ],
    {
      cwd: ROOT,
      env: environmentFor(node, {
        CI: '1',
        TZ: 'UTC',
        BACKSTAGE_TEST_DISABLE_DOCKER: '1',
        ...(connection
          ? { BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING: connection }
          : {}),
      }),
      onLine: line => {
        if (!line.startsWith('{')) process.stdout.write(`${line}\n`);
      },
    },
  );
  const result = readReport(report);
  if (!result) {
    tally.check(
      `unit, plugin and store tests (ended with ${code} before counting)`,
      false,
    );
    return;
  }
  const brokenSuites = result.numRuntimeErrorTestSuites;
  tally.add('unit, plugin and store tests', {
    passed: result.numPassedTests,
    failed: result.numFailedTests + brokenSuites,
    skipped: result.numPendingTests + result.numTodoTests,
  });
  if (code !== 0 && result.numFailedTests + brokenSuites === 0) {
    tally.check('end of the unit tests', false);
  }
}

/** A suite of its own that prints `<name>: N passed, N failed, N skipped`. */
async function runCountingScript(node, tally, name, script, extra = {}) {
  say(`Running ${name}`);
  const { code, output } = await runToEnd(node, [join(ROOT, script)], {
    cwd: ROOT,
    env: environmentFor(node, extra),
    onLine: line => process.stdout.write(`${name} | ${line}\n`),
  });
  const line = /(\d+) passed, (\d+) failed(?:, (\d+) skipped)?/g;
  const last = [...output.matchAll(line)].at(-1);
  if (!last) {
    tally.check(`${name} (ended with ${code} before counting)`, false);
    return;
  }
  const [passed, failed, skipped] = last
    .slice(1)
    .map(count => Number(count ?? 0));
  tally.add(name, { passed, failed, skipped });
  if (code !== 0 && failed === 0) tally.check(`end of ${name}`, false);
}

/** Several of them, one after the other. */
export async function runCountingScripts(node, tally, scripts) {
  for (const [name, script, env] of scripts) {
    await runCountingScript(node, tally, name, script, env);
  }
}

/** Playwright journeys against a portal of their own. */
export async function runJourneys(node, tally, chromium) {
  if (!chromium) {
    say('Journeys need a Chromium, and none can be had here: skipped');
    tally.skip('journeys');
    return;
  }
  say('Walking the journeys in Chromium');
  const report = join(ROOT, 'node_modules/.cache/careplane-journeys.json');
  rmSync(report, { force: true });
  const { code } = await runToEnd(
    node,
    [join(MODULES, '@playwright/test/cli.js'), 'test'],
    {
      cwd: ROOT,
      env: environmentFor(node, {
        CI: '1',
        CHROMIUM_PATH: chromium,
        PLAYWRIGHT_JSON_OUTPUT_NAME: report,
      }),
      onLine: line => process.stdout.write(`${line}\n`),
    },
  );
  const result = readReport(report);
  if (!result) {
    tally.check(`journeys (ended with ${code} before counting)`, false);
    return;
  }
  const { expected, unexpected, flaky, skipped } = result.stats;
  tally.add('journeys', {
    passed: expected,
    failed: unexpected + flaky,
    skipped,
  });
  if (code !== 0 && unexpected + flaky === 0)
    tally.check('end of the journeys', false);
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
