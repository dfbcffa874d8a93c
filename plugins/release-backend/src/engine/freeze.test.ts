import { TestDatabases } from '@backstage/backend-test-utils';
import type { FreezeWindow } from '@careplane/backstage-plugin-release-common';
import { ARN, Harness, OLD } from '../__testUtils__/harness';
import { evaluateGates } from '../gates/evaluate';
import { waiversOf, withWaivers } from '../gates/waivers';
import { ActService } from '../service/ActService';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
jest.setTimeout(60_000);

const FREEZE: FreezeWindow = {
  name: 'Year end',
  stages: [],
  policy: 'hold',
  from: '2026-01-01T00:00:00.000Z',
  until: '2026-01-05T00:00:00.000Z',
};
const PERSON = 'user:default/sofia.rossi';
const shut = (summary = 'One critical finding.') => ({
  id: 'vulnerabilities',
  title: 'Vulnerabilities',
  state: 'fail' as const,
  summary,
});

const harness = async () => Harness.create(await databases.init('SQLITE_3'));

describe('a freeze that begins while a canary is under way', () => {
  it('keeps the weight, and what follows is checked again when it ends (INV-31, SC-X7)', async () => {
    const h = await harness();
    const id = await h.open();
    await h.run(id, { until: 'BAKING' });
    h.freeze = FREEZE;
    await h.run(id, { ticks: 60 });
    expect((await h.get(id)).problem).toMatch(/Year end/);
    expect(h.aws.shifts()).toEqual(['1+2@0.1']);
    h.freeze = undefined;
    h.gates = [shut()];
    await h.run(id, { ticks: 5 });
    expect(h.aws.shifts()).toEqual(['1+2@0.1']);
    h.gates = [{ ...shut(), state: 'pass' }];
    expect((await h.run(id)).state).toBe('SUCCEEDED');
  });

  it('sends it back where the policy says so', async () => {
    const h = await harness();
    const id = await h.open();
    await h.run(id, { until: 'BAKING' });
    h.freeze = { ...FREEZE, policy: 'send-back' };
    expect((await h.run(id)).state).toBe('ROLLED_BACK');
    expect(h.aws.shifts()).toEqual(['1+2@0.1', '1']);
  });

  it('never holds up a rollback', async () => {
    const h = await harness();
    h.freeze = FREEZE;
    h.aws.runs(ARN, { id: '2', contentHash: 'new-hash' });
    const id = await h.open({
      kind: 'rollback',
      from: { id: '2', contentHash: 'new-hash' },
      returnTo: OLD,
      to: { revisionId: '1', contentHash: 'old-hash' },
      strategy: { type: 'all-at-once', steps: [] },
    });
    expect((await h.run(id)).state).toBe('ROLLED_BACK');
  });

  it('waits before anything has moved, and goes on with the plan that was approved', async () => {
    const h = await harness();
    const id = await h.open({ approvalsNeeded: 0 });
    h.freeze = FREEZE;
    await h.run(id, { ticks: 20 });
    expect(await h.get(id)).toMatchObject({ state: 'GATING' });
    h.freeze = undefined;
    expect((await h.run(id)).state).toBe('SUCCEEDED');
  });
});

describe('a waived gate', () => {
  it('is open for what it said, and shut for anything else', async () => {
    const h = await harness();
    h.gates = [shut()];
    const waivers = waiversOf(
      [{ gate: 'vulnerabilities', reason: 'Not reachable' }],
      h.gates,
      PERSON,
      '2026-01-01T00:00:00.000Z',
    );
    expect(withWaivers(h.gates, waivers)[0]).toMatchObject({
      state: 'waived',
      summary: 'One critical finding. Waived by sofia.rossi: Not reachable',
    });
    const id = await h.open({ waivers });
    await h.run(id, { until: 'BAKING' });
    expect(h.aws.shifts()).toEqual(['1+2@0.1']);
    h.gates = [shut('Five critical findings.')];
    await h.run(id, { ticks: 40 });
    expect(h.aws.shifts()).toEqual(['1+2@0.1']);
  });

  it('is part of what is approved: another waiver is another plan (N3)', async () => {
    const hashes = [];
    for (const reason of ['Not reachable', 'Fixed tomorrow']) {
      const h = await harness();
      h.gates = [shut()];
      const waivers = waiversOf(
        [{ gate: 'vulnerabilities', reason }],
        h.gates,
        PERSON,
        '2026-01-01T00:00:00.000Z',
      );
      const id = await h.open({ waivers, approvalsNeeded: 1 });
      hashes.push((await h.run(id, { until: 'AWAITING_APPROVAL' })).planHash);
    }
    expect(new Set(hashes).size).toBe(2);
  });

  it('is still the plan that was approved when it has opened by itself', async () => {
    const h = await harness();
    h.gates = [shut()];
    const waivers = waiversOf(
      [{ gate: 'vulnerabilities', reason: 'Not reachable' }],
      h.gates,
      PERSON,
      '2026-01-01T00:00:00.000Z',
    );
    const id = await h.open({ waivers, approvalsNeeded: 1 });
    const { planHash } = await h.run(id, { until: 'AWAITING_APPROVAL' });
    const acts = new ActService({
      stores: h.stores,
      clock: h.clock,
      wake: () => {},
    });
    await acts.act(await h.get(id), { act: 'approve', planHash }, PERSON);
    h.gates = [{ ...shut(), state: 'pass' }];
    const { state, problem } = await h.run(id);
    expect([state, problem]).toEqual(['SUCCEEDED', undefined]);
  });

  it('cannot be a hold, a quarantine, an outside change or an unsettled stack', () => {
    const gates = evaluateGates({
      release: {
        id: 'r',
        component: 'c',
        version: '1',
        kind: 'lambda-alias',
        commit: { id: 'c' },
        builtAt: '2026-01-01T00:00:00Z',
        artifact: { type: 'zip', codeSha256: 's' },
        quarantine: { reason: 'bad', by: PERSON, at: '2026-01-01' },
        runsOn: [],
        ranOn: [],
      },
      stage: 'prod',
      stages: [
        { name: 'qa', title: 'QA' },
        { name: 'prod', title: 'Prod' },
      ],
      hold: { by: PERSON, at: '2026-01-01T00:00:00Z', rolloutId: 'r' },
      freeze: FREEZE,
      settled: false,
      delivery: { unavailable: 'No answer.' },
    });
    expect(gates.filter(gate => gate.waivable).map(gate => gate.id)).toEqual([
      'build',
      'quality',
      'previous-stage',
      'freeze',
    ]);
    for (const gate of ['hold', 'quarantine', 'stack-settled', 'nothing']) {
      expect(() =>
        waiversOf([{ gate, reason: 'please' }], gates, PERSON, 'now'),
      ).toThrow(/cannot be waived/);
    }
    expect(() =>
      waiversOf([{ gate: 'quality', reason: ' ' }], gates, PERSON, 'now'),
    ).toThrow(/needs a reason/);
  });
});
