import type { Entity } from '@backstage/catalog-model';
import {
  accounts,
  arnOf,
  component,
  promote,
  start,
} from '../__testUtils__/fakePortal';

jest.setTimeout(60_000);

describe('adopting what somebody else made run', () => {
  it('looks at AWS first, and adopts only what the person saw', async () => {
    const t = await start();
    t.aws.runs(arnOf('qa'), { id: '1', contentHash: 'hash-1' });
    await t.filled();
    const started = await t.post('/api/release/rollouts', {
      ...promote('qa', 'canary'),
      strategy: { type: 'canary', steps: [{ weight: 0.1, bakeSeconds: 3600 }] },
    });
    expect(started.body).toMatchObject({ state: 'GATING' });
    const { id } = started.body;
    await t.until(id, 'BAKING');
    t.aws.moveBehindOurBack(arnOf('qa'), { id: '8', contentHash: 'foreign' });
    await t.until(id, 'EXTERNAL_CHANGE');
    t.aws.moveBehindOurBack(arnOf('qa'), { id: '9', contentHash: 'newer' });

    const path = `/api/release/rollouts/${id}/acts`;
    const stale = await t.post(path, { act: 'adopt' });
    expect(stale.status).toBe(409);
    expect(stale.body.error.message).toMatch(
      /you saw 8, and 9 runs now. Nothing was adopted/,
    );
    const { body } = await t.get(`/api/release/rollouts/${id}`);
    expect(body.state).toBe('EXTERNAL_CHANGE');
    expect(body.problem).toMatch(/moved qa to 9/);

    expect((await t.post(path, { act: 'adopt' })).status).toBe(200);
    const audit = await t.get(`/api/release/audit?rolloutId=${id}`);
    const seen = audit.body.records.find(
      (one: { kind: string }) => one.kind === 'outside-change-seen',
    );
    expect(seen.facts).toMatchObject({ fromRevision: '8', toRevision: '9' });
    await t.backend.stop();
  });

  it("is refused where the target's stack is somebody else's", async () => {
    const other: Entity = {
      ...component,
      metadata: {
        name: 'intake',
        namespace: 'default',
        annotations: {
          'careplane.dev/target.prod': `arn:aws:lambda:us-east-1:${accounts.prod}:function:intake:live`,
        },
      },
    };
    const borrower: Entity = {
      ...component,
      metadata: {
        name: 'borrower',
        namespace: 'default',
        annotations: {
          'careplane.dev/target.prod': `arn:aws:lambda:us-east-1:${accounts.prod}:function:borrower:live`,
          'careplane.dev/stack': 'svc-intake',
        },
      },
    };
    const t = await start({ entities: [other, borrower] });
    await t.filled();
    for (const path of ['adopt', 'hold/lift']) {
      const refused = await t.post(`/api/release/targets/${path}`, {
        arn: borrower.metadata.annotations?.['careplane.dev/target.prod'],
        reason: 'mine',
        entityRef: 'component:default/borrower',
      });
      expect(refused.status).toBe(409);
      expect(refused.body.error.message).toMatch(
        /stack svc-intake is also named by component:default\/intake/,
      );
    }
    await t.backend.stop();
  });
});
