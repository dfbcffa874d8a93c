import { mockCredentials } from '@backstage/backend-test-utils';
import request from 'supertest';
import {
  arnOf,
  DANIEL,
  MAYA,
  MRN,
  PATH,
  PIPELINE,
  promote,
  RAVI,
  SOFIA,
  start,
  V1,
  V2,
} from './__testUtils__/fakePortal';

jest.setTimeout(60_000);

describe('release plugin', () => {
  it('shows what runs where from the database, and looking calls no AWS', async () => {
    const t = await start();
    const body = await t.filled();
    expect(
      body.targets.map(
        (one: { target: { current: { version: string } } }) =>
          one.target.current.version,
      ),
    ).toEqual(['1.0.2', '1.0.2', '1.0.1']);
    const qa = body.releases.find((one: { id: string }) => one.id === V2.id);
    expect(qa.runsOn).toEqual(['dev', 'qa']);
    const reads = t.aws.reads;
    for (let i = 0; i < 10; i++) {
      await t.get(PATH);
      await t.get('/api/release/overview');
    }
    expect(t.aws.reads).toBe(reads);
    await t.backend.stop();
  });

  it('promotes to prod with the consent of somebody else, and only once for a key (SC-X20)', async () => {
    const t = await start();
    await t.filled();
    const preview = await t.post('/api/release/previews', {
      entityRef: 'component:default/claims-api',
      stage: 'prod',
      kind: 'promote',
      releaseId: V2.id,
    });
    expect(preview.body.blockers).toEqual([]);
    expect(preview.body.approvalsNeeded).toBe(1);

    const first = await t.post('/api/release/rollouts', promote('prod', 'k1'));
    expect(first.status).toBe(202);
    const again = await t.post('/api/release/rollouts', promote('prod', 'k1'));
    expect(again.body.id).toBe(first.body.id);
    const other = await t.post('/api/release/rollouts', promote('qa', 'k1'));
    expect(other.status).toBe(409);
    const second = await t.post(
      '/api/release/rollouts',
      promote('prod', 'k2'),
      SOFIA,
    );
    expect(second.status).toBe(409);

    const { id } = first.body;
    const planned = await t.until(id, 'AWAITING_APPROVAL');
    expect(planned.acts.approve.reason).toMatch(/somebody else must decide/);
    const acts = `/api/release/rollouts/${id}/acts`;
    const approve = { act: 'approve', planHash: planned.planHash };
    expect((await t.post(acts, approve)).status).toBe(409);
    expect((await t.post(acts, approve, MAYA)).status).toBe(403);
    const cancelled = await t.post(acts, { act: 'cancel' }, MAYA);
    expect(cancelled.body.error.message).toMatch(
      /You may not cancel a rollout on Prod/,
    );
    const refusals = await t.get('/api/release/audit?kind=denied', RAVI);
    expect(refusals.body.records[0]).toMatchObject({
      rolloutId: id,
      facts: { act: 'promote', asked: 'cancel' },
    });
    const stale = await t.post(
      acts,
      { act: 'approve', planHash: 'f'.repeat(64) },
      SOFIA,
    );
    expect(stale.status).toBe(409);
    expect((await t.post(acts, approve, SOFIA)).status).toBe(200);

    const done = await t.until(id, 'SUCCEEDED');
    expect(done.approvals).toMatchObject([{ by: SOFIA, decision: 'approved' }]);
    expect(t.aws.shifts()).toEqual(['2']);
    for (const bad of ['from=yesterday', 'to=23.11.2026', 'stage=PROD']) {
      const refused = await t.get(`/api/release/audit?${bad}`, RAVI);
      expect(refused.status).toBe(400);
    }
    const audit = await t.get('/api/release/audit?stage=prod&limit=5', RAVI);
    expect(audit.body.chain.verified).toBe(true);
    expect(audit.body.records[0].kind).toBe('rollout-succeeded');
    const older = await t.get(
      `/api/release/audit?stage=prod&before=${audit.body.next}`,
      RAVI,
    );
    expect(older.body.records[0].position).toBeLessThan(audit.body.next);
    await t.backend.stop();
  });

  it('of two people at once, one starts a rollout and the other is told', async () => {
    const t = await start();
    await t.filled();
    const both = await Promise.all([
      t.post('/api/release/rollouts', promote('prod', 'd')),
      t.post('/api/release/rollouts', promote('prod', 's'), SOFIA),
    ]);
    expect(both.map(one => one.status).sort()).toEqual([202, 409]);
    await t.backend.stop();
  });

  it.each([
    [
      'promote on prod',
      'rollouts',
      promote('prod', 'x'),
      MAYA,
      /You may not promote on Prod. group:default\/release-managers may/,
    ],
    [
      'promote on prod',
      'rollouts',
      promote('prod', 'x'),
      RAVI,
      /You may not promote/,
    ],
    [
      'lift a hold',
      'targets/hold/lift',
      { arn: arnOf('prod'), reason: 'r' },
      MAYA,
      /You may not lift a hold/,
    ],
    [
      'quarantine',
      `releases/${V2.id}/quarantine`,
      { component: 'claims-api', reason: 'r', on: true },
      MAYA,
      /You may not quarantine/,
    ],
    [
      'retry a pipeline',
      'pipelines/retry',
      {
        entityRef: 'component:default/claims-api',
        pipelineArn: PIPELINE,
        stage: 'Build',
        executionId: 'e',
      },
      RAVI,
      /You may not retry/,
    ],
  ])(
    'refuses to %s without a grant and says who has it',
    async (_what, path, body, ref, message) => {
      const t = await start();
      await t.filled();
      const answer = await t.post(`/api/release/${path}`, body, ref);
      expect(answer.status).toBe(403);
      expect(answer.body.error.message).toMatch(message);
      const audit = await t.get(`/api/release/audit?kind=denied`);
      expect(audit.body.records[0].actor).toBe(ref);
      const changes = await t.get(`/api/release/audit?changes=true`);
      expect(changes.body.records).toEqual(
        expect.not.arrayContaining([
          expect.objectContaining({ kind: 'denied' }),
        ]),
      );
      const all = await t.get(`/api/release/audit?changes=false`);
      expect(all.body.records[0].kind).toBe('denied');
      await t.backend.stop();
    },
  );

  it('refuses services any write, and everybody what policy denies', async () => {
    const t = await start();
    await t.filled();
    const service = await request(t.server)
      .post('/api/release/rollouts')
      .set('Authorization', mockCredentials.service.header())
      .send(promote('qa', 'svc'));
    expect(service.status).toBe(403);
    await t.backend.stop();
    const denied = await start({ deny: true });
    expect((await denied.get(PATH)).status).toBe(403);
    await denied.backend.stop();
  });

  it('rolls back and holds; a promote then needs the hold lifted (SC-K4, SC-K5)', async () => {
    const t = await start();
    await t.filled();
    const up = await t.post('/api/release/rollouts', promote('prod', 'up'));
    const planned = await t.until(up.body.id, 'AWAITING_APPROVAL');
    await t.post(
      `/api/release/rollouts/${up.body.id}/acts`,
      { act: 'approve', planHash: planned.planHash },
      SOFIA,
    );
    await t.until(up.body.id, 'SUCCEEDED');
    const left = t.aws.target(arnOf('prod')).stable?.id;
    const back = await t.post('/api/release/rollouts', {
      entityRef: 'component:default/claims-api',
      stage: 'prod',
      kind: 'rollback',
      revisionId: '1',
      reason: 'errors on the claims page',
      idempotencyKey: 'back',
    });
    expect(back.status).toBe(202);
    await t.until(back.body.id, 'ROLLED_BACK');
    expect(t.aws.target(arnOf('prod')).stable?.id).toBe('1');
    const forward = await t.post('/api/release/rollouts', {
      entityRef: 'component:default/claims-api',
      stage: 'prod',
      kind: 'rollback',
      revisionId: left,
      idempotencyKey: 'forward again',
    });
    expect(forward.status).toBe(409);
    expect(forward.body.error.message).toMatch(
      /rolled away from .* lift the hold, and promote it/,
    );
    expect(t.aws.target(arnOf('prod')).stable?.id).toBe('1');
    t.aws.forgetChangeSets();
    const held = await t.post(
      '/api/release/rollouts',
      promote('prod', 'again'),
    );
    expect(held.status).toBe(409);
    expect(held.body.error.message).toMatch(/Held by/);
    const lift = { arn: arnOf('prod'), reason: 'fixed' };
    expect((await t.post('/api/release/targets/hold/lift', lift)).status).toBe(
      200,
    );
    const { body } = await t.get(PATH);
    expect(body.targets[2].target.hold).toBeUndefined();
    await t.backend.stop();
  });

  it('a rollback that turns a canary is found again by its key, and so is the promote (SC-X20)', async () => {
    const t = await start();
    await t.filled();
    const asked = {
      ...promote('prod', 'up'),
      strategy: {
        type: 'canary',
        steps: [{ weight: 0.1, bakeSeconds: 3_600 }],
      },
    };
    const up = await t.post('/api/release/rollouts', asked);
    const { planHash } = await t.until(up.body.id, 'AWAITING_APPROVAL');
    await t.post(
      `/api/release/rollouts/${up.body.id}/acts`,
      { act: 'approve', planHash },
      SOFIA,
    );
    await t.until(up.body.id, 'BAKING');
    const back = {
      entityRef: 'component:default/claims-api',
      stage: 'prod',
      kind: 'rollback',
      revisionId: '1',
      idempotencyKey: 'turn',
    };
    const turned = await t.post('/api/release/rollouts', back);
    expect(turned.body.id).toBe(up.body.id);
    await t.until(up.body.id, 'ROLLED_BACK');
    const again = await t.post('/api/release/rollouts', back);
    expect([again.status, again.body.id]).toEqual([202, up.body.id]);
    const other = { ...back, reason: 'Another one' };
    expect((await t.post('/api/release/rollouts', other)).status).toBe(409);
    const first = await t.post('/api/release/rollouts', asked);
    expect(first.body.id).toBe(up.body.id);
    await t.backend.stop();
  });

  it('a rollback on the first stage pins it, and lifting the hold lets the pipeline in again', async () => {
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
    t.aws.target(arnOf('dev')).stack.live = 'latest';
    await t.filled();
    const blocked = await t.post(
      '/api/release/rollouts',
      promote('dev', 'no', V1.id),
      MAYA,
    );
    expect(blocked.status).toBe(403);
    const back = await t.post(
      '/api/release/rollouts',
      {
        entityRef: 'component:default/claims-api',
        stage: 'dev',
        kind: 'rollback',
        revisionId: '1',
        idempotencyKey: 'b',
      },
      MAYA,
    );
    expect(back.status).toBe(202);
    await t.until(back.body.id, 'ROLLED_BACK');
    const live = async (value: string) => {
      for (
        let i = 0;
        i < 100 && t.aws.target(arnOf('dev')).stack.live !== value;
        i++
      ) {
        await new Promise(resolve => setTimeout(resolve, 50));
      }
      return t.aws.target(arnOf('dev')).stack.live;
    };
    expect(await live('1')).toBe('1');
    await t.post(
      '/api/release/targets/hold/lift',
      { arn: arnOf('dev'), reason: 'ok' },
      MAYA,
    );
    for (let i = 0; i < 100 && !t.aws.protectedStacks.size; i++) {
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    expect(t.aws.protectedStacks.get(arnOf('dev'))).toBe(false);
    // Lifting moves nothing: the next deployment of the pipeline does.
    expect(t.aws.target(arnOf('dev')).stable?.id).toBe('1');
    expect(t.aws.target(arnOf('dev')).stack.live).toBe('1');
    await t.backend.stop();
  });

  it('lets a program ask, and a person confirm', async () => {
    const t = await start();
    await t.filled();
    t.aws.target(arnOf('qa')).stable = { id: '1', contentHash: 'hash-1' };
    t.aws.target(arnOf('qa')).stack.live = '1';
    const names = (await t.actions.list()).actions.map(action => action.name);
    expect(names.sort()).toEqual([
      'get-release-set',
      'get-rollout',
      'list-releases',
      'plan-pause-answer',
      'plan-release-set',
      'preview-rollout',
      'promote-release',
      'query-audit',
      'rehearse-rollback',
      'roll-back',
    ]);
    const promoteId = 'test:promote-release';
    const { output } = await t.actions.invoke({
      id: promoteId,
      input: {
        entityRef: 'claims-api',
        stage: 'prod',
        releaseId: V2.id,
        idempotencyKey: 'mcp',
      },
      credentials: mockCredentials.user(DANIEL),
    });
    const { rolloutId, state } = output as { rolloutId: string; state: string };
    expect(state).toBe('AWAITING_APPROVAL');
    await new Promise(resolve => setTimeout(resolve, 500));
    expect(t.aws.writes).toEqual([]);
    const acts = `/api/release/rollouts/${rolloutId}/acts`;
    expect((await t.post(acts, { act: 'confirm' }, SOFIA)).status).toBe(409);
    expect((await t.post(acts, { act: 'confirm' })).status).toBe(200);
    const planned = await t.until(rolloutId, 'AWAITING_APPROVAL');
    expect(planned.awaitsConfirmation).toBeUndefined();
    await t.backend.stop();
  });

  it('starts a release set once, for who may, when the requester has confirmed it', async () => {
    const t = await start();
    await t.filled();
    const member = { entityRef: 'component:default/claims-api', order: 0 };
    const asked = {
      stage: 'prod',
      kind: 'promote' as const,
      members: [{ ...member, releaseId: V2.id }],
      idempotencyKey: 'set-1',
    };
    const sets = '/api/release/sets';
    const denied = await t.post(sets, asked, MAYA);
    expect(denied.status).toBe(403);
    expect(denied.body.error.message).toMatch(/^claims-api: .*promote/);
    const kindsOf = async () => {
      const { body } = await t.get('/api/release/audit', RAVI);
      return body.records.map((one: { kind: string }) => one.kind);
    };
    expect(await kindsOf()).toContain('denied');
    const unreadable = { ...member, entityRef: 'component:', releaseId: V2.id };
    expect(
      (await t.post(sets, { ...asked, members: [unreadable] })).status,
    ).toBe(400);
    const nothing = { ...asked, members: [member] };
    expect((await t.post(sets, nothing)).status).toBe(400);
    const twice = { ...asked, members: [...asked.members, ...asked.members] };
    expect((await t.post(sets, twice)).status).toBe(400);

    const { output } = await t.actions.invoke({
      id: 'test:plan-release-set',
      input: asked,
      credentials: mockCredentials.user(DANIEL),
    });
    const { setId } = output as { setId: string };
    const path = `${sets}/${setId}`;
    expect((await t.get(path)).body).toMatchObject({
      state: 'waiting',
      members: [{ order: 0, entityRef: member.entityRef }],
    });
    expect((await t.get('/api/release/rollouts')).body.items).toEqual([]);
    expect((await t.post(`${path}/confirm`, {}, SOFIA)).status).toBe(403);
    const confirmed = await t.post(`${path}/confirm`, {});
    expect(confirmed.body.state).toBe('running');
    // Said twice, it is the same yes.
    expect((await t.post(`${path}/confirm`, {})).body.members).toMatchObject(
      confirmed.body.members.map((one: { order: number }) => ({
        order: one.order,
      })),
    );
    expect((await t.get('/api/release/rollouts')).body.items).toHaveLength(1);
    const records = await kindsOf();
    expect(
      records.filter((kind: string) => kind === 'release-set-confirmed'),
    ).toHaveLength(1);

    // SC-X20: the same key gives the same set, for the same request only.
    expect((await t.post(sets, asked)).body.id).toBe(setId);
    const other = { ...asked, reason: 'Another one' };
    expect((await t.post(sets, other)).status).toBe(409);

    const { id } = confirmed.body.members[0].rollout;
    const { planHash } = await t.until(id, 'AWAITING_APPROVAL');
    await t.post(
      `/api/release/rollouts/${id}/acts`,
      { act: 'approve', planHash },
      SOFIA,
    );
    const done = await t.until(id, 'SUCCEEDED');
    expect(done.steps.map((step: { title: string }) => step.title)).toContain(
      'Waiting for its turn',
    );
    expect((await t.get(path)).body.state).toBe('done');
    expect((await t.get(sets)).body.items).toHaveLength(1);
    await t.backend.stop();
  });

  it('makes one release set of a double click', async () => {
    const t = await start();
    await t.filled();
    const asked = {
      stage: 'prod',
      kind: 'promote' as const,
      members: [
        {
          entityRef: 'component:default/claims-api',
          order: 0,
          releaseId: V2.id,
        },
      ],
      idempotencyKey: 'double',
    };
    const answers = await Promise.all(
      [1, 2, 3].map(() => t.post('/api/release/sets', asked)),
    );
    expect(new Set(answers.map(({ status }) => status)).size).toBe(1);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect((await t.get('/api/release/sets')).body.items).toHaveLength(1);
    expect((await t.get('/api/release/rollouts')).body.items).toHaveLength(1);
    await t.backend.stop();
  });

  it('keeps a patient identifier out of records, answers and logs', async () => {
    const t = await start();
    await t.filled();
    const refused = await t.post('/api/release/rollouts', {
      ...promote('prod', 'phi'),
      reason: `for ${MRN}`,
    });
    expect(refused.status).toBe(400);
    t.aws.onCall = (when, api) => {
      if (when === 'before' && api === 'createChangeSet') {
        throw Object.assign(new Error(`secret ${MRN}`), { name: 'InputError' });
      }
    };
    const made = await t.post(
      '/api/release/rollouts',
      promote('prod', 'phi-2'),
    );
    const ended = await t.until(made.body.id, 'BLOCKED');
    const audit = await t.get('/api/release/audit');
    const page = await t.get(PATH);
    const logs = JSON.stringify([
      t.logger.info.mock.calls,
      t.logger.warn.mock.calls,
      t.logger.error.mock.calls,
      t.logger.debug.mock.calls,
      t.auditor.createEvent.mock.calls.map(([event]) => event.meta),
    ]);
    for (const text of [
      JSON.stringify(ended),
      JSON.stringify(audit.body),
      JSON.stringify(page.body),
      logs,
    ]) {
      expect(text).not.toContain('00482913');
    }
    await t.backend.stop();
  });

  it('keeps the records of an entity that the catalog has lost, for the auditor', async () => {
    const t = await start();
    await t.filled();
    const made = await t.post('/api/release/rollouts', promote('prod', 'gone'));
    const path = `/api/release/rollouts/${made.body.id}`;
    await t.until(made.body.id, 'AWAITING_APPROVAL');
    const count = async (ref: string) => {
      const audit = await t.get('/api/release/audit', ref);
      const list = await t.get('/api/release/rollouts', ref);
      return [audit.body.records.length > 0, list.body.items.length];
    };
    const none = jest
      .spyOn(t.catalog, 'getEntities')
      .mockResolvedValue({ items: [] });
    expect(await count(RAVI)).toEqual([true, 1]);
    expect(await count(MAYA)).toEqual([true, 1]);
    const people = t.catalog.getEntityByRef.bind(t.catalog);
    const lost = [
      jest
        .spyOn(t.catalog, 'getEntityByRef')
        .mockImplementation(async (ref, options) =>
          String(ref).startsWith('user:') ? people(ref, options) : undefined,
        ),
      jest
        .spyOn(t.catalog, 'getEntitiesByRefs')
        .mockImplementation(async ({ entityRefs }) => ({
          items: entityRefs.map(() => undefined),
        })),
    ];
    expect(await count(RAVI)).toEqual([true, 1]);
    expect(await count(MAYA)).toEqual([false, 0]);
    expect((await t.get(path, RAVI)).status).toBe(200);
    expect((await t.get(path, MAYA)).status).toBe(404);
    const cancel = { act: 'cancel' };
    expect((await t.post(`${path}/acts`, cancel, MAYA)).status).toBe(403);
    expect((await t.post(`${path}/acts`, cancel)).status).toBe(200);
    [none, ...lost].forEach(spy => spy.mockRestore());
    await t.backend.stop();
  });

  it('serves its OpenAPI document and refuses what it does not know', async () => {
    const t = await start();
    const spec = await t.get('/api/release/openapi.json');
    expect(Object.keys(spec.body.paths)).toContain(
      '/api/release/rollouts/{id}/acts',
    );
    const wrong = await t.post('/api/release/rollouts', {
      ...promote('qa', 'w'),
      force: true,
    });
    expect(wrong.status).toBe(400);
    await t.backend.stop();
  });
});
