import { TestDatabases } from '@backstage/backend-test-utils';
import { Harness, ARN, OLD } from '../__testUtils__/harness';
import type { StageTestRecord } from './StageTestStore';
import {
  DatabaseClock,
  Heartbeats,
  migrate,
  migrateDown,
  Stores,
} from './index';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
jest.setTimeout(60_000);

const AT = '2026-01-02T00:00:00.000Z';
const fact = (kind: string) => ({
  kind,
  actor: 'user:default/x',
  facts: { reason: kind },
});

describe.each(databases.eachSupportedId())('stores on %s', engine => {
  it('migrate up, down and up again', async () => {
    const knex = await databases.init(engine);
    await migrate(knex);
    await migrateDown(knex);
    expect(await knex.schema.hasTable('rollout')).toBe(false);
    await migrate(knex);
    expect(await knex.schema.hasTable('rollout')).toBe(true);
  });

  it('keep one active rollout per target, whoever asks at the same time (INV-03)', async () => {
    const knex = await databases.init(engine);
    const h = await Harness.create(knex);
    const tries = await Promise.allSettled([h.open(), h.open(), h.open()]);
    expect(tries.filter(one => one.status === 'fulfilled')).toHaveLength(1);
    const refused = tries.flatMap(one =>
      one.status === 'rejected' ? [one.reason.name] : [],
    );
    expect(refused).toEqual(['ConflictError', 'ConflictError']);
    expect(await h.open({ targetArn: `${ARN}2` })).toBeDefined();
  });

  it("test a promote once by themselves, and one release at a time (a stage's tests)", async () => {
    const knex = await databases.init(engine);
    const h = await Harness.create(knex);
    const promote = await h.open();
    const other = await h.open({ targetArn: `${ARN}2` });
    const untested = async () =>
      (await h.stores.stageTests.untested(AT, '2025-01-01')).map(
        ({ id }) => id,
      );
    expect(await untested()).toEqual([]);
    for (const id of [promote, other]) {
      await h.stores.commit({
        at: AT,
        evidence: [],
        rollout: {
          ...(await h.get(id)),
          state: 'SUCCEEDED',
          endedAt: '2026-01-03T00:00:00.000Z',
        },
      });
    }
    expect((await untested()).sort()).toEqual([promote, other].sort());
    const run: StageTestRecord = {
      id: 'run-1',
      rowVersion: 1,
      entityRef: 'component:default/claims-api',
      component: 'claims-api',
      stage: 'qa',
      targetArn: ARN,
      where: { accountId: '1', region: 'us-east-1', project: 'tests' },
      releaseId: 'r1',
      rolloutId: promote,
      liveSince: AT,
      state: 'waiting',
      requestedBy: 'careplane-auto',
      requestedAt: AT,
    };
    const opens = (opensTest: StageTestRecord) =>
      h.stores.commit({ at: AT, evidence: [], opensTest });
    const saves = (test: StageTestRecord) =>
      h.stores.commit({ at: AT, evidence: [], test });
    await opens(run);
    expect(await untested()).toEqual([other]);
    const again = { ...run, id: 'run-2', rolloutId: undefined };
    await expect(opens(again)).rejects.toThrow(/running already/);
    await saves({ ...run, state: 'failed' });
    await expect(saves({ ...run, state: 'passed' })).rejects.toThrow(
      /changed meanwhile/,
    );
    const later = { requestedAt: '2026-01-02T01:00:00.000Z' };
    await opens({ ...again, ...later });
    expect((await h.stores.stageTests.open()).map(({ id }) => id)).toEqual([
      'run-2',
    ]);
    const newest = await h.stores.stageTests.newest([ARN]);
    expect(newest.get(ARN)?.map(({ id, state }) => [id, state])).toEqual([
      ['run-2', 'waiting'],
      ['run-1', 'failed'],
    ]);
  });

  it('refuse a commit at an old version and under an old fencing token (INV-04)', async () => {
    const knex = await databases.init(engine);
    const h = await Harness.create(knex);
    const id = await h.open();
    const record = await h.get(id);
    const old = await h.stores.leases.take('rollout:x', 'a', 1_000, 10);
    const young = await h.stores.leases.take('rollout:x', 'b', 2_000, 10);
    expect(young!.fencingToken).toBeGreaterThan(old!.fencingToken);
    expect(await h.stores.leases.renew(old!, 2_000, 10)).toBe(false);
    const next = await h.stores.commit({
      at: AT,
      evidence: [fact('one')],
      rollout: record,
      lease: young,
    });
    await expect(
      h.stores.commit({
        at: AT,
        evidence: [fact('late')],
        rollout: next,
        lease: old,
      }),
    ).rejects.toThrow(/has changed/);
    await expect(
      h.stores.commit({ at: AT, evidence: [fact('stale')], rollout: record }),
    ).rejects.toThrow(/has changed/);
    const { records } = await h.stores.evidence.query({});
    expect(records.map(one => one.kind)).toEqual(['one']);
  });

  it('count live processes, which share the call budgets equally', async () => {
    const knex = await databases.init(engine);
    await migrate(knex);
    const heartbeats = new Heartbeats(knex);
    expect(await heartbeats.beatAt('a', 1_000)).toBe(1);
    expect(await heartbeats.beatAt('b', 2_000)).toBe(1 / 2);
    expect(await heartbeats.beatAt('a', 11_000)).toBe(1 / 2);
    // The one died: half a minute later the other has all.
    expect(await heartbeats.beatAt('b', 42_000)).toBe(1);
    await heartbeats.beatAt('a', 43_000);
    await heartbeats.end('a');
    expect(await heartbeats.beatAt('b', 44_000)).toBe(1);
  });

  it('give a lease to one taker until it runs out', async () => {
    const knex = await databases.init(engine);
    await migrate(knex);
    const { leases } = new Stores(knex);
    const takers = await Promise.all(
      ['a', 'b', 'c'].map(owner => leases.take('poll', owner, 1_000, 5_000)),
    );
    expect(takers.filter(Boolean)).toHaveLength(1);
    expect(await leases.take('poll', 'd', 5_999, 5_000)).toBeUndefined();
    expect(await leases.take('poll', 'd', 6_000, 5_000)).toBeDefined();
  });

  it('write an intent of a step once (INV-02)', async () => {
    const knex = await databases.init(engine);
    const h = await Harness.create(knex);
    const id = await h.open();
    const intent = {
      seq: 1,
      step: 's',
      api: 'x',
      before: {},
      after: {},
      writtenAt: AT,
      sends: 1,
    };
    const write = async () =>
      h.stores.commit({
        at: AT,
        evidence: [],
        newIntent: { rolloutId: id, intent },
      });
    await write();
    await expect(write()).rejects.toThrow();
  });

  it('use an approval once, also when two try at the same time (INV-30, SC-A8)', async () => {
    const knex = await databases.init(engine);
    const h = await Harness.create(knex);
    const id = await h.open();
    const approval = {
      rolloutId: id,
      person: 'user:default/a',
      planHash: 'p',
      decision: 'approved' as const,
    };
    await h.stores.commit({ at: AT, evidence: [], approval });
    await expect(
      h.stores.commit({ at: AT, evidence: [], approval }),
    ).rejects.toThrow(/decided on this plan already/);
    const [row] = await h.stores.approvals.of(id);
    const uses = await Promise.allSettled(
      [1, 2].map(() =>
        h.stores.commit({
          at: AT,
          evidence: [fact('used')],
          consumes: [row.id],
        }),
      ),
    );
    expect(uses.map(one => one.status).sort()).toEqual([
      'fulfilled',
      'rejected',
    ]);
    expect(
      (await h.stores.evidence.query({ kind: 'used' })).records,
    ).toHaveLength(1);
  });

  it('chain evidence of concurrent writers, and tell an edited or cut record (INV-33, SC-X19)', async () => {
    const knex = await databases.init(engine);
    await migrate(knex);
    const stores = new Stores(knex);
    await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        stores.commit({ at: AT, evidence: [fact(`k${i}`), fact(`l${i}`)] }),
      ),
    );
    expect(await stores.evidence.verify(AT)).toMatchObject({ verified: true });
    await knex('evidence')
      .where({ position: 7 })
      .update({ actor: 'user:default/else' });
    expect(await stores.evidence.verify(AT)).toMatchObject({
      verified: false,
      firstBadPosition: 7,
    });
    await knex('evidence').where('position', '>=', 7).delete();
    expect(await stores.evidence.verify(AT)).toMatchObject({
      verified: false,
      firstBadPosition: 7,
    });
  });

  it('page rollouts newest first, and take rollbacks first when due', async () => {
    const knex = await databases.init(engine);
    const h = await Harness.create(knex);
    const ids: string[] = [];
    for (const n of [1, 2, 3]) {
      h.now += 1_000;
      ids.push(
        await h.open({
          targetArn: `${ARN}${n}`,
          kind: n === 3 ? 'rollback' : 'promote',
        }),
      );
    }
    const first = await h.stores.rollouts.list({ limit: 2 });
    expect(first.items.map(one => one.id)).toEqual([ids[2], ids[1]]);
    const second = await h.stores.rollouts.list({
      limit: 2,
      before: first.next,
    });
    expect(second.items.map(one => one.id)).toEqual([ids[0]]);
    expect(second.next).toBeUndefined();
    const due = (
      await h.stores.rollouts.due(new Date(h.now).toISOString(), 10)
    ).map(one => one.id);
    expect(due).toEqual([ids[2], ids[0], ids[1]]);
  });

  it('keep the moves of a target as periods (INV-25)', async () => {
    const knex = await databases.init(engine);
    await migrate(knex);
    const { targets } = new Stores(knex);
    await targets.importHistory(ARN, [
      { revision: OLD, at: '2026-01-01T00:00:00.000Z', source: 'cloudtrail' },
      {
        revision: { id: '2', contentHash: 'b' },
        at: '2026-01-02T00:00:00.000Z',
        source: 'cloudtrail',
      },
    ]);
    await knex.transaction(trx =>
      targets.recordMove(trx, ARN, {
        revision: OLD,
        from: '2026-01-03T00:00:00.000Z',
        source: 'careplane',
      }),
    );
    const history = await targets.history(ARN);
    expect(history.map(entry => [entry.revision.id, entry.to])).toEqual([
      ['1', '2026-01-02T00:00:00.000Z'],
      ['2', '2026-01-03T00:00:00.000Z'],
      ['1', undefined],
    ]);
  });

  it('keep who moved a target behind a long path, whole', async () => {
    const knex = await databases.init(engine);
    await migrate(knex);
    const stores = new Stores(knex);
    const actor = `arn:aws:iam::222222222222:user/${'p'.repeat(
      510,
    )}/${'n'.repeat(64)}`;
    const at = '2026-01-01T00:00:00.000Z';
    await stores.commit({
      at,
      move: {
        targetArn: ARN,
        entry: { revision: OLD, from: at, actor, source: 'observed' },
      },
      evidence: [{ kind: 'move-observed', actor, targetArn: ARN, facts: {} }],
    });
    const [move] = await stores.targets.history(ARN);
    expect(move.actor).toBe(actor);
    const [record] = await knex('evidence').select('actor');
    expect(record.actor).toBe(actor);
  });

  it('add what AWS is found to remember from before, once it is read', async () => {
    const knex = await databases.init(engine);
    await migrate(knex);
    const { targets } = new Stores(knex);
    const move = (id: string, day: number) => ({
      revision: { id, contentHash: `hash-${id}` },
      at: `2026-01-0${day}T00:00:00.000Z`,
      source: 'cloudtrail' as const,
    });
    const periods = async () =>
      (await targets.history(ARN)).map(one => [
        one.revision.id,
        one.from.slice(8, 10),
        one.to?.slice(8, 10),
      ]);
    const newest = [move('3', 5), move('4', 6)];
    await targets.importHistory(ARN, newest);
    await targets.importHistory(ARN, newest);
    expect(await periods()).toEqual([
      ['3', '05', '06'],
      ['4', '06', undefined],
    ]);
    const all = [move('1', 1), move('2', 2), move('3', 4), ...newest];
    await targets.importHistory(ARN, all);
    await targets.importHistory(ARN, all);
    expect(await periods()).toEqual([
      ['1', '01', '02'],
      ['2', '02', '04'],
      ['3', '04', '06'],
      ['4', '06', undefined],
    ]);
  });

  it('move the clock only where that is allowed (INV-28)', async () => {
    const knex = await databases.init(engine);
    await migrate(knex);
    const demo = new DatabaseClock({ knex, movable: true });
    const before = await demo.now();
    expect(Math.abs(before - Date.now())).toBeLessThan(5_000);
    await demo.setOffset(3_600_000);
    expect((await demo.now()) - before).toBeGreaterThanOrEqual(
      3_600_000 - 1_000,
    );
    const production = new DatabaseClock({ knex, movable: false });
    await expect(production.now()).rejects.toThrow(/offset/);
  });

  it('a whole canary runs on this engine', async () => {
    const knex = await databases.init(engine);
    const h = await Harness.create(knex);
    const done = await h.run(await h.open());
    expect(done.state).toBe('SUCCEEDED');
    expect((await h.stores.evidence.verify(AT)).verified).toBe(true);
  });
});
