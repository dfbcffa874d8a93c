// `npm run bench`: measures a running portal, with its method, as a table and as JSON.
//
//   npm start                      (in another terminal)
//   npm run bench                  figures of the running portal
//   npm run bench -- --clone       also clone and start (minutes; ports of its own)
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpus, totalmem } from 'node:os';
import { ROOT } from '../scripts/lib/paths.mjs';
import { run, say, Stop } from '../scripts/lib/say.mjs';
import { localPorts } from '../scripts/lib/portal.mjs';
import { measureBlocks } from './blocks.mjs';
import { measureClone } from './clone.mjs';
import { measureMemory } from './memory.mjs';
import { measurePages } from './pages.mjs';
import { measureRollback } from './rollback.mjs';

await run(async () => {
  const ports = localPorts();
  const portal = `http://localhost:${ports.portal}`;
  const sandbox = `http://127.0.0.1:${ports.aws}`;
  await fetch(`${portal}/.backstage/health/v1/readiness`).catch(() => {
    throw new Stop(
      `No portal answers at ${portal}. Start one with npm start, then run npm run bench again.`,
    );
  });
  const figures = [];
  const steps = [
    ['pages: AWS calls and bytes', () => measurePages(portal, sandbox)],
    ['blocks: time on the server', () => measureBlocks(portal)],
    [
      'rollback: to the alias observed back',
      () => measureRollback(portal, sandbox),
    ],
    ['memory of the back end', () => measureMemory(ports.portal)],
    ...(process.argv.includes('--clone')
      ? [['clone to first page', () => measureClone()]]
      : []),
  ];
  for (const [title, measure] of steps) {
    say(`Measuring ${title}`);
    figures.push(...(await measure()));
  }
  const report = {
    at: new Date().toISOString(),
    machine: {
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    },
    figures,
  };
  print(figures);
  const file = join(ROOT, '.careplane', 'bench.json');
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(`\n${JSON.stringify(report)}\n`);
});

function print(figures) {
  process.stdout.write('\n| figure | value | method |\n|---|---|---|\n');
  for (const { name, value, unit, method } of figures) {
    process.stdout.write(`| ${name} | ${value} ${unit} | ${method} |\n`);
  }
}
