import { TestDatabases } from '@backstage/backend-test-utils';
import { DANIEL, MAYA, promote, start } from '../__testUtils__/fakePortal';
import { ARN, Harness, OLD, STAGE } from '../__testUtils__/harness';
import { Views } from './Views';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
jest.setTimeout(60_000);

const component = (number: number) => ({
  entityRef: `component:default/one-${number}`,
  name: `one-${number}`,
  title: `one-${number}`,
  targets: [
    {
      arn: `${ARN}${number}`,
      kind: 'lambda-alias' as const,
      stage: STAGE,
      component: `one-${number}`,
      stackName: `svc-one-${number}`,
    },
  ],
});

describe.each(databases.eachSupportedId())('what pages show on %s', engine => {
  it('is read with as many queries for forty components as for one', async () => {
    const knex = await databases.init(engine);
    const h = await Harness.create(knex);
    const all = Array.from({ length: 40 }, (_, number) => component(number));
    for (const { targets } of all) {
      const [{ arn }] = targets;
      for (const [id, minute] of [
        ['1', 0],
        ['2', 1],
      ] as const) {
        const at = `2026-01-01T00:0${minute}:00.000Z`;
        const revision = { ...OLD, id };
        const entry = { revision, from: at, source: 'careplane' as const };
        await h.stores.commit({
          at,
          evidence: [],
          move: { targetArn: arn, entry },
        });
      }
    }
    const views = new Views({
      stores: h.stores,
      clock: h.clock,
      stages: [STAGE],
      pollMs: 30_000,
    });
    let queries = 0;
    knex.on('query', () => {
      queries += 1;
    });
    await views.components(all.slice(0, 1));
    const forOne = queries;
    const shown = await views.components(all);
    expect(queries - forOne).toBe(forOne);
    expect(shown).toHaveLength(40);
    for (const { blocks } of shown) {
      const { history } = blocks[0].target;
      expect(history.map(one => one.revision.id)).toEqual(['2', '1']);
      expect(history[1].to).toBe('2026-01-01T00:01:00.000Z');
    }
  });

  it('is made from the last moves alone where asked, and what runs keeps its name', async () => {
    const knex = await databases.init(engine);
    const h = await Harness.create(knex);
    const one = component(1);
    const [{ arn }] = one.targets;
    for (let number = 0; number < 30; number++) {
      h.now += 1_000;
      const at = new Date(h.now).toISOString();
      const revision = { id: `${number}`, contentHash: `code ${number}` };
      const entry = { revision, from: at, source: 'careplane' as const };
      await h.stores.commit({
        at,
        evidence: [],
        move: { targetArn: arn, entry },
      });
      await h.open({
        targetArn: arn,
        state: 'SUCCEEDED',
        endedAt: at,
        requestedAt: at,
        nextRunAt: undefined,
        candidate: {
          ...revision,
          releaseId: `release-${number}`,
          version: `1.${number}.0`,
        },
      });
    }
    const at = new Date(h.now).toISOString();
    const key = { arn, entityRef: one.entityRef, stage: STAGE.name };
    const known = await h.stores.targets.beginReading(key);
    const stable = { id: '2', contentHash: 'code 2' };
    await knex.transaction(trx =>
      h.stores.targets.saveFacts(trx, key, {
        ...known,
        facts: { asOf: at, observed: { exists: true, stable } },
      }),
    );
    const views = new Views({
      stores: h.stores,
      clock: h.clock,
      stages: [STAGE],
      pollMs: 30_000,
    });
    const rows: Record<string, number> = {};
    knex.on('query-response', (answer: unknown, { sql }: { sql: string }) => {
      const table = /join .ranked.* on .ranked.\..id. = .(\w+)/.exec(sql)?.[1];
      const count = (answer as { rows?: unknown[] }).rows ?? answer;
      if (table) rows[table] = (count as unknown[]).length;
    });
    const [few] = await views.components([one], { moves: 20 });
    expect(few.blocks[0].target.history).toHaveLength(20);
    expect(few.blocks[0].target.current).toMatchObject({
      id: '2',
      releaseId: 'release-2',
      version: '1.2.0',
    });
    expect(rows.history).toBe(20);
    const [all] = await views.components([one]);
    expect(all.blocks[0].target.history).toHaveLength(30);
  });

  it('says what the last move left where the target was read before it', async () => {
    const knex = await databases.init(engine);
    const h = await Harness.create(knex);
    const one = component(1);
    const [{ arn }] = one.targets;
    const key = { arn, entityRef: one.entityRef, stage: STAGE.name };
    const stable = { ...OLD, id: '1' };
    const candidate = { revision: { ...OLD, id: '2' }, weight: 0.1 };
    const iso = (ms: number) => new Date(ms).toISOString();
    const moved = async (id: string) => {
      h.now += 1_000;
      const entry = {
        revision: { ...OLD, id },
        from: iso(h.now),
        source: 'careplane' as const,
      };
      await h.stores.commit({
        at: entry.from,
        evidence: [],
        move: { targetArn: arn, entry },
      });
    };
    const read = async () => {
      h.now += 1_000;
      const known = await h.stores.targets.beginReading(key);
      const observed = { exists: true, stable, candidate };
      const stack = {
        exists: true,
        liveValue: '1',
        owner: 'careplane-stack' as const,
        holdsTarget: true,
        busy: false,
      };
      await knex.transaction(trx =>
        h.stores.targets.saveFacts(trx, key, {
          ...known,
          facts: { asOf: iso(h.now), observed, stack },
        }),
      );
    };
    const shown = async () => {
      const views = new Views({
        stores: h.stores,
        clock: h.clock,
        stages: [{ ...STAGE, name: 'dev' }, STAGE],
        pollMs: 30_000,
      });
      const { target } = (await views.component(one)).blocks[0];
      const { current, stack } = target;
      return [current?.id, target.candidate?.revision.id, stack?.settled];
    };
    await moved('1');
    await read();
    expect(await shown()).toEqual(['1', '2', true]);
    await moved('2');
    // The stack was settled for what ran before.
    expect(await shown()).toEqual(['2', undefined, false]);
    // What is read later is what AWS says, whoever moved it.
    await read();
    expect(await shown()).toEqual(['1', '2', true]);
  });

  it('open rollouts are found behind any number of ended ones', async () => {
    const h = await Harness.create(await databases.init(engine));
    const open = await h.open({ targetArn: `${ARN}open` });
    for (let i = 0; i < 105; i++) {
      h.now += 1_000;
      const at = new Date(h.now).toISOString();
      await h.open({
        targetArn: `${ARN}${i}`,
        state: 'SUCCEEDED',
        endedAt: at,
        nextRunAt: undefined,
      });
    }
    const newest = await h.stores.rollouts.list({ limit: 100 });
    expect(newest.items.map(one => one.id)).not.toContain(open);
    const { items, next } = await h.stores.rollouts.list({ open: true });
    expect(items.map(one => one.id)).toEqual([open]);
    expect(next).toBeUndefined();
  });

  it('evidence is exported to its end, a page at a time', async () => {
    const h = await Harness.create(await databases.init(engine));
    const drafts = Array.from({ length: 2_500 }, (_, number) => ({
      kind: 'denied',
      actor: 'user:default/x',
      facts: { seq: number },
    }));
    const at = '2026-01-01T00:00:00.000Z';
    await h.stores.commit({ at, evidence: drafts });
    const sizes: number[] = [];
    const positions: number[] = [];
    for await (const page of h.stores.evidence.pages({ kind: 'denied' })) {
      sizes.push(page.length);
      positions.push(...page.map(one => one.position));
    }
    expect(sizes).toEqual([1_000, 1_000, 500]);
    expect(positions).toEqual(
      Array.from({ length: 2_500 }, (_, number) => 2_500 - number),
    );
  });
});

it('an export streams what the caller may read, and says that it is complete', async () => {
  const t = await start();
  await t.filled();
  const made = await t.post('/api/release/rollouts', promote('prod', 'one'));
  await t.until(made.body.id, 'AWAITING_APPROVAL');
  const exported = await t.get('/api/release/audit/export?stage=prod', DANIEL);
  expect(exported.status).toBe(200);
  expect(exported.headers['content-type']).toMatch(/ndjson/);
  const text = exported.text ?? exported.body.toString();
  const lines = text
    .trim()
    .split('\n')
    .map((line: string) => JSON.parse(line));
  const { end } = lines.pop();
  expect(end).toMatchObject({
    records: lines.length,
    chain: { verified: true },
  });
  const page = await t.get('/api/release/audit?stage=prod&limit=200', DANIEL);
  expect(lines.map((one: { hash: string }) => one.hash)).toEqual(
    page.body.records.map((one: { hash: string }) => one.hash),
  );
  const bad = await t.get('/api/release/audit/export?stage=nowhere', MAYA);
  expect(bad.status).toBe(400);
  const open = await t.get('/api/release/rollouts?open=true');
  expect(open.body.items).toHaveLength(1);
  await t.backend.stop();
});
