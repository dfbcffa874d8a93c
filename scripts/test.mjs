// `npm test`: everything, on what the machine has and what npm can bring.
import { ensureAppBuilt } from './lib/build.mjs';
import { ensureChromium } from './lib/chromium.mjs';
import { ensureDependencies } from './lib/install.mjs';
import { startPostgres } from './lib/postgres.mjs';
import { run, say } from './lib/say.mjs';
import {
  runCountingScripts,
  runJest,
  runJourneys,
  runStaticChecks,
} from './lib/suites.mjs';
import { Tally } from './lib/tally.mjs';
import { ensureNode } from './lib/toolchain.mjs';

await run(async () => {
  const node = await ensureNode();
  await ensureDependencies(node);
  const tally = new Tally();
  await runStaticChecks(node, tally);

  const postgres = await startPostgres();
  if (!postgres) {
    say('No PostgreSQL can be had here: store tests run on SQLite only');
    tally.skip('store tests on PostgreSQL');
  }
  try {
    // The proofs wait more than they compute: beside the other tests.
    await Promise.all([
      runJest(node, tally, { connection: postgres?.connection }),
      runCountingScripts(node, tally, [
        [
          'proofs of the release engine',
          'scripts/test-release.mjs',
          postgres && {
            BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING:
              postgres.connection,
          },
        ],
        ['templates', 'scripts/test-templates.mjs'],
      ]),
    ]);
  } finally {
    await postgres?.stop();
  }

  await ensureAppBuilt(node);
  const chromium = await ensureChromium();
  // A person's steps leave a machine idle more than half of the time; what runs
  // beside them is of lower priority.
  await Promise.all([
    runJourneys(node, tally, chromium),
    runCountingScripts(node, tally, [
      ['infra', 'scripts/test-infra.mjs'],
      ['functions of infra', 'scripts/test-functions.mjs'],
    ]),
  ]);

  tally.print();
  process.exitCode = tally.total().failed === 0 ? 0 : 1;
});
