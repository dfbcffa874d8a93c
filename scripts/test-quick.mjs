// `npm run test:quick`: types, and the tests of what changed since the last commit.
import { execFileSync } from 'node:child_process';
import { ensureDependencies } from './lib/install.mjs';
import { ROOT } from './lib/paths.mjs';
import { run, say } from './lib/say.mjs';
import { runJest, runStaticChecks } from './lib/suites.mjs';
import { Tally } from './lib/tally.mjs';
import { ensureNode } from './lib/toolchain.mjs';

await run(async () => {
  const node = await ensureNode();
  await ensureDependencies(node);
  const tally = new Tally();
  await runStaticChecks(node, tally, ['types']);
  const changed = execFileSync(
    'git',
    ['status', '--porcelain', '--untracked-files=all'],
    { cwd: ROOT, encoding: 'utf8' },
  )
    .split('\n')
    .map(line => line.slice(3))
    .filter(path => /^(packages|plugins)\/.*\.tsx?$/.test(path));
  if (changed.length === 0) {
    say('Nothing changed below packages/ and plugins/: no unit test to run');
    tally.skip('unit, plugin and store tests');
  } else {
    const folders = [
      ...new Set(changed.map(path => path.split('/').slice(0, 2).join('/'))),
    ];
    say(`Testing ${folders.join(', ')}`);
    await runJest(node, tally, { args: ['--findRelatedTests', ...changed] });
  }
  tally.print();
  process.exitCode = tally.total().failed === 0 ? 0 : 1;
});
