import { TestDatabases } from '@backstage/backend-test-utils';
import { Harness } from '../__testUtils__/harness';
import { attentionOf } from '../service/attention';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
jest.setTimeout(60_000);

/** As AWS's refusal comes to the engine. */
class Denied extends Error {
  override name = 'AwsAccessDeniedError';
}

describe('a rollout that cannot be seen (SC-E1)', () => {
  async function blindIn(state: 'BAKING' | 'ROLLING_BACK') {
    const h = await Harness.create(await databases.init('SQLITE_3'));
    const id = await h.open();
    await h.run(id, { until: 'BAKING' });
    if (state === 'ROLLING_BACK') {
      const record = await h.get(id);
      await h.stores.commit({
        at: record.stateSince,
        evidence: [],
        rollout: { ...record, state },
      });
    }
    h.aws.onCall = (when, api) => {
      if (when === 'before' && api === 'observe') throw new Denied();
    };
    const { entityRef } = await h.get(id);
    const attention = async () =>
      attentionOf([], await h.stores.rollouts.waiting([entityRef]));
    const lookFor = async (minutes: number) => {
      const end = h.now + minutes * 60_000;
      const worker = h.worker();
      while (h.now < end) {
        h.now += 30_000;
        await worker.tick(id);
      }
    };
    return { h, id, attention, lookFor };
  }

  it('is put before a person after ten minutes, and no longer than it lasts', async () => {
    const { h, id, attention, lookFor } = await blindIn('BAKING');
    await lookFor(5);
    expect(await attention()).toEqual([]);
    await lookFor(10);
    const [item] = await attention();
    expect(item).toMatchObject({ kind: 'decision', rolloutId: id });
    expect(item.sentence).toMatch(/10 % .*The target could not be read/);

    h.aws.onCall = () => {};
    await lookFor(1);
    expect((await h.get(id)).problem).toBeUndefined();
    expect(await attention()).toEqual([]);
  });

  it('is the most urgent of all while it goes back', async () => {
    const { attention, lookFor } = await blindIn('ROLLING_BACK');
    await lookFor(15);
    expect((await attention())[0].kind).toBe('rollback-failed');
  });
});
