import { TestDatabases } from '@backstage/backend-test-utils';
import { Crash, timeout } from '../__testUtils__/FakeAws';
import { ARN, Harness, OLD } from '../__testUtils__/harness';
import type { RolloutRecord } from './model';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
jest.setTimeout(60_000);

const ALL = { type: 'all-at-once' as const, steps: [] };
const DEV = 'arn:aws:lambda:us-east-1:111111111111:function:claims-api:live';
const COPY: RolloutRecord['publish'] = {
  mode: 'copy',
  published: false,
  from: {
    arn: DEV,
    stage: 'dev',
    revision: { id: '7', contentHash: 'new-hash' },
  },
};

async function harness() {
  const h = await Harness.create(await databases.init('SQLITE_3'));
  h.aws.runsAlone(ARN, OLD);
  return h;
}
/** A rollout whose plan was just approved: nothing is written yet. */
async function approved(h: Harness): Promise<string> {
  const id = await h.open({
    strategy: ALL,
    publish: COPY,
    approvalsNeeded: 1,
  });
  const record = await h.run(id, { until: 'AWAITING_APPROVAL' });
  const at = new Date(h.now).toISOString();
  await h.stores.commit({
    at,
    evidence: [],
    rollout: { ...record, nextRunAt: at },
    approval: {
      rolloutId: id,
      person: 'user:default/sofia.rossi',
      planHash: record.planHash!,
      decision: 'approved',
    },
  });
  return id;
}
const writes = (h: Harness) => h.aws.writes.map(one => one.api);

describe('a promote onto a target without a stack', () => {
  it('copies the code, publishes a version of it, and then moves the alias', async () => {
    const h = await harness();
    const done = await h.run(await h.open({ strategy: ALL, publish: COPY }));
    expect([done.state, done.problem]).toEqual(['SUCCEEDED', undefined]);
    expect(writes(h)).toEqual(['copyCode', 'publishVersion', 'shift']);
    expect(done.to.revisionId).toBe('2');
    expect(done.candidate?.contentHash).toBe('new-hash');
  });

  it.each(['copyCode', 'publishVersion'])(
    'an unclear answer of %s is looked for before anything is sent again',
    async api => {
      for (const when of ['before', 'after'] as const) {
        const h = await harness();
        let failed = false;
        h.aws.onCall = (at, called) => {
          if (failed || at !== when || called !== api) return;
          failed = true;
          throw timeout();
        };
        const done = await h.run(
          await h.open({ strategy: ALL, publish: COPY }),
        );
        expect(done.state).toBe('SUCCEEDED');
        expect(writes(h)).toEqual(['copyCode', 'publishVersion', 'shift']);
      }
    },
  );

  it('a crash at either write is taken over by another worker, and doubles nothing (INV-10)', async () => {
    for (const api of ['copyCode', 'publishVersion']) {
      for (const when of ['before', 'after'] as const) {
        const h = await harness();
        const id = await h.open({ strategy: ALL, publish: COPY });
        h.aws.onCall = (at, called) => {
          if (at === when && called === api) throw new Crash();
        };
        await h.run(id, { until: 'PREFLIGHT', ticks: 6 });
        h.aws.onCall = () => {};
        h.now += 60_000;
        const done = await h.run(id);
        expect([api, when, done.state]).toEqual([api, when, 'SUCCEEDED']);
        expect(writes(h)).toEqual(['copyCode', 'publishVersion', 'shift']);
      }
    }
  });

  it('publishes nothing where the configuration is not the one that was planned', async () => {
    const h = await harness();
    const id = await approved(h);
    h.aws.latest.get(ARN)!.config = 'config-2';
    const done = await h.run(id);
    expect(done).toMatchObject({
      state: 'BLOCKED',
      problem: expect.stringMatching(/configured has changed/),
    });
    expect(writes(h)).toEqual([]);
  });

  it('stops where somebody else writes the code between the two writes', async () => {
    const h = await harness();
    h.aws.onCall = (when, api) => {
      if (when === 'after' && api === 'copyCode') {
        h.aws.latest.get(ARN)!.contentHash = 'theirs';
      }
    };
    const done = await h.run(await h.open({ strategy: ALL, publish: COPY }));
    expect(done).toMatchObject({
      state: 'BLOCKED',
      problem: expect.stringMatching(/other code than the release/),
    });
    expect(writes(h)).toEqual(['copyCode']);
  });

  it('writes nothing once a stack owns the target, and never makes one over what is there', async () => {
    const owned = await harness();
    const id = await approved(owned);
    owned.aws.target(ARN).stack.exists = true;
    owned.aws.target(ARN).stack.holdsTarget = false;
    expect(await owned.run(id)).toMatchObject({
      state: 'BLOCKED',
      problem: expect.stringMatching(/A stack owns the target now/),
    });
    expect(writes(owned)).toEqual([]);

    const alone = await harness();
    expect(await alone.run(await alone.open({ strategy: ALL }))).toMatchObject({
      state: 'BLOCKED',
      problem: expect.stringMatching(/There is no stack/),
    });
    expect(writes(alone)).toEqual([]);
  });

  it('publishes nothing while a gate is shut', async () => {
    const h = await harness();
    const id = await approved(h);
    h.gates = [{ id: 'hold', title: 'Hold', state: 'fail', summary: 'Held.' }];
    const done = await h.run(id);
    expect(done.state).toBe('BLOCKED');
    expect(writes(h)).toEqual([]);
  });
});

describe('a promote between aliases of one function', () => {
  const version: RolloutRecord['publish'] = {
    ...COPY!,
    mode: 'version',
    from: { ...COPY!.from!, revision: { id: '2', contentHash: 'new-hash' } },
  };

  it('moves the alias to the version of the other one, and publishes nothing', async () => {
    const h = await harness();
    const done = await h.run(await h.open({ publish: version }));
    expect(done.state).toBe('SUCCEEDED');
    expect(h.aws.shifts()).toEqual(['1+2@0.1', '1+2@0.5', '2']);
    expect(new Set(writes(h))).toEqual(new Set(['shift']));
  });

  it('is refused where the version has another hash than the release', async () => {
    const h = await harness();
    const other = { id: '2', contentHash: 'other-hash' };
    const publish = { ...version, from: { ...version.from!, revision: other } };
    const done = await h.run(await h.open({ strategy: ALL, publish }));
    expect(done.state).toBe('BLOCKED');
    expect(writes(h)).toEqual([]);
  });
});
