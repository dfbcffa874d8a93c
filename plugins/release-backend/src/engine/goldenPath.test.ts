import { TestDatabases } from '@backstage/backend-test-utils';
import { timeout } from '../__testUtils__/FakeAws';
import { ARN, Harness } from '../__testUtils__/harness';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
jest.setTimeout(60_000);

const ALL = { type: 'all-at-once' as const, steps: [] };
const harness = async () => Harness.create(await databases.init('SQLITE_3'));

describe('an interruption of the golden path', () => {
  it('a change set that went stale moves nothing and asks for a new rollout', async () => {
    const h = await harness();
    const id = await h.open({ strategy: ALL, approvalsNeeded: 1 });
    await h.run(id, { until: 'AWAITING_APPROVAL' });
    const read = h.aws.stacks.describeChangeSet;
    h.aws.stacks.describeChangeSet = async (...args) => ({
      ...(await read(...args)),
      status: 'stale',
    });
    const record = await h.get(id);
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
    const done = await h.run(id, { ticks: 10 });
    expect(done).toMatchObject({
      state: 'BLOCKED',
      problem: expect.stringMatching(/stack has changed since the plan/),
    });
    expect(h.aws.writes.map(one => one.api)).toEqual(['createChangeSet']);
  });

  it('an update that fails and rolls back leaves traffic where it was, and says so', async () => {
    const h = await harness();
    h.aws.onCall = (when, api) => {
      if (when === 'after' && api === 'executeChangeSet') {
        h.aws.target(ARN).stack.status = 'UPDATE_ROLLBACK_COMPLETE';
      }
    };
    const done = await h.run(await h.open({ strategy: ALL }));
    expect(done).toMatchObject({
      state: 'BLOCKED',
      problem: expect.stringMatching(
        /UPDATE_ROLLBACK_COMPLETE. Traffic has not/,
      ),
    });
    expect(h.aws.shifts()).toEqual([]);
  });

  it('settling that fails leaves users on the new release, and is tried until it works', async () => {
    const h = await harness();
    h.aws.onCall = (when, api) => {
      if (when === 'before' && api === 'settle') throw timeout();
    };
    const id = await h.open({ strategy: ALL });
    const waiting = await h.run(id, { ticks: 10 });
    expect(waiting).toMatchObject({ state: 'SETTLING', observedWeight: 1 });
    expect(h.aws.target(ARN).stack.live).toBe('1');
    h.aws.onCall = () => {};
    expect((await h.run(id)).state).toBe('SUCCEEDED');
    expect(h.aws.target(ARN).stack.live).toBe('2');
  });
});
