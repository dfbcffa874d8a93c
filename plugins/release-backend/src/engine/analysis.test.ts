import { TestDatabases } from '@backstage/backend-test-utils';
import type { Strategy } from '@careplane/backstage-plugin-release-common';
import { ARN, Harness, OLD } from '../__testUtils__/harness';
import { ActService } from '../service/ActService';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
jest.setTimeout(60_000);

const JUDGED: Strategy = {
  type: 'custom',
  steps: [
    { weight: 0.1, bakeSeconds: 60, analysis: { tolerance: 0.05 } },
    { weight: 0.5, bakeSeconds: 60, analysis: { tolerance: 0.05 } },
  ],
};
const WELL = {
  candidate: { calls: 400, errors: 1 },
  stable: { calls: 3600, errors: 9 },
};
const BADLY = {
  candidate: { calls: 40, errors: 30 },
  stable: { calls: 360, errors: 0 },
};
const SILENT = {
  candidate: { calls: 0, errors: 0 },
  stable: { calls: 0, errors: 0 },
};
const PERSON = 'user:default/sofia.rossi';

async function baking(more: Partial<Harness['aws']> = {}) {
  const h = await Harness.create(await databases.init('SQLITE_3'));
  Object.assign(h.aws, more);
  const id = await h.open({ strategy: JUDGED });
  await h.run(id, { until: 'BAKING' });
  const acts = new ActService({
    stores: h.stores,
    clock: h.clock,
    wake: () => {},
  });
  return { h, id, acts };
}

describe('a judged canary', () => {
  it('goes on by itself where the figures pass, and records them (SC-R8)', async () => {
    const { h, id } = await baking({ calls: WELL });
    expect((await h.run(id)).state).toBe('SUCCEEDED');
    const cutover = (await h.stores.evidence.ofRollout(id)).find(
      one => one.kind === 'rollout-cutover',
    );
    expect(cutover?.facts).toMatchObject({
      verdict: 'pass',
      candidateCalls: 400,
      stableErrors: 9,
    });
  });

  it('is sent back as soon as the figures fail, before its bake is over (INV-17, SC-R9)', async () => {
    const { h, id } = await baking({ calls: BADLY });
    h.now += 10_000;
    const done = await h.run(id);
    expect(done.state).toBe('ROLLED_BACK');
    expect(h.aws.shifts()).toEqual(['1+2@0.1', '1']);
    expect(h.aws.writes.filter(w => w.api === 'shift')[1].actor).toBe(
      'careplane-auto',
    );
    expect(done.judgement?.verdict).toBe('fail');
  });

  it('waits for a person where nothing can be said, and keeps why one goes on (SC-R7, SC-R12)', async () => {
    const { h, id, acts } = await baking({ calls: SILENT });
    const paused = await h.run(id, { until: 'PAUSED' });
    expect(paused).toMatchObject({
      state: 'PAUSED',
      problem: expect.stringMatching(/no call/),
      pausedUntil: expect.any(String),
    });
    for (let i = 0; i < 5; i++) await h.worker().tick(id);
    expect(h.aws.shifts()).toEqual(['1+2@0.1']);
    await expect(
      acts.act(await h.get(id), { act: 'advance' }, PERSON),
    ).rejects.toThrow(/needs a reason/);
    await acts.act(
      await h.get(id),
      { act: 'complete', comment: 'Nobody calls it at night' },
      PERSON,
    );
    expect((await h.run(id)).state).toBe('SUCCEEDED');
    expect(h.aws.shifts()).toEqual(['1+2@0.1', '2']);
    const evidence = await h.stores.evidence.ofRollout(id);
    expect(evidence.find(one => one.kind === 'act-complete')).toMatchObject({
      actor: PERSON,
      facts: { reason: 'Nobody calls it at night' },
    });
  });

  it('goes back when nobody decides before the deadline', async () => {
    const { h, id } = await baking({ calls: SILENT });
    await h.run(id, { until: 'PAUSED' });
    expect((await h.run(id, { ticks: 2_000 })).state).toBe('ROLLED_BACK');
    expect(h.aws.shifts()).toEqual(['1+2@0.1', '1']);
  });

  it('never passes on metrics that cannot be read: it asks after five tries (SC-M2)', async () => {
    const { h, id } = await baking({ calls: 'unreadable' });
    h.now += 61_000;
    const paused = await h.run(id, { until: 'PAUSED', ticks: 20 });
    expect(paused.state).toBe('PAUSED');
    expect(h.aws.shifts()).toEqual(['1+2@0.1']);
  });
});

describe('an alarm', () => {
  const on = { name: 'claims-api-errors', state: 'alarm' as const };

  it.each(['BAKING', 'PAUSED'] as const)(
    'sends back at once from %s',
    async state => {
      const { h, id } = await baking({ calls: SILENT });
      await h.run(id, { until: state });
      h.aws.alarms = [on];
      const returning = await h.run(id, { until: 'VERIFYING_ROLLBACK' });
      expect(returning.problem ?? '').not.toMatch(/undefined/);
      expect(h.aws.shifts()).toEqual(['1+2@0.1', '1']);
    },
  );

  it.each([
    ['unreadable' as const],
    [[{ name: 'claims-api-errors', state: 'insufficient-data' as const }]],
    [[{ name: 'claims-api-errors', state: 'missing' as const }]],
  ])('that says nothing lets nothing forward: %j', async alarms => {
    const { h, id } = await baking({ calls: WELL });
    h.aws.alarms = alarms;
    const paused = await h.run(id, { until: 'PAUSED', ticks: 200 });
    expect(paused.state).toBe('PAUSED');
    expect(h.aws.shifts()).toEqual(['1+2@0.1']);
  });

  it('that stays on after the return leaves it unverified; at rest it is rolled back (INV-36, SC-R11)', async () => {
    for (const rests of [true, false]) {
      const { h, id } = await baking({ calls: WELL });
      h.aws.alarms = [on];
      const back = await h.run(id, { until: 'VERIFYING_ROLLBACK', ticks: 3 });
      expect(back.state).toBe('VERIFYING_ROLLBACK');
      expect(h.aws.shifts()).toEqual(['1+2@0.1', '1']);
      if (rests) h.aws.alarms = [{ ...on, state: 'ok' }];
      const done = await h.run(id, { ticks: 400 });
      expect(done.state).toBe(rests ? 'ROLLED_BACK' : 'ROLLED_BACK_UNVERIFIED');
      const hold = (await h.stores.targets.holds([ARN])).get(ARN);
      expect(hold?.rolloutId).toBe(id);
    }
  });

  it('at rest does not prove a return that fails like what it left', async () => {
    const { h, id } = await baking({ calls: WELL });
    h.aws.alarms = [on];
    await h.run(id, { until: 'VERIFYING_ROLLBACK', ticks: 3 });
    h.aws.alarms = [{ ...on, state: 'ok' }];
    h.aws.calls = { ...SILENT, stable: { calls: 200, errors: 90 } };
    const done = await h.run(id, { ticks: 400 });
    expect(done.state).toBe('ROLLED_BACK_UNVERIFIED');
    expect(done.steps[done.steps.length - 1].detail).toMatch(
      /fails, too: 90 of 200 calls failed/,
    );
    const [end] = (await h.stores.evidence.ofRollout(id)).filter(
      one => one.kind === 'rollout-rolled-back-unverified',
    );
    expect(end.facts).toMatchObject({ verdict: 'fail', stableErrors: 90 });
  });

  it.each([
    [undefined, 'ROLLED_BACK'],
    [20, 'ROLLED_BACK_UNVERIFIED'],
  ])(
    'at rest and no call at night: with %j calls asked for it ends as %s',
    async (minRequests, state) => {
      const { h, id, acts } = await baking({ calls: SILENT });
      const record = await h.get(id);
      const strategy: Strategy = {
        type: 'custom',
        steps: record.strategy.steps.map(step => ({ ...step, minRequests })),
      };
      await h.stores.commit({
        at: record.stateSince,
        rollout: { ...record, strategy },
        evidence: [],
      });
      await acts.act(await h.get(id), { act: 'send-back' }, PERSON);
      expect((await h.run(id, { ticks: 400 })).state).toBe(state);
    },
  );

  it('at rest and metrics that cannot be read do not prove a return that the plan judges', async () => {
    const { h, id, acts } = await baking({ calls: 'unreadable' });
    await acts.act(await h.get(id), { act: 'send-back' }, PERSON);
    const done = await h.run(id, { ticks: 400 });
    expect(done.state).toBe('ROLLED_BACK_UNVERIFIED');
  });

  it('asks a person after two automatic returns in an hour (INV-32)', async () => {
    const { h, id } = await baking({ calls: WELL });
    h.aws.alarms = [on];
    await h.run(id, { until: 'ROLLING_BACK', ticks: 1 });
    h.aws.alarms = [];
    await h.run(id);
    for (let i = 0; i < 2; i++) {
      h.aws.forgetChangeSets();
      const next = await h.open({ strategy: JUDGED });
      await h.run(next, { until: 'BAKING' });
      h.aws.alarms = [on];
      await h.run(next, { until: i ? 'PAUSED' : 'ROLLING_BACK', ticks: 1 });
      expect((await h.get(next)).state).toBe(
        i ? 'PAUSED' : 'VERIFYING_ROLLBACK',
      );
      h.aws.alarms = [];
      if (!i) await h.run(next);
    }
    expect(h.aws.target(ARN).stable?.id).toBe(OLD.id);
  });
});
