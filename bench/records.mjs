// `npm run bench:records`: how fast six years of records are read. Makes them in
// an SQLite file of its own, asks what pages and the engine ask, and prints how
// long each question takes. RECORD_ROLLOUTS sets how many rollouts there are.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
require('@backstage/cli-node/config/nodeTransform.cjs');
const knexOf = require('knex');
const { migrate, Stores } = require('../plugins/release-backend/src/store');
const { fillSixYears } = await import('./records/fill.mjs');

const ROLLOUTS = Number(process.env.RECORD_ROLLOUTS ?? 36_000);
const REPEATS = 20;

const folder = mkdtempSync(join(tmpdir(), 'careplane-records-'));
const file = join(folder, 'release.sqlite');
const knex = knexOf({
  client: 'better-sqlite3',
  connection: { filename: file },
  useNullAsDefault: true,
});
try {
  await migrate(knex);
  const { entities, targets, records, middle, now } = await fillSixYears(
    knex,
    ROLLOUTS,
  );
  const stores = new Stores(knex);
  const size = Math.round(statSync(file).size / 2 ** 20);
  process.stdout.write(
    `\n${ROLLOUTS} rollouts, ${records} records of evidence, ${targets.length} targets, ${size} MiB of SQLite\n`,
  );
  const [entityRef] = entities;
  const [targetArn] = targets;
  const questions = {
    'audit: newest page': () => stores.evidence.query({}),
    'audit: what I may see (every entity)': () =>
      stores.evidence.query({}, entities),
    'audit: one entity': () => stores.evidence.query({ entityRef }),
    'audit: one person': () =>
      stores.evidence.query({ actor: 'user:default/sofia.rossi' }),
    'audit: one kind': () => stores.evidence.query({ kind: 'hold-set' }),
    'audit: one stage, three years ago': () =>
      stores.evidence.query({ stage: 'prod', to: middle }),
    'audit: a page deep down': () =>
      stores.evidence.query({ before: Math.round(records / 2) }),
    'audit: entities that it speaks of': () => stores.evidence.entityRefs(),
    'rollouts of one entity': () => stores.rollouts.list({ entityRef }),
    'rollouts of one state': () => stores.rollouts.list({ state: 'BLOCKED' }),
    'one rollout with its record': async () => {
      const { items } = await stores.rollouts.list({ entityRef });
      await stores.evidence.ofRollout(items[0].id);
      await stores.intents.of(items[0].id);
    },
    'history of one target': () => stores.targets.history(targetArn),
    'active rollouts of all targets': () => stores.rollouts.active(targets),
    'what is due': () => stores.rollouts.due(now, 20),
  };
  const figures = [];
  for (const [name, ask] of Object.entries(questions)) {
    figures.push([name, ...(await timed(ask, REPEATS))]);
  }
  const once = async (name, ask) =>
    figures.push([name, ...(await timed(ask, 1))]);
  await once('chain: from its first record', () => stores.evidence.verify(now));
  await once('chain: first check, no checkpoint', () =>
    new Stores(knex).evidence.verdict(Date.parse(now)),
  );
  await once('chain: from the checkpoint', () =>
    new Stores(knex).evidence.verdict(Date.parse(now)),
  );
  process.stdout.write(
    '\n| question | median ms | worst ms |\n|---|---|---|\n',
  );
  for (const [name, median, worst] of figures) {
    process.stdout.write(`| ${name} | ${median} | ${worst} |\n`);
  }
} finally {
  await knex.destroy();
  rmSync(folder, { recursive: true, force: true });
}

/** Median and worst of some repetitions, in milliseconds. */
async function timed(ask, repeats) {
  const times = [];
  for (let count = 0; count < repeats; count += 1) {
    const begun = performance.now();
    await ask();
    times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  return [times[Math.floor(times.length / 2)], times.at(-1)].map(ms =>
    ms.toFixed(1),
  );
}
