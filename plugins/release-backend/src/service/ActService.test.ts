import { TestDatabases } from '@backstage/backend-test-utils';
import { Harness } from '../__testUtils__/harness';
import { ActService } from './ActService';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const DANIEL = 'user:default/daniel.okafor';

async function baking() {
  const h = await Harness.create(await databases.init('SQLITE_3'));
  const id = await h.open();
  const seen = await h.run(id, { until: 'BAKING' });
  const acts = new ActService({
    stores: h.stores,
    clock: h.clock,
    wake: () => {},
  });
  return { h, id, seen, acts };
}

describe('an act of a person', () => {
  it('cancels nothing while a write to AWS has no outcome', async () => {
    const { h, id, acts } = await baking();
    const [intent] = await h.stores.intents.of(id);
    const cancel = async (outcome: typeof intent.outcome) => {
      const record = await h.get(id);
      await h.stores.commit({
        at: record.stateSince,
        rollout: { ...record, state: 'PREPARING' },
        intents: [{ rolloutId: id, intent: { ...intent, outcome } }],
        evidence: [],
      });
      return acts.act(await h.get(id), { act: 'cancel' }, DANIEL);
    };
    await expect(cancel(undefined)).rejects.toMatchObject({
      message: expect.stringMatching(/a write to AWS is under way/),
    });
    expect((await cancel('done')).state).toBe('CANCELLED');
  });

  it('holds though the engine has looked at the rollout since it was read', async () => {
    const { h, id, seen, acts } = await baking();
    await h.stores.commit({
      at: seen.stateSince,
      rollout: await h.get(id),
      evidence: [],
    });
    const done = await acts.act(
      seen,
      { act: 'complete', comment: 'Checked by hand' },
      DANIEL,
    );
    expect(done.wish?.act).toBe('complete');
  });

  it('is refused where the rollout is no longer where the person saw it', async () => {
    const { h, id, seen, acts } = await baking();
    await h.stores.commit({
      at: seen.stateSince,
      rollout: { ...(await h.get(id)), step: 1 },
      evidence: [],
    });
    await expect(
      acts.act(seen, { act: 'advance', comment: 'Checked' }, DANIEL),
    ).rejects.toMatchObject({ name: 'ConflictError' });
  });
});
