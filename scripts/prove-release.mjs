// Proves what the release engine claims, prints each matrix and figure, and
// fails where one falls short. Each file of scripts/release is a part:
//
//   npm run prove:release                   all of them
//   npm run prove:release -- crash faults   these
//   npm run prove:release -- --quick        the slice of each that npm test runs
//   npm run prove:release -- crash --seed=7 with the randomness of an earlier run
import { PARTS, proveParts } from './lib/release.mjs';
import { run, Stop } from './lib/say.mjs';
import { ensureNode } from './lib/toolchain.mjs';

await run(async () => {
  const given = process.argv.slice(2);
  const flags = given.filter(word => word.startsWith('--'));
  const names = given.filter(word => !word.startsWith('--'));
  const unknown = names.filter(name => !PARTS.includes(name));
  if (unknown.length) {
    throw new Stop(
      `There is no part ${unknown.join(', ')}, but ${PARTS.join(', ')}.`,
    );
  }
  const holds = await proveParts(
    await ensureNode(),
    names.length ? names : PARTS,
    flags,
  );
  process.exitCode = holds ? 0 : 1;
});
