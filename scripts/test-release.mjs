// The fast slice of each proof about the release engine.
import { PARTS, proveParts } from './lib/release.mjs';
import { run } from './lib/say.mjs';
import { ensureNode } from './lib/toolchain.mjs';

await run(async () => {
  const holds = await proveParts(await ensureNode(), PARTS, ['--quick']);
  process.exitCode = holds ? 0 : 1;
});
