import { arnOf, start, SOFIA, V1, V2 } from '../__testUtils__/fakePortal';
import { databaseGate } from '../gates/databaseCrossing';

jest.setTimeout(60_000);

const DROP = 'db/changelog.sql::drop-member-ssn::maya';
const with_ = (...contracts: string[]) => ({ contracts });

describe('a way back over the database (INV-37)', () => {
  it('is open where nothing was taken away, or there is no database', () => {
    const one = { version: '1.0.0', database: with_(DROP) };
    expect(databaseGate({ version: '1.1.0' }, { version: '1.0.0' })).toBe(
      undefined,
    );
    expect(databaseGate({ ...one, version: '1.1.0' }, one)).toBeUndefined();
    expect(databaseGate(undefined, one)).toBeUndefined();
  });

  it('is shut by a changeset that the earlier release does not have', () => {
    const running = { version: '1.1.0', database: with_('a', DROP) };
    const earlier = {
      version: '1.0.0',
      database: { ...with_('a'), requiresSchema: 'v40' },
    };
    expect(databaseGate(running, earlier)).toMatchObject({
      state: 'fail',
      summary: expect.stringMatching(
        /drop-member-ssn.*Promote a fix.*a person roll the database back to v40/,
      ),
    });
  });

  it('is unknown, and so shut, where the earlier release says nothing', () => {
    const running = { version: '1.1.0', database: with_(DROP) };
    expect(databaseGate(running, { version: '1.0.0' })?.state).toBe('unknown');
    expect(databaseGate(running, undefined)?.summary).toMatch(
      /does not say which schema/,
    );
  });

  it('blocks a rollback; whoever breaks the glass leaves a review to somebody else (SC-X17)', async () => {
    const t = await start();
    t.aws.releases = [V1, { ...V2, database: with_(DROP) }];
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
      entityRef: 'component:default/claims-api',
      stage: 'qa',
      kind: 'rollback',
      revisionId: '1',
    };
    const preview = await t.post('/api/release/previews', back);
    expect(preview.body.blockers.join()).toMatch(/Database: .*Promote a fix/);
    expect(preview.body.gates).toMatchObject([
      { id: 'database', state: 'unknown', waivable: true },
    ]);
    const key = { idempotencyKey: 'k' };
    const shut = await t.post('/api/release/rollouts', { ...back, ...key });
    expect(shut.status).toBe(409);

    const waivers = [{ gate: 'database', reason: 'column is restored' }];
    const made = await t.post('/api/release/rollouts', {
      ...back,
      idempotencyKey: 'glass',
      waivers,
    });
    expect(made.status).toBe(202);
    const done = await t.until(made.body.id, 'ROLLED_BACK');
    expect(t.aws.target(arnOf('qa')).stable?.id).toBe('1');
    expect(done.review).toMatchObject({ gate: 'database' });
    const reviews = async () =>
      (await t.get('/api/release/overview')).body.attention.filter(
        (one: { kind: string }) => one.kind === 'review',
      );
    expect(await reviews()).toMatchObject([{ rolloutId: made.body.id }]);
    const acts = `/api/release/rollouts/${made.body.id}/acts`;
    const review = { act: 'review', comment: 'column was there again' };
    expect((await t.post(acts, review)).status).toBe(409);
    expect((await t.post(acts, review, SOFIA)).status).toBe(200);
    expect(await reviews()).toEqual([]);
    const audit = await t.get(`/api/release/audit?rolloutId=${made.body.id}`);
    const kinds = audit.body.records.map((one: { kind: string }) => one.kind);
    expect(kinds).toEqual(
      expect.arrayContaining(['gate-waived', 'act-review']),
    );
    await t.backend.stop();
  });
});
