// The functions of infra/: their tests and their conventions, counted one by one.
// With --strict, as the proof of infra/ wants it, a skipped test is a failure.
import { globSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { PLANTED } from './functions/planted.mjs';
import { ROOT } from './lib/paths.mjs';
import { runToEnd } from './lib/process.mjs';

// The journeys beside it come first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const PATTERNS = [
  'infra/modules/*/functions/**/*.test.mjs',
  'infra/modules/*/checks/*.test.mjs',
  'scripts/functions/*.test.mjs',
];

const strict = process.argv.includes('--strict');
const files = PATTERNS.flatMap(pattern => globSync(pattern, { cwd: ROOT }));
const leaked = new Set();
const { code, output } = await runToEnd(
  process.execPath,
  [
    ...['--disable-warning=ExperimentalWarning', '--test'],
    ...['--test-concurrency=2', '--test-reporter=spec'],
    ...files.map(file => join(ROOT, file)),
  ],
  {
    cwd: ROOT,
    onLine(line) {
      for (const planted of PLANTED) {
        if (line.includes(planted)) leaked.add(planted);
      }
      // What the functions log is looked at, and only tests are shown.
      if (!line.startsWith('{')) console.log(line);
    },
  },
);

const count = name =>
  Number([...output.matchAll(new RegExp(`ℹ ${name} (\\d+)`, 'g'))].at(-1)?.[1]);
const [passed, failed, cancelled, skipped] = [
  'pass',
  'fail',
  'cancelled',
  'skipped',
].map(count);
if (Number.isNaN(passed)) throw new Error('the tests ended without a count');

// The last check: nothing that tests planted came out in a log.
if (leaked.size > 0)
  console.log(`A function logged: ${[...leaked].join(', ')}`);
const broken = failed + cancelled + (strict ? skipped : 0) + leaked.size;
const held = passed + (leaked.size > 0 ? 0 : 1);
console.log(
  `functions of infra: ${held} passed, ${broken} failed, ${
    strict ? 0 : skipped
  } skipped`,
);
process.exitCode = broken === 0 && code === 0 ? 0 : 1;
