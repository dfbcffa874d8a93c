import { TestDatabases } from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import { migrate, Stores } from '.';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
jest.setTimeout(120_000);
const AT = '2026-01-02T00:00:00.000Z';

describe.each(databases.eachSupportedId())('the chain on %s', engine => {
  let knex: Knex;
  let stores: Stores;
  const rows: number[] = [];

  beforeEach(async () => {
    knex = await databases.init(engine);
    await migrate(knex);
    stores = new Stores(knex);
    rows.length = 0;
    knex.on('query-response', (response, query) => {
      if (/select \* from .evidence. where .position. >/.test(query.sql)) {
        rows.push(response.length ?? response.rows?.length ?? 0);
      }
    });
  });

  const append = async (count: number, entity = 'a') => {
    for (let index = 0; index < count; index += 100) {
      await stores.commit({
        at: AT,
        evidence: Array.from({ length: Math.min(100, count - index) }, () => ({
          kind: 'seen',
          actor: 'careplane-auto',
          entityRef: `component:default/${entity}`,
          facts: {},
        })),
      });
    }
  };
  /** A look that no earlier verdict answers. */
  const look = (day: number) =>
    stores.evidence.verdict(Date.parse(AT) + day * 86_400_000);
  const read = () => rows.splice(0).reduce((sum, one) => sum + one, 0);

  it('is verified from the last checkpoint on, and a part of what is older each time', async () => {
    await append(5_000);
    expect(await look(1)).toMatchObject({ verified: true });
    expect(read()).toBeGreaterThanOrEqual(5_000);
    await append(10);
    stores = new Stores(knex);
    expect(await look(2)).toMatchObject({ verified: true });
    expect(read()).toBeLessThanOrEqual(10 + 2_000 + 1_000);
    expect(await stores.evidence.verify(AT)).toMatchObject({ verified: true });
  });

  it('tells an edited record, a new one at once and an old one in its turn (SC-X19)', async () => {
    await append(5_000);
    await look(1);
    await append(10);
    const edit = (position: number, actor: string) =>
      knex('evidence').where({ position }).update({ actor });
    await edit(5_004, 'somebody');
    expect(await look(2)).toMatchObject({
      verified: false,
      firstBadPosition: 5_004,
    });
    await edit(5_004, 'careplane-auto');
    await edit(4_500, 'somebody');
    const verdicts = [];
    for (let day = 3; day < 7; day += 1) verdicts.push(await look(day));
    expect(verdicts.at(-1)).toMatchObject({
      verified: false,
      firstBadPosition: 4_500,
    });
    expect(await look(8)).toMatchObject({ verified: false });
  });

  it('tells a record that was exchanged with all that follow it, and one that was cut off', async () => {
    await append(20);
    await look(1);
    await knex('evidence')
      .where({ position: 20 })
      .update({ hash: 'f'.repeat(64) });
    expect(await look(2)).toMatchObject({
      verified: false,
      firstBadPosition: 20,
    });
    await knex('evidence').where('position', '>', 15).delete();
    expect(await look(3)).toMatchObject({
      verified: false,
      firstBadPosition: 16,
    });
  });

  it('tells an end that was cut off with the head set back to what is left', async () => {
    await append(300);
    await look(1);
    const left = await knex('evidence').where({ position: 200 }).first();
    await knex('evidence').where('position', '>', 200).delete();
    await knex('evidence_head')
      .where({ id: 1 })
      .update({ position: 200, hash: left.hash });
    const lost = { verified: false, firstBadPosition: 201 };
    expect(await look(2)).toMatchObject(lost);
    expect(await stores.evidence.verify(AT)).toMatchObject(lost);
    // New records in their place do not hide it.
    await append(150, 'b');
    expect(await look(3)).toMatchObject({ verified: false });
  });

  it('names each entity that it speaks of once, also before there is any', async () => {
    expect(await stores.evidence.entityRefs()).toEqual([]);
    await append(3, 'b');
    await append(3, 'a');
    await append(2, 'b');
    expect(await stores.evidence.entityRefs()).toEqual([
      'component:default/a',
      'component:default/b',
    ]);
  });
});
