import { TestDatabases } from '@backstage/backend-test-utils';
import { ARN, CANARY, Harness, OLD } from '../__testUtils__/harness';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
jest.setTimeout(60_000);

const harness = async () => Harness.create(await databases.init('SQLITE_3'));
const ALL = { type: 'all-at-once' as const, steps: [] };

describe('the last checks', () => {
  it('are named and kept, each with its own result', async () => {
    const h = await harness();
    h.aws.alarms = [{ name: 'errors', state: 'ok' }];
    const id = await h.open();
    const done = await h.run(id);
    expect(done.state).toBe('SUCCEEDED');
    expect(done.preflight?.map(one => [one.id, one.state])).toEqual([
      ['exists', 'pass'],
      ['same-role', 'pass'],
      ['weights', 'pass'],
      ['owner', 'pass'],
      ['alarms', 'pass'],
    ]);
  });

  it('refuse a canary between roles and offer all at once, which goes (INV-05, SC-X15)', async () => {
    const h = await harness();
    h.aws.canary = { allowed: false, reason: 'Different execution roles.' };
    const canary = await h.run(await h.open());
    expect(canary).toMatchObject({
      state: 'BLOCKED',
      problem: 'Different execution roles. Promote all at once instead.',
    });
    expect(h.aws.shifts()).toEqual([]);
    h.aws.forgetChangeSets();
    const id = await h.open({ strategy: ALL });
    expect((await h.run(id)).state).toBe('SUCCEEDED');
  });

  it('stop where two aliases want provisioned concurrency for one version (SC-X14)', async () => {
    const h = await harness();
    h.aws.checks = () => [
      {
        id: 'provisioned-concurrency',
        title: 'Provisioned concurrency',
        state: 'fail',
        summary: 'Alias blue has it for version 2 too.',
      },
    ];
    const done = await h.run(await h.open({ strategy: ALL }));
    expect(done.state).toBe('BLOCKED');
    expect(h.aws.shifts()).toEqual([]);
  });

  it('refuse a target that another stack owns (INV-16), and weights that are not ours (SC-L4)', async () => {
    const h = await harness();
    const { describe: read } = h.aws.stacks;
    h.aws.stacks.describe = async target => ({
      ...(await read(target)),
      owner: 'unknown',
    });
    const done = await h.run(await h.open({ strategy: ALL }));
    expect(done.state).toBe('BLOCKED');
    expect(h.aws.shifts()).toEqual([]);

    const other = await harness();
    other.aws.alarms = [{ name: 'errors', state: 'insufficient-data' }];
    const id = await other.open();
    await other.run(id, { until: 'PREFLIGHT' });
    other.aws.target(ARN).candidate = {
      revision: { id: '7', contentHash: 'x' },
      weight: 0.5,
    };
    expect((await other.run(id, { ticks: 3 })).state).toBe('EXTERNAL_CHANGE');
    expect(other.aws.shifts()).toEqual([]);
  });

  it('wait for alarms that are on, and give up after a while without a write (SC-R10)', async () => {
    const h = await harness();
    h.aws.alarms = [{ name: 'errors', state: 'alarm' }];
    const id = await h.open();
    await h.run(id, { until: 'PREFLIGHT' });
    await h.worker().tick(id);
    expect((await h.get(id)).problem).toMatch(/Alarm errors is on/);
    expect((await h.run(id, { ticks: 200 })).state).toBe('BLOCKED');
    expect(h.aws.shifts()).toEqual([]);
  });

  it('leave no stack open: a promote that they end is settled, and still says why it ended (INV-16)', async () => {
    const h = await harness();
    h.aws.alarms = [{ name: 'errors', state: 'alarm' }];
    const id = await h.open();
    await h.run(id, { until: 'PREFLIGHT' });
    const done = await h.run(id, { ticks: 200 });
    expect(done).toMatchObject({
      state: 'BLOCKED',
      problem: expect.stringMatching(/Alarm errors is on/),
    });
    expect(done.followUp).toBeUndefined();
    const settled = h.aws.writes.filter(write => write.api === 'settle');
    expect(settled.map(write => write.detail)).toEqual(['1']);
  });

  it('hold up no rollback: neither alarms nor the stack are asked (INV-08)', async () => {
    const h = await harness();
    h.aws.runs(ARN, { id: '2', contentHash: 'new-hash' });
    h.aws.alarms = 'unreadable';
    h.aws.stacks.describe = async () => {
      throw new Error('No answer.');
    };
    const id = await h.open({
      kind: 'rollback',
      from: { id: '2', contentHash: 'new-hash' },
      returnTo: OLD,
      to: { revisionId: '1', contentHash: 'old-hash' },
      strategy: ALL,
    });
    await h.run(id, { until: 'VERIFYING_ROLLBACK' });
    expect(h.aws.shifts()).toEqual(['1']);
  });
});

describe('provisioned concurrency', () => {
  const provisioned = () => [
    {
      id: 'provisioned-concurrency',
      title: 'Provisioned concurrency',
      state: 'warning' as const,
      summary: 'Calls start cold.',
    },
  ];

  it('puts a weight on the old version while it follows, which is no outside change (INV-12, SC-X5)', async () => {
    const h = await harness();
    h.aws.checks = provisioned;
    const id = await h.open({ strategy: CANARY });
    const injected = { revision: OLD, weight: 1 };
    h.aws.onCall = (when, api) => {
      const target = h.aws.target(ARN);
      if (when === 'after' && api === 'shift' && target.stable?.id === '2') {
        target.candidate = injected;
      }
    };
    await h.run(id, { until: 'VERIFYING' });
    await h.worker().tick(id);
    expect((await h.get(id)).state).toBe('VERIFYING');
    h.aws.target(ARN).candidate = undefined;
    h.aws.readiness = { state: 'preparing', summary: '0 ready.' };
    h.now += 10_000;
    await h.worker().tick(id);
    expect(await h.get(id)).toMatchObject({
      state: 'VERIFYING',
      problem: '0 ready.',
    });
    h.aws.readiness = { state: 'ready' };
    expect((await h.run(id)).state).toBe('SUCCEEDED');
  });

  it('that never takes its weight away is an outside change after four minutes', async () => {
    const h = await harness();
    const id = await h.open({ strategy: ALL });
    h.aws.onCall = (when, api) => {
      if (when === 'after' && api === 'shift') {
        h.aws.target(ARN).candidate = { revision: OLD, weight: 1 };
      }
    };
    expect((await h.run(id, { ticks: 300 })).state).toBe('EXTERNAL_CHANGE');
  });
});
