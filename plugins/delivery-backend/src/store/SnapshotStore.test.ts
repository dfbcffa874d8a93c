import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { SnapshotStore } from './SnapshotStore';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['POSTGRES_15', 'SQLITE_3'] });
const start = new Date('2026-11-20T12:00:00.000Z');
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const key = { provider: 'codepipeline', key: 'arn:a' };
const long = { owner: 'me', now: start, until: after(60) };

describe.each(databases.eachSupportedId())('SnapshotStore on %p', engine => {
  async function create() {
    const knex = await databases.init(engine);
    const store = await SnapshotStore.create(
      mockServices.database.mock({
        getClient: async () => knex,
        migrations: { skip: false },
      }),
    );
    return { knex, store };
  }

  it('keeps no record number that a tag holds (SC-X16)', async () => {
    const { knex, store } = await create();
    await store.track([key], start);
    await store.claim(key, { ...long, unlessReadSince: start });
    await store.succeed(key, {
      owner: 'me',
      items: [{ tags: ['mrn-770042008', '1.4.0'], arn: 'arn:aws:x' }],
      asOf: start,
      nextPollAt: after(30),
    });
    const [{ items }] = await store.get([key]);
    expect(items).toEqual([{ tags: ['[removed]', '1.4.0'], arn: 'arn:aws:x' }]);
    expect(JSON.stringify(await knex('snapshots'))).not.toContain('770042008');
  });

  it('keeps the last good facts through failures and counts them', async () => {
    const { store } = await create();
    await store.track([key, key], start);
    expect(await store.due(start)).toEqual([key]);

    await store.claim(key, { ...long, unlessReadSince: start });
    await store.succeed(key, {
      owner: 'me',
      items: [{ name: 'x' }],
      asOf: start,
      nextPollAt: after(30),
    });
    expect(await store.due(after(29))).toEqual([]);
    expect(await store.due(after(30))).toEqual([key]);

    for (const seconds of [30, 60]) {
      await store.claim(key, {
        owner: 'other',
        now: after(seconds),
        until: after(seconds + 60),
        unlessReadSince: after(seconds),
      });
      await store.fail(key, {
        owner: 'other',
        error: { name: 'NotAllowedError', message: 'no' },
        nextPollAt: after(seconds + 30),
      });
    }
    expect(await store.get([key, { provider: 'x', key: 'unknown' }])).toEqual([
      {
        ...key,
        items: [{ name: 'x' }],
        asOf: start.toISOString(),
        attemptedAt: after(60).toISOString(),
        nextPollAt: after(90).toISOString(),
        failures: 2,
        error: { name: 'NotAllowedError', message: 'no' },
      },
    ]);
  });

  it('lets one reader in at a time, and nobody write after its lease', async () => {
    const { store } = await create();
    await store.track([key], start);
    const claims = await Promise.all(
      ['a', 'b', 'c'].map(owner =>
        store.claim(key, {
          owner,
          now: start,
          until: after(60),
          unlessReadSince: start,
        }),
      ),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await store.due(start)).toEqual([]);

    const late = ['a', 'b', 'c'][claims.indexOf(true)];
    expect(
      await store.claim(key, {
        owner: 'next',
        now: after(61),
        until: after(120),
        unlessReadSince: after(61),
      }),
    ).toBe(true);
    await store.succeed(key, {
      owner: late,
      items: ['late'],
      asOf: start,
      nextPollAt: after(30),
    });
    expect((await store.get([key]))[0].items).toBeUndefined();
  });

  it('shares a reading that began after the time given', async () => {
    const { store } = await create();
    await store.track([key], start);
    await store.claim(key, { ...long, unlessReadSince: start });
    await store.succeed(key, {
      owner: 'me',
      items: [],
      asOf: start,
      nextPollAt: after(30),
    });
    const again = (seconds: number) =>
      store.claim(key, {
        owner: 'b',
        now: after(seconds),
        until: after(seconds + 1),
        unlessReadSince: after(seconds - 10),
      });
    expect(await again(9)).toBe(false);
    expect(await again(10)).toBe(true);
  });

  it('forgets what no entity has named since a time', async () => {
    const { store } = await create();
    const other = { ...key, key: 'arn:b' };
    await store.track([key, other], start);
    await store.track([other], after(10));
    expect(Number(await store.prune(after(5)))).toBe(1);
    expect((await store.get([key, other])).map(one => one.key)).toEqual([
      'arn:b',
    ]);
  });

  it('has a migration that can be undone', async () => {
    const { knex } = await create();
    const directory = resolvePackagePath(
      '@careplane/backstage-plugin-delivery-backend',
      'migrations',
    );
    await knex.migrate.rollback({ directory });
    expect(await knex.schema.hasTable('snapshots')).toBe(false);
    await knex.migrate.latest({ directory });
    expect(await knex.schema.hasTable('snapshots')).toBe(true);
  });
});
