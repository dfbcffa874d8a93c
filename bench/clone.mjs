import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../scripts/lib/paths.mjs';

/** Runs `prove:start` with a warm and with an empty package cache. */
export function measureClone() {
  return [
    ['warm', {}],
    ['cold', { CAREPLANE_PROVE_COLD: '1' }],
  ].map(([cache, extra]) => {
    const said = execFileSync(
      process.execPath,
      [join(ROOT, 'scripts/prove-start.mjs')],
      {
        encoding: 'utf8',
        env: { ...process.env, ...extra },
      },
    );
    return {
      name: `clone to first page, ${cache} package cache`,
      value:
        /first start within \d+ s \(([\d.]+) s\)/.exec(said)?.[1] ?? 'failed',
      unit: 's',
      method:
        'npm run prove:start: fresh clone of the committed tree, install and build included, until / answers',
    };
  });
}
