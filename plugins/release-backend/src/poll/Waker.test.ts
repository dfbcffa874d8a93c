import { TestDatabases } from '@backstage/backend-test-utils';
import { ARN, Harness, STAGE } from '../__testUtils__/harness';
import { HOUR } from '../engine/decision';
import { iso } from '../engine/model';
import { Waker } from './Waker';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const place = { accountId: STAGE.accountId, region: STAGE.region };

describe('a wake-up (INV-34)', () => {
  async function prepared() {
    const h = await Harness.create(await databases.init('SQLITE_3'));
    const id = await h.open();
    await h.run(id, { until: 'BAKING' });
    const sleep = async () => {
      await h.stores.rollouts.wake(id, iso(h.now + HOUR));
    };
    await sleep();
    const read: string[] = [];
    const told: string[] = [];
    let engine = 0;
    let catalog = 0;
    const waker = new Waker({
      stores: h.stores,
      clock: h.clock,
      named: async () => {
        catalog += 1;
        return [
          {
            entityRef: 'component:default/claims-api',
            target: {
              arn: ARN,
              kind: 'lambda-alias' as const,
              stage: STAGE,
              component: 'claims-api',
              stackName: 'svc-claims-api',
            },
          },
        ];
      },
      read: async (_, target) => void read.push(target.arn),
      wakeEngine: () => {
        engine += 1;
      },
      told: arn => void told.push(arn),
    });
    const isDue = async () => (await h.get(id)).nextRunAt === iso(h.now);
    return {
      h,
      id,
      waker,
      read,
      told,
      sleep,
      isDue,
      counts: () => ({ engine, catalog }),
    };
  }

  it('makes the rollout on its target due now, reads the target, and tells the page', async () => {
    const { h, id, waker, read, told, sleep, isDue, counts } = await prepared();
    const { version, state } = await h.get(id);
    await waker.wake({ ...place, arn: ARN });
    expect(await isDue()).toBe(true);
    expect([read, told]).toEqual([[ARN], [ARN]]);
    await sleep();
    await waker.wake({ ...place, stack: 'svc-claims-api' });
    expect(await isDue()).toBe(true);
    expect(read).toHaveLength(2);
    expect(counts()).toEqual({ engine: 2, catalog: 1 });
    // A hint decides nothing: state and version are as they were.
    expect(await h.get(id)).toMatchObject({ version, state });
  });

  it('looks at all rollouts of an account after an alarm, and reads no target for it', async () => {
    const { waker, read, isDue } = await prepared();
    await waker.wake(place);
    expect(await isDue()).toBe(true);
    expect(read).toEqual([]);
  });

  it('leaves alone what it does not name', async () => {
    const { waker, read, isDue, counts } = await prepared();
    await waker.wake({ ...place, arn: `${ARN}-other` });
    await waker.wake({ ...place, stack: 'svc-other' });
    await waker.wake({ ...place, accountId: '999999999999' });
    expect(await isDue()).toBe(false);
    expect(read).toEqual([]);
    expect(counts().engine).toBe(0);
  });

  it('starts nothing again that has ended', async () => {
    const { h, id, waker } = await prepared();
    const ended = await h.run(id);
    expect(ended.nextRunAt).toBeUndefined();
    await waker.wake({ ...place, arn: ARN });
    expect((await h.get(id)).nextRunAt).toBeUndefined();
  });
});
