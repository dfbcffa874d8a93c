import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import { Harness, OLD } from '../__testUtils__/harness';
import { Loop } from './Loop';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
jest.setTimeout(60_000);

/** More than the loop works on at once. */
const MANY = 30;

const until = async (isSo: () => Promise<boolean> | boolean) => {
  for (let i = 0; i < 400; i++) {
    if (await isSo()) return;
    await new Promise(resolve => {
      setTimeout(resolve, 25);
    });
  }
  throw new Error('It never came to that.');
};

/** A loop over canaries whose readings AWS never answers. */
async function starvedLoop() {
  const knex = await databases.init('SQLITE_3');
  const h = await Harness.create(knex);
  const arnOf = (i: number) =>
    `arn:aws:lambda:us-east-1:222222222222:function:other-${i}:live`;
  for (let i = 0; i < MANY; i++) {
    h.aws.runs(arnOf(i), OLD);
    await h.open({ targetArn: arnOf(i), component: `other-${i}` });
  }
  const { observe } = h.aws.driver;
  const waiting = new Set<string>();
  h.aws.driver.observe = (target: TargetRef, options) => {
    if (options?.rollback) return observe(target, options);
    waiting.add(target.arn);
    return new Promise(() => {});
  };
  const loop = new Loop({
    knex,
    stores: h.stores,
    clock: h.clock,
    reconciler: h.worker(),
    logger: mockServices.logger.mock(),
  });
  await loop.start();
  await until(() => waiting.size > 0);
  return { h, loop, waiting };
}

describe('a rollback', () => {
  it('does not wait for forward steps whose readings never come (INV-08)', async () => {
    const { h, loop, waiting } = await starvedLoop();
    const id = await h.open({
      kind: 'rollback',
      from: { ...OLD, id: '2' },
      returnTo: OLD,
    });
    h.aws.moveBehindOurBack((await h.get(id)).targetArn, { ...OLD, id: '2' });
    loop.wake();
    await until(async () => (await h.get(id)).state === 'ROLLED_BACK');
    expect(h.aws.shifts()).toEqual(['1']);
    expect(waiting.size).toBeGreaterThan(0);
    await loop.stop();
  });

  it('takes over a rollout whose own forward step is stuck in a reading', async () => {
    const { h, loop, waiting } = await starvedLoop();
    const [stuck] = waiting;
    const active = (await h.stores.rollouts.activeOn(stuck))!;
    await h.stores.commit({
      at: new Date(h.now).toISOString(),
      evidence: [],
      rollout: {
        ...active,
        state: 'ROLLING_BACK',
        returnTo: OLD,
        nextRunAt: new Date(h.now).toISOString(),
      },
    });
    loop.wake();
    await until(async () => (await h.get(active.id)).state === 'ROLLED_BACK');
    expect(h.aws.shifts()).toEqual(['1']);
    await loop.stop();
  });

  it('spends three calls of the quota that all of Lambda shares: read, write, read back', async () => {
    const knex = await databases.init('SQLITE_3');
    const h = await Harness.create(knex);
    const id = await h.open({
      kind: 'rollback',
      from: { ...OLD, id: '2' },
      returnTo: OLD,
    });
    h.aws.moveBehindOurBack((await h.get(id)).targetArn, { ...OLD, id: '2' });
    const calls: string[] = [];
    h.aws.onCall = (when, api) => {
      if (when === 'before') calls.push(api);
    };
    await h.run(id, { until: 'ROLLED_BACK' });
    expect(calls.slice(0, calls.indexOf('settle'))).toEqual([
      'observe',
      'shift',
      'observe',
    ]);
  });
});
