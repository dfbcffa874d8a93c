import type { Entity } from '@backstage/catalog-model';
import {
  arnOf,
  component,
  DANIEL,
  MAYA,
  promote,
  SOFIA,
  start,
  V1,
  V2,
} from './__testUtils__/fakePortal';

jest.setTimeout(60_000);

/** Names the prod alias of claims-api as its own. */
const thief: Entity = {
  ...component,
  metadata: {
    name: 'intake-worker',
    namespace: 'default',
    annotations: { 'careplane.dev/target.prod': arnOf('prod') },
  },
};
const THIEF = 'component:default/intake-worker';
const OWNER = 'component:default/claims-api';

/** What the catalog says of claims-api after an edit. */
const edited = (annotations: Record<string, string>): Entity => ({
  ...component,
  metadata: { ...component.metadata, annotations },
});

type Portal = Awaited<ReturnType<typeof start>>;

/** From now on the catalog has these entities; users stay. */
function catalogHas(t: Portal, entities: Entity[]) {
  const known = (ref: string) =>
    entities.find(
      one => `component:default/${one.metadata.name}` === ref.toLowerCase(),
    );
  const users = t.catalog.getEntityByRef.bind(t.catalog);
  jest.spyOn(t.catalog, 'getEntities').mockResolvedValue({ items: entities });
  jest
    .spyOn(t.catalog, 'getEntityByRef')
    .mockImplementation(async (ref, options) =>
      String(ref).startsWith('component:')
        ? known(String(ref))
        : users(ref, options),
    );
}

/** Prod of claims-api is moved to V2, and rolled back: it is held. */
async function held(t: Portal) {
  await t.filled();
  const up = await t.post('/api/release/rollouts', promote('prod', 'up'));
  const planned = await t.until(up.body.id, 'AWAITING_APPROVAL');
  const approve = { act: 'approve', planHash: planned.planHash };
  await t.post(`/api/release/rollouts/${up.body.id}/acts`, approve, SOFIA);
  await t.until(up.body.id, 'SUCCEEDED');
  const back = await t.post('/api/release/rollouts', {
    entityRef: OWNER,
    stage: 'prod',
    kind: 'rollback',
    revisionId: '1',
    idempotencyKey: 'back',
  });
  await t.until(back.body.id, 'ROLLED_BACK');
}

const lift = (entityRef?: string) => ({
  arn: arnOf('prod'),
  reason: 'fixed',
  entityRef,
});

describe('whose a target is', () => {
  it('a second component that names a held target neither lifts its hold nor promotes onto it', async () => {
    const t = await start({ entities: [thief] });
    await held(t);
    const page = await t.get(
      '/api/release/entities/component/default/intake-worker',
    );
    expect(page.body.targets[0].target.contest).toMatch(
      /belongs to component:default\/claims-api/,
    );
    const stolen = await t.post('/api/release/targets/hold/lift', lift(THIEF));
    expect(stolen.status).toBe(409);
    expect(stolen.body.error.message).toMatch(/belongs to .*claims-api/);
    const back = {
      entityRef: THIEF,
      stage: 'prod',
      kind: 'rollback',
      revisionId: '2',
    };
    const preview = await t.post('/api/release/previews', back);
    expect(preview.body.blockers.join()).toMatch(/belongs to .*claims-api/);
    const moved = await t.post('/api/release/rollouts', {
      ...back,
      idempotencyKey: 'thief',
    });
    expect(moved.status).toBe(409);

    const own = await t.post('/api/release/targets/hold/lift', lift(OWNER));
    expect(own.status).toBe(200);
    const audit = await t.get('/api/release/audit?kind=hold-lifted');
    expect(audit.body.records[0]).toMatchObject({
      entityRef: OWNER,
      facts: { reason: lift(OWNER).reason },
    });
    await t.backend.stop();
  });

  it('shows nothing of a target whose component one may not see, whoever names it', async () => {
    const t = await start({ entities: [thief] });
    await held(t);
    jest
      .spyOn(t.catalog, 'getEntitiesByRefs')
      .mockImplementation(async ({ entityRefs }) => ({
        items: entityRefs.map(ref => (ref === OWNER ? undefined : thief)),
      }));
    const page = await t.get(
      '/api/release/entities/component/default/intake-worker',
    );
    const [block] = page.body.targets;
    expect(block).toMatchObject({ state: 'denied', target: { history: [] } });
    expect(Object.keys(block.target).sort()).toEqual([
      'arn',
      'contest',
      'health',
      'history',
      'kind',
      'owner',
      'rollbackOptions',
      'stage',
    ]);
    const { body } = await t.get(`/api/release/overview?entityRef=${THIEF}`);
    expect(body.items[0].targets[0].target).toEqual(block.target);
    const drill = { entityRef: THIEF, stage: 'prod', revisionId: '2' };
    const asked = await Promise.all([
      t.post('/api/release/previews', { ...drill, kind: 'rollback' }),
      t.post('/api/release/drills', drill),
    ]);
    expect(asked.map(one => one.status)).toEqual([403, 403]);
    await t.backend.stop();
  });

  it.each([
    ['its annotations', edited({})],
    [
      'a right annotation',
      edited({ 'careplane.dev/target.prod': 'arn:aws:nonsense' }),
    ],
  ])(
    'an edit that takes away %s leaves the owner its hold, and gives the target to nobody',
    async (_what, entity) => {
      const t = await start({ entities: [thief] });
      await held(t);
      catalogHas(t, [entity, thief]);
      for (const path of ['hold/lift', 'adopt']) {
        const stolen = await t.post(
          `/api/release/targets/${path}`,
          lift(THIEF),
        );
        expect(stolen.status).toBe(409);
      }
      const own = await t.post('/api/release/targets/hold/lift', lift(OWNER));
      expect(own.status).toBe(200);
      await t.backend.stop();
    },
  );

  it('passes to the other when the owner drops it with nothing open', async () => {
    const t = await start({ entities: [thief] });
    await held(t);
    expect(
      (await t.post('/api/release/targets/hold/lift', lift())).status,
    ).toBe(200);
    catalogHas(t, [edited({}), thief]);
    const preview = await t.post('/api/release/previews', {
      entityRef: THIEF,
      stage: 'prod',
      kind: 'rollback',
      revisionId: '2',
    });
    expect(preview.body.blockers.join()).not.toMatch(/belongs to/);
    await t.backend.stop();
  });

  it('quarantine stays with the component that the releases are of, annotations or not', async () => {
    const namesake: Entity = {
      ...thief,
      metadata: { ...thief.metadata, name: 'claims-api', namespace: 'other' },
    };
    const t = await start({ entities: [namesake] });
    await t.filled();
    const path = `/api/release/releases/${V1.id}/quarantine`;
    const asked = { reason: 'bad', on: true };
    const stranger = await t.post(path, {
      ...asked,
      component: 'component:other/claims-api',
    });
    expect(stranger.status).toBe(409);
    expect(stranger.body.error.message).toMatch(/only shares the name/);
    catalogHas(t, [edited({}), namesake]);
    const own = await t.post(path, { ...asked, component: 'claims-api' });
    expect(own.status).toBe(200);
    const audit = await t.get('/api/release/audit?kind=release-quarantined');
    expect(audit.body.records[0].entityRef).toBe(OWNER);
    await t.backend.stop();
  });

  it('shows before the click that quarantining needs a grant, and refuses it after', async () => {
    const t = await start();
    t.aws.historyOf = [
      {
        revision: { id: '1', contentHash: 'hash-1' },
        at: '2026-01-01T00:00:00.000Z',
        source: 'cloudtrail',
      },
      {
        revision: { id: '2', contentHash: 'hash-2' },
        at: '2026-01-02T00:00:00.000Z',
        source: 'cloudtrail',
      },
    ];
    await t.filled();
    const back = {
      entityRef: OWNER,
      stage: 'dev',
      kind: 'rollback',
      revisionId: '1',
    };
    const blockers = async (quarantine: boolean) =>
      (await t.post('/api/release/previews', { ...back, quarantine }, MAYA))
        .body.blockers;
    expect(await blockers(false)).toEqual([]);
    expect(await blockers(true)).toEqual([
      'You may not quarantine a release on Prod. group:default/release-managers may.',
    ]);
    const refused = await t.post(
      '/api/release/rollouts',
      { ...back, quarantine: true, idempotencyKey: 'q' },
      MAYA,
    );
    expect(refused.status).toBe(403);
    expect(refused.body.error.message).toMatch(/You may not quarantine/);
    expect(t.aws.writes).toEqual([]);
    await t.backend.stop();
  });
});

describe('what people decide', () => {
  it('adopts only what was looked at, and says both values when it is not that any more', async () => {
    const t = await start();
    await t.filled();
    t.aws.moveBehindOurBack(arnOf('prod'), { id: '7', contentHash: 'x' });
    const seen = async (id: string) => {
      for (let i = 0; i < 150; i++) {
        await t.readAgain();
        const { body } = await t.get(
          '/api/release/entities/component/default/claims-api',
        );
        const change = body.targets[2].target.outsideChange;
        if (change?.to.id === id) return;
        await new Promise(resolve => setTimeout(resolve, 50));
      }
      throw new Error('The outside change was never seen.');
    };
    await seen('7');
    const adopt = (revisionId?: string) =>
      t.post('/api/release/targets/adopt', {
        arn: arnOf('prod'),
        reason: 'right',
        revisionId,
      });
    t.aws.moveBehindOurBack(arnOf('prod'), { id: '8', contentHash: 'y' });
    const moved = await adopt('7');
    expect(moved.status).toBe(409);
    expect(moved.body.error.message).toMatch(/you saw 7, and 8 runs now/);
    t.aws.moveBehindOurBack(arnOf('prod'), { id: '7', contentHash: 'x' });
    expect((await adopt('6')).status).toBe(409);
    expect((await adopt('7')).status).toBe(200);
    const again = await adopt('7');
    expect(again.status).toBe(409);
    expect(again.body.error.message).toMatch(/7 was adopted already/);
    await t.backend.stop();
  });

  it('takes a second approval of the same plan by the same person as the first (SC-A3)', async () => {
    const t = await start();
    await t.filled();
    const { body } = await t.post(
      '/api/release/rollouts',
      promote('prod', 'a'),
    );
    const { planHash } = await t.until(body.id, 'AWAITING_APPROVAL');
    const acts = `/api/release/rollouts/${body.id}/acts`;
    const approve = { act: 'approve', planHash };
    const both = await Promise.all([
      t.post(acts, approve, SOFIA),
      t.post(acts, approve, SOFIA),
    ]);
    expect(both.map(one => one.status)).toEqual([200, 200]);
    await t.until(body.id, 'SUCCEEDED');
    const late = await t.post(acts, approve, SOFIA);
    expect(late.status).toBe(200);
    expect(late.body.id).toBe(body.id);
    expect(late.body.approvals).toHaveLength(1);
    const other = await t.post(
      acts,
      { ...approve, planHash: 'f'.repeat(64) },
      SOFIA,
    );
    expect(other.status).toBe(409);
    await t.backend.stop();
  });

  it('a canary is sent back by who has the grant after its entity was deleted', async () => {
    const t = await start();
    await t.filled();
    const { body } = await t.post('/api/release/rollouts', {
      ...promote('prod', 'c', V2.id),
      strategy: { type: 'canary', steps: [{ weight: 0.1, bakeSeconds: 900 }] },
    });
    const { planHash } = await t.until(body.id, 'AWAITING_APPROVAL');
    const acts = `/api/release/rollouts/${body.id}/acts`;
    await t.post(acts, { act: 'approve', planHash }, SOFIA);
    await t.until(body.id, 'BAKING');
    expect(t.aws.target(arnOf('prod')).candidate?.weight).toBe(0.1);
    catalogHas(t, []);
    const back = { act: 'send-back' };
    expect((await t.post(acts, back, MAYA)).status).toBe(403);
    expect((await t.post(acts, back, DANIEL)).status).toBe(200);
    for (let i = 0; i < 150; i++) {
      const { stable, candidate } = t.aws.target(arnOf('prod'));
      if (stable?.id === '1' && !candidate) break;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    expect(t.aws.target(arnOf('prod'))).toMatchObject({
      stable: { id: '1' },
      candidate: undefined,
    });
    // The hold that it left is lifted without the entity, too.
    for (let i = 0; i < 100; i++) {
      const { status } = await t.post('/api/release/targets/hold/lift', lift());
      if (status === 200) break;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    const audit = await t.get('/api/release/audit?kind=hold-lifted');
    expect(audit.body.records[0].entityRef).toBe(OWNER);
    await t.backend.stop();
  });

  it('takes entity refs in queries as they are', async () => {
    const t = await start();
    await t.filled();
    for (const path of ['audit', 'rollouts']) {
      const answer = await t.get(
        `/api/release/${path}?entityRef=component:default/claims-api`,
      );
      expect(answer.status).toBe(200);
    }
    await t.backend.stop();
  });
});
