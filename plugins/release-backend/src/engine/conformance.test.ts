import { TestDatabases } from '@backstage/backend-test-utils';
import type { GateResult } from '@careplane/backstage-plugin-release-common';
import { ARN, Harness, OLD } from '../__testUtils__/harness';
import { timeout } from '../__testUtils__/FakeAws';
import { soakGate } from '../gates/soak';
import { disturbances, soakPeriods } from '../gates/soakFacts';
import { ActService } from '../service/ActService';
import { HOUR, LIMITS, MINUTE } from './decision';
import { iso, RolloutRecord } from './model';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
jest.setTimeout(60_000);

const DANIEL = 'user:default/daniel.okafor';
const SOFIA = 'user:default/sofia.rossi';
const AYO = 'user:default/ayo.bello';
const ALL_AT_ONCE = { type: 'all-at-once' as const, steps: [] };

const harness = async () => Harness.create(await databases.init('SQLITE_3'));

const act = async (
  h: Harness,
  id: string,
  request: Parameters<ActService['act']>[1],
  person = SOFIA,
): Promise<RolloutRecord> =>
  new ActService({ stores: h.stores, clock: h.clock, wake: () => {} }).act(
    await h.get(id),
    request,
    person,
  );

const approve = async (h: Harness, id: string, person: string) =>
  act(h, id, { act: 'approve', planHash: (await h.get(id)).planHash }, person);

const kindsOf = async (h: Harness, id: string) =>
  (await h.stores.evidence.ofRollout(id)).map(({ kind }) => kind);

const gate = (state: GateResult['state']): GateResult => ({
  id: 'build',
  title: 'Build',
  state,
  summary: `It is ${state}.`,
});

describe('where a rollout begins', () => {
  it('SC-L1: an alias that is not there any more blocks a rollback before any write', async () => {
    const h = await harness();
    h.aws.target(ARN).stable = undefined;
    const id = await h.open({
      kind: 'rollback',
      returnTo: OLD,
      from: { id: '2', contentHash: 'new-hash' },
      to: { revisionId: '1', contentHash: 'old-hash' },
      strategy: ALL_AT_ONCE,
    });
    const ended = await h.run(id, { ticks: 10 });
    expect(ended.state).toBe('BLOCKED');
    expect(ended.problem).toBe(
      'There is nothing to roll back on qa: the target does not exist, and Careplane does not create it.',
    );
    expect(h.aws.writes).toEqual([]);
  });

  it('SC-L6: promoting what runs already moves nothing, and says so', async () => {
    const h = await harness();
    const id = await h.open({ state: 'PREFLIGHT', candidate: OLD });
    const ended = await h.run(id);
    expect(ended.problem).toBeUndefined();
    expect(ended.state).toBe('SUCCEEDED');
    expect(h.aws.shifts()).toEqual([]);
    expect(ended.steps.map(({ detail }) => detail)).toContain(
      'This revision receives all traffic already',
    );
  });

  it('INV-09: what was found at the start is where it returns to, whatever is found after a crash', async () => {
    const h = await harness();
    const id = await h.open();
    await h.run(id, { until: 'BAKING' });
    const before = await h.get(id);
    expect(before.snapshot?.stable).toMatchObject({ id: '1' });
    // Another process goes on in the middle of the canary.
    await act(h, id, { act: 'send-back' });
    const ended = await h.run(id);
    expect(ended.snapshot).toEqual(before.snapshot);
    expect(h.aws.shifts().at(-1)).toBe('1');
  });
});

describe('two approvals', () => {
  const two = { approvalsNeeded: 2, strategy: ALL_AT_ONCE };

  it('SC-A2, SC-A4: one of two is not enough, the second lets it go on', async () => {
    const h = await harness();
    const id = await h.open(two);
    await h.run(id, { until: 'AWAITING_APPROVAL' });
    await approve(h, id, SOFIA);
    await h.worker().tick(id);
    expect((await h.get(id)).state).toBe('AWAITING_APPROVAL');
    await approve(h, id, AYO);
    expect((await h.run(id)).approvedBy).toEqual([SOFIA, AYO]);
    expect((await h.get(id)).state).toBe('SUCCEEDED');
  });

  it('SC-A9: a restart does not give more time to approve', async () => {
    const h = await harness();
    const id = await h.open(two);
    await h.run(id, { until: 'AWAITING_APPROVAL' });
    const since = Date.parse((await h.get(id)).stateSince);
    for (let hours = 4; hours <= 20; hours += 4) {
      h.now = since + hours * HOUR;
      await h.worker(`restart-${hours}`).tick(id);
    }
    expect((await h.get(id)).state).toBe('AWAITING_APPROVAL');
    h.now = since + LIMITS.approval + MINUTE;
    await h.worker('last').tick(id);
    expect((await h.get(id)).state).toBe('CANCELLED');
  });
});

describe('a canary that does not go as planned', () => {
  it('SC-R1: sent back in its second step it is stable after one call; another try is a new rollout from the first step', async () => {
    const h = await harness();
    const id = await h.open();
    await h.run(id, { until: 'BAKING' });
    h.now = Date.parse((await h.get(id)).bakeUntil ?? '');
    await h.worker().tick(id);
    expect(h.aws.shifts()).toEqual(['1+2@0.1', '1+2@0.5']);
    await act(h, id, { act: 'send-back' });
    expect((await h.run(id)).state).toBe('ROLLED_BACK');
    expect(h.aws.shifts()).toEqual(['1+2@0.1', '1+2@0.5', '1']);
    const told = (await kindsOf(h, id)).filter(
      kind => /^(rollout|act)-/.test(kind) && kind !== 'rollout-settling',
    );
    expect(told).toEqual([
      'rollout-planning',
      'rollout-preparing',
      'rollout-preflight',
      'rollout-shifting',
      'rollout-baking',
      'rollout-shifting',
      'rollout-baking',
      'act-send-back',
      'rollout-verifying-rollback',
      'rollout-rolled-back',
    ]);
    h.aws.forgetChangeSets();
    const again = await h.open();
    expect(again).not.toBe(id);
    await h.run(again, { until: 'BAKING' });
    expect((await h.get(again)).step).toBe(0);
  });

  it('SC-R2: going on before the bake is over needs a reason, which is in the evidence', async () => {
    const h = await harness();
    const id = await h.open();
    await h.run(id, { until: 'BAKING' });
    await expect(act(h, id, { act: 'complete' })).rejects.toThrow(
      /needs a reason/,
    );
    await act(h, id, { act: 'complete', comment: 'Seen by hand' });
    expect((await h.run(id)).state).toBe('SUCCEEDED');
    expect(h.aws.shifts()).toEqual(['1+2@0.1', '2']);
    const evidence = await h.stores.evidence.ofRollout(id);
    expect(evidence.find(({ kind }) => kind === 'act-complete')).toMatchObject({
      actor: SOFIA,
      facts: { reason: 'Seen by hand' },
    });
  });

  it('SC-R3, INV-03: a newer release waits for no half-moved one: it is refused, and stable stays what was fully promoted', async () => {
    const h = await harness();
    const id = await h.open();
    await h.run(id, { until: 'BAKING' });
    await expect(
      h.open({ to: { releaseId: 'c'.repeat(64), contentHash: 'newer' } }),
    ).rejects.toThrow(/Another rollout is active/);
    await act(h, id, { act: 'send-back' });
    await h.run(id);
    expect(h.aws.target(ARN)).toMatchObject({ stable: { id: '1' } });
    h.aws.forgetChangeSets();
    const newer = await h.open();
    await h.run(newer, { until: 'BAKING' });
    expect((await h.get(newer)).returnTo).toMatchObject({ id: '1' });
  });

  it('SC-R5: the time that it is paused is no time of its bake, and goes by its own deadline', async () => {
    const h = await harness();
    const strategy = {
      type: 'canary' as const,
      steps: [{ weight: 0.1, bakeSeconds: 60, minRequests: 50 }],
    };
    h.aws.calls = {
      candidate: { calls: 3, errors: 0 },
      stable: { calls: 100, errors: 0 },
    };
    const id = await h.open({ strategy });
    await h.run(id, { until: 'PAUSED' });
    h.now += LIMITS.decision - 10 * MINUTE;
    await h.worker().tick(id);
    expect((await h.get(id)).state).toBe('PAUSED');
    await act(h, id, { act: 'advance', comment: 'Enough' });
    expect((await h.run(id)).state).toBe('SUCCEEDED');
  });

  it('SC-R15: a write that AWS took and does not show is waited for, then stops with both values', async () => {
    const h = await harness();
    const id = await h.open();
    h.aws.onCall = (when, api) => {
      if (when === 'after' && api === 'shift') {
        h.aws.target(ARN).candidate = undefined;
      }
    };
    await h.run(id, { until: 'SHIFTING' });
    await h.worker().tick(id);
    expect((await h.get(id)).state).toBe('SHIFTING');
    const ended = await h.run(id, { until: 'EXTERNAL_CHANGE' });
    expect(ended.state).toBe('EXTERNAL_CHANGE');
    const [shift] = (await h.stores.intents.of(id)).filter(({ step }) =>
      step.startsWith('shift'),
    );
    expect(shift.after.traffic).toMatchObject({ candidate: { id: '2' } });
    expect(shift.observed?.traffic).toEqual({ stable: '1' });
  });
});

describe('gates', () => {
  it('SC-R13: one that is not known is asked for until its deadline, then the rollout ends', async () => {
    const h = await harness();
    h.gates = [gate('unknown')];
    const id = await h.open();
    const began = h.now;
    await h.worker().tick(id);
    expect((await h.get(id)).state).toBe('GATING');
    const ended = await h.run(id, { ticks: 200 });
    expect(ended.state).toBe('BLOCKED');
    expect(h.now - began).toBeGreaterThanOrEqual(LIMITS.gates);
    expect(h.now - began).toBeLessThan(LIMITS.gates + MINUTE);
    expect(h.aws.writes).toEqual([]);
  });

  it('SC-R14: a second rollout never sees what the gates said to the first', async () => {
    const h = await harness();
    const first = await h.open({ strategy: ALL_AT_ONCE });
    expect((await h.run(first)).state).toBe('SUCCEEDED');
    expect((await h.get(first)).gates[0].state).toBe('pass');
    h.gates = [gate('fail')];
    const second = await h.open({
      from: { id: '2', contentHash: 'new-hash' },
    });
    expect((await h.get(second)).gates).toEqual([]);
    const ended = await h.run(second);
    expect(ended.state).toBe('BLOCKED');
    expect(ended.gates).toMatchObject([{ state: 'fail' }]);
  });
});

describe('several rollouts, workers and failures', () => {
  it('SC-K1: while what was promoted is still being verified, the target is taken', async () => {
    const h = await harness();
    h.aws.checks = () => [
      {
        id: 'provisioned-concurrency',
        title: 'Provisioned concurrency',
        state: 'warning',
        summary: 'Calls start cold.',
      },
    ];
    h.aws.readiness = { state: 'preparing', summary: '0 ready.' };
    const id = await h.open({ strategy: ALL_AT_ONCE });
    await h.run(id, { until: 'VERIFYING' });
    expect((await h.get(id)).state).toBe('VERIFYING');
    await expect(h.open()).rejects.toThrow(/Another rollout is active/);
    h.aws.readiness = { state: 'ready' };
    expect((await h.run(id)).state).toBe('SUCCEEDED');
    h.aws.forgetChangeSets();
    const next = await h.get(await h.open());
    expect([next.state, next.endedAt]).toEqual(['GATING', undefined]);
  });

  it('SC-K3: a rollout that failed changes nothing of what is recorded as live', async () => {
    const h = await harness();
    const first = await h.open({ strategy: ALL_AT_ONCE });
    await h.run(first);
    const before = await h.stores.targets.history(ARN);
    h.gates = [gate('fail')];
    const second = await h.open({ from: { id: '2', contentHash: 'new-hash' } });
    expect((await h.run(second)).state).toBe('BLOCKED');
    expect(await h.stores.targets.history(ARN)).toEqual(before);
  });

  describe('a hold', () => {
    const NEW = { id: '2', contentHash: 'new-hash' };
    const back = (patch: Partial<RolloutRecord> = {}) => ({
      kind: 'rollback' as const,
      returnTo: OLD,
      from: NEW,
      to: { revisionId: '1', contentHash: 'old-hash' },
      strategy: ALL_AT_ONCE,
      ...patch,
    });
    const held = async (h: Harness) => [
      ...(await h.stores.targets.holds([ARN])).keys(),
    ];

    it('SC-K6: outlives time, a newer release and a further rollback: only a person lifts it', async () => {
      const h = await harness();
      h.aws.runs(ARN, NEW);
      expect(await held(h)).toEqual([]);
      expect((await h.run(await h.open(back()))).state).toBe('ROLLED_BACK');
      expect(await held(h)).toEqual([ARN]);
      h.now += 400 * 24 * HOUR;
      h.aws.releases = [
        ...h.aws.releases,
        { ...h.aws.releases[0], id: 'c'.repeat(64), version: '1.2.0' },
      ];
      const again = back({
        returnTo: NEW,
        from: OLD,
        to: { revisionId: '2', contentHash: 'new-hash' },
      });
      expect((await h.run(await h.open(again))).state).toBe('ROLLED_BACK');
      expect(await held(h)).toEqual([ARN]);
    });

    it('SC-K7: ends what its own rollback turned back, and nothing that is under way elsewhere', async () => {
      const h = await harness();
      const other = `${ARN}-2`;
      h.aws.runs(other, OLD);
      h.aws.runs(ARN, NEW);
      const canary = await h.open({ targetArn: other });
      await h.run(canary, { until: 'BAKING' });
      expect((await h.run(await h.open(back()))).state).toBe('ROLLED_BACK');
      expect(await held(h)).toEqual([ARN]);
      const done = await h.run(canary);
      expect([done.state, done.problem]).toEqual(['SUCCEEDED', undefined]);
      expect(h.aws.target(other).stable?.id).toBe('2');
    });
  });

  it('SC-K8: a soak counts from when all traffic was seen, and anew after a canary that was sent back', async () => {
    const h = await harness();
    expect((await h.run(await h.open())).state).toBe('SUCCEEDED');
    const [{ from, revision }] = await h.stores.targets.periods(ARN);
    const soak = async () => {
      const history = await h.stores.targets.periods(ARN);
      const rollouts = await h.stores.rollouts.since(ARN, from);
      const now = h.now;
      const periods = soakPeriods(history, new Set([revision.id]), iso(now));
      const disturbed = disturbances(history, rollouts);
      const facts = { needed: 24 * HOUR, periods, disturbed, now };
      return soakGate(facts, 'QA');
    };
    expect(await soak()).toMatchObject({
      state: 'fail',
      wait: { since: from },
    });

    h.now += 2 * HOUR;
    const next = { ...h.aws.releases[0], id: 'c'.repeat(64) };
    h.aws.releases = [{ ...next, artifact: { type: 'zip', codeSha256: 'c' } }];
    h.aws.forgetChangeSets();
    const canary = await h.open({
      from: revision,
      to: { releaseId: next.id, version: '1.2.0', contentHash: 'c' },
      release: { ...h.aws.releases[0], runsOn: [], ranOn: [] },
    });
    await h.run(canary, { until: 'BAKING' });
    expect((await soak()).summary).toMatch(/^Traffic on QA is shared/);
    await act(h, canary, { act: 'send-back' });
    const back = await h.run(canary);
    expect([back.state, back.returnTo?.id]).toEqual([
      'ROLLED_BACK',
      revision.id,
    ]);
    const anew = { state: 'fail', wait: { since: back.endedAt } };
    h.now += 23 * HOUR;
    expect(await soak()).toMatchObject(anew);
    h.now += HOUR;
    expect((await soak()).state).toBe('pass');
  });

  it('SC-K17: an approval stands for no gate, and open gates for no approval', async () => {
    const h = await harness();
    const shut = await h.open({ approvalsNeeded: 1 });
    await h.run(shut, { until: 'AWAITING_APPROVAL' });
    await approve(h, shut, SOFIA);
    h.gates = [gate('fail')];
    expect(await h.run(shut)).toMatchObject({
      state: 'BLOCKED',
      problem: expect.stringMatching(/Build: It is fail/),
    });
    expect(h.aws.writes.map(one => one.api)).toEqual(['createChangeSet']);

    h.gates = [gate('pass')];
    const alone = await h.open({ approvalsNeeded: 1 });
    for (let minute = 0; minute < 30; minute += 1) {
      h.now += MINUTE;
      await h.worker().tick(alone);
    }
    expect((await h.get(alone)).state).toBe('AWAITING_APPROVAL');
    expect(h.aws.shifts()).toEqual([]);
  });

  it('SC-K10: a step that breaks is tried again later, and takes no worker with it', async () => {
    const h = await harness();
    const id = await h.open({ strategy: ALL_AT_ONCE });
    let broken = 0;
    h.aws.onCall = (when, api) => {
      if (when === 'before' && api === 'observe' && broken < 3) {
        broken += 1;
        throw new TypeError('Cannot read properties of undefined');
      }
    };
    await expect(h.worker().tick(id)).resolves.toBe(true);
    const after = await h.get(id);
    expect(Date.parse(after.nextRunAt ?? '')).toBeGreaterThan(h.now);
    expect((await h.run(id)).state).toBe('SUCCEEDED');
  });

  it('SC-K11: what has moved nothing is cancelled, what has is sent back', async () => {
    const h = await harness();
    const waits = await h.open({ approvalsNeeded: 1 });
    await h.run(waits, { until: 'AWAITING_APPROVAL' });
    await act(h, waits, { act: 'cancel' }, DANIEL);
    expect((await h.get(waits)).state).toBe('CANCELLED');
    expect(h.aws.shifts()).toEqual([]);

    const runs = await h.open();
    await h.run(runs, { until: 'BAKING' });
    await expect(act(h, runs, { act: 'cancel' }, DANIEL)).rejects.toThrow();
    await act(h, runs, { act: 'send-back' }, DANIEL);
    expect((await h.run(runs)).state).toBe('ROLLED_BACK');
  });

  it('SC-E1: settling that AWS refuses for good is put before a person, and goes on once it is allowed', async () => {
    const h = await harness();
    const id = await h.open({ strategy: ALL_AT_ONCE });
    h.aws.onCall = (when, api) => {
      if (when === 'before' && api === 'settle') {
        throw Object.assign(new Error('Allow cloudformation:SetStackPolicy.'), {
          name: 'NotAllowedError',
        });
      }
    };
    await h.run(id, { ticks: 8 });
    const { entityRef, problem } = await h.get(id);
    expect(problem).toContain('Allow cloudformation:SetStackPolicy');
    const waiting = await h.stores.rollouts.waiting([entityRef]);
    expect(waiting.map(one => [one.id, one.state])).toEqual([[id, 'SETTLING']]);
    h.aws.onCall = () => {};
    expect((await h.run(id)).state).toBe('SUCCEEDED');
    expect((await h.get(id)).stuck).toBeUndefined();
  });

  it('SC-K12, SC-K13: failures that stay below their bound only delay; the count begins anew after a success', async () => {
    const h = await harness();
    const id = await h.open({ strategy: ALL_AT_ONCE });
    let failures = 0;
    h.aws.onCall = (when, api) => {
      if (when === 'before' && api === 'shift' && failures < 2) {
        failures += 1;
        throw timeout();
      }
    };
    const ended = await h.run(id);
    expect(ended.state).toBe('SUCCEEDED');
    expect(ended.failures).toBe(0);
    expect(h.aws.shifts()).toEqual(['2']);
  });

  it('SC-K14, SC-K15: what does not end by its deadline is ended, however often it is looked at', async () => {
    const h = await harness();
    const id = await h.open();
    h.aws.onCall = (when, api) => {
      if (when === 'after' && api === 'executeChangeSet') {
        h.aws.target(ARN).stack.status = 'UPDATE_IN_PROGRESS';
      }
    };
    const { describe: read } = h.aws.stacks;
    h.aws.stacks.describe = async target => {
      const facts = await read(target);
      return { ...facts, busy: facts.status === 'UPDATE_IN_PROGRESS' };
    };
    for (let minutes = 0; minutes < 70; minutes += 1) {
      h.now += MINUTE;
      await h.worker().tick(id);
    }
    expect(await h.get(id)).toMatchObject({
      state: 'BLOCKED',
      problem: expect.stringContaining('did not finish in an hour'),
    });
    expect(h.aws.shifts()).toEqual([]);
  });

  it('SC-K16: a step that failed is not skipped when it is tried again', async () => {
    const h = await harness();
    const id = await h.open();
    let refused = true;
    h.aws.onCall = (when, api) => {
      if (when === 'before' && api === 'shift' && refused) throw timeout();
    };
    await h.run(id, { until: 'SHIFTING' });
    for (let tick = 0; tick < 3; tick += 1) {
      h.now += MINUTE;
      await h.worker().tick(id);
    }
    expect(h.aws.shifts()).toEqual([]);
    refused = false;
    expect((await h.run(id)).state).toBe('SUCCEEDED');
    expect(h.aws.shifts()).toEqual(['1+2@0.1', '1+2@0.5', '2']);
  });

  it('SC-X2, INV-04: a worker whose lease ran out within its write commits nothing, and its late write is refused by AWS', async () => {
    const h = await harness();
    const id = await h.open({ strategy: ALL_AT_ONCE });
    await h.run(id, { until: 'CUTOVER' });
    let other = Promise.resolve<unknown>(undefined);
    let entered = false;
    const { shift } = h.aws.driver;
    h.aws.driver.shift = async (...args) => {
      if (entered) return shift(...args);
      entered = true;
      // The lease runs out, and another replica does it meanwhile.
      h.now += 60_000;
      other = h.worker('second').tick(id);
      await other;
      return shift(...args);
    };
    await h.worker('first').tick(id);
    await other;
    expect(h.aws.shifts().filter(to => to === '2')).toHaveLength(1);
    const done = await h.run(id);
    expect(done.state).toBe('SUCCEEDED');
    const cutovers = (await h.stores.intents.of(id)).filter(
      ({ step, outcome }) => step === 'cutover' && outcome === 'done',
    );
    expect(cutovers).toHaveLength(1);
    expect((await h.stores.evidence.verify('now')).verified).toBe(true);
  });

  it('SC-K2: due rollouts are taken in one order, also those of the same moment', async () => {
    const h = await harness();
    const arns = ['a', 'b', 'c'].map(letter => `${ARN}${letter}`);
    for (const targetArn of arns) await h.open({ targetArn });
    const due = () => h.stores.rollouts.due(iso(h.now), 10);
    const first = await due();
    expect(first).toHaveLength(3);
    expect(await due()).toEqual(first);
  });
});
