// `npm test`: everything, on what the machine has and what npm can bring.
import { ensureAppBuilt } from './lib/build.mjs';
import { ensureChromium } from './lib/chromium.mjs';
import { ensureDependencies } from './lib/install.mjs';
import { startPostgres } from './lib/postgres.mjs';
import { run, say } from './lib/say.mjs';
import {
  runCountingScript,
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
    say('Running unit, plugin and store tests');
    await runJest(node, tally, { connection: postgres?.connection });
    await runCountingScript(
      node,
      tally,
      'proofs of the release engine',
      'scripts/test-release.mjs',
      postgres && {
        BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING:
          postgres.connection,
      },
    );
  } finally {
    await postgres?.stop();
  }

  await runCountingScript(
    node,
    tally,
    'templates',
    'scripts/test-templates.mjs',
  );
  await runCountingScript(node, tally, 'infra', 'scripts/test-infra.mjs');
  await runCountingScript(
    node,
    tally,
    'functions of infra',
    'scripts/test-functions.mjs',
  );
  await ensureAppBuilt(node);
  await runJourneys(node, tally, await ensureChromium());

  tally.print();
  process.exitCode = tally.total().failed === 0 ? 0 : 1;
});
