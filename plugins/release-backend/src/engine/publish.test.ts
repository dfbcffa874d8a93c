import { TestDatabases } from '@backstage/backend-test-utils';
import { Crash, timeout } from '../__testUtils__/FakeAws';
import { ARN, Harness, OLD } from '../__testUtils__/harness';
import { decidePublishing } from './decidePublish';
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
async function approved(h: Harness, publish = COPY): Promise<string> {
  const id = await h.open({
    strategy: ALL,
    publish,
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

  it('waits for code that Lambda still takes in, however long Careplane was away', async () => {
    const h = await harness();
    const record: RolloutRecord = {
      ...(await h.get(await h.open({ strategy: ALL, publish: COPY }))),
      state: 'PREPARING',
      stateSince: new Date(h.now - 20 * 60_000).toISOString(),
    };
    const publication = { needs: 'busy' as const, fingerprint: 'as planned' };
    const decision = decidePublishing(
      record,
      { intents: [], publication },
      h.now,
    );
    expect(decision.patch).toBeUndefined();
    expect(decision.waitMs).toBeGreaterThan(0);
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

  describe('asks who owns the target at each write (INV-13, INV-16)', () => {
    const TERRAFORM = { tags: { 'managed-by': 'terraform' } };
    const takenOver = (h: Harness) => {
      h.aws.signs = { ...h.aws.signs, ...TERRAFORM };
    };

    it('a tool that took it over after the plan was approved stops the first write', async () => {
      const h = await harness();
      const id = await approved(h);
      takenOver(h);
      expect(await h.run(id)).toMatchObject({
        state: 'BLOCKED',
        problem: expect.stringMatching(
          /Its tags say Terraform.*Traffic has not/,
        ),
      });
      expect(writes(h)).toEqual([]);
    });

    it('one that takes it over between the two writes stops the second', async () => {
      const h = await harness();
      h.aws.onCall = (when, api) => {
        if (when === 'after' && api === 'copyCode') takenOver(h);
      };
      const done = await h.run(await h.open({ strategy: ALL, publish: COPY }));
      expect(done.state).toBe('BLOCKED');
      expect(writes(h)).toEqual(['copyCode']);
    });

    it('one that takes it over after the version was made stops the move', async () => {
      const h = await harness();
      h.aws.onCall = (when, api) => {
        if (when === 'after' && api === 'publishVersion') takenOver(h);
      };
      const done = await h.run(await h.open({ strategy: ALL, publish: COPY }));
      expect(done.state).toBe('BLOCKED');
      expect(done.preflight?.find(one => one.id === 'owner')).toMatchObject({
        state: 'fail',
        summary: expect.stringMatching(/Its tags say Terraform/),
      });
      expect(writes(h)).toEqual(['copyCode', 'publishVersion']);
    });

    it('one that takes over an alias after the plan was approved stops its move to a version that is there', async () => {
      const h = await harness();
      const revision = { id: '2', contentHash: 'new-hash' };
      const publish = {
        ...COPY!,
        mode: 'version' as const,
        from: { ...COPY!.from!, revision },
      };
      const id = await approved(h, publish);
      takenOver(h);
      expect(await h.run(id)).toMatchObject({
        state: 'BLOCKED',
        problem: expect.stringMatching(/Its tags say Terraform/),
      });
      expect(writes(h)).toEqual([]);
    });

    it('a write that did not arrive is not sent again to another owner', async () => {
      const h = await harness();
      h.aws.onCall = (when, api) => {
        if (when !== 'before' || api !== 'copyCode') return;
        takenOver(h);
        throw timeout();
      };
      const done = await h.run(await h.open({ strategy: ALL, publish: COPY }));
      expect(done.state).toBe('BLOCKED');
      expect(writes(h)).toEqual([]);
    });

    it('waits while it cannot be told, says what is missing, and goes on once it can', async () => {
      const h = await harness();
      const id = await approved(h);
      const { signs } = h.aws;
      h.aws.signs = { ...signs, unread: ['lambda:ListTags'] };
      const waits = await h.run(id, { ticks: 4 });
      expect(waits).toMatchObject({
        state: 'PREPARING',
        problem: expect.stringMatching(/Not known without lambda:ListTags/),
      });
      expect(writes(h)).toEqual([]);
      h.aws.signs = signs;
      expect((await h.run(id)).state).toBe('SUCCEEDED');
    });

    it('ends before any write where it cannot be told for too long', async () => {
      const h = await harness();
      const id = await approved(h);
      h.aws.onCall = (when, api) => {
        if (when === 'before' && api === 'signs') throw timeout();
      };
      for (let minute = 0; minute < 20; minute += 1) {
        h.now += 60_000;
        await h.worker().tick(id);
      }
      expect(await h.get(id)).toMatchObject({
        state: 'BLOCKED',
        problem: expect.stringMatching(/could not be read for too long/),
      });
      expect(writes(h)).toEqual([]);
    });
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

describe('a promote through a stack', () => {
  it('executes nothing on a stack that another tool made its own after the change set (INV-16)', async () => {
    for (const api of ['GATING', 'createChangeSet']) {
      const h = await Harness.create(await databases.init('SQLITE_3'));
      const taken = () => {
        h.aws.target(ARN).stack.taken = true;
      };
      if (api === 'GATING') taken();
      h.aws.onCall = (when, called) => {
        if (when === 'after' && called === api) taken();
      };
      const done = await h.run(await h.open({ strategy: ALL }));
      expect(done).toMatchObject({
        state: 'BLOCKED',
        problem: expect.stringMatching(/does not take the live value any more/),
      });
      expect(writes(h)).toEqual(api === 'GATING' ? [] : [api]);
    }
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
