import { TestDatabases } from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import { ARN, CANARY, Harness, OLD } from '../__testUtils__/harness';
import { headlineOfRecord } from '../service/dto';
import { Crash, timeout } from '../__testUtils__/FakeAws';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
jest.setTimeout(60_000);

async function harness(): Promise<Harness> {
  const knex: Knex = await databases.init('SQLITE_3');
  return Harness.create(knex);
}

const kindsOf = async (h: Harness, id: string) =>
  (await h.stores.evidence.ofRollout(id)).map(record => record.kind);

describe('a canary', () => {
  it('moves by its steps, cuts over once, settles, and leaves a whole record', async () => {
    const h = await harness();
    const id = await h.open();
    const done = await h.run(id);

    expect(done.problem).toBeUndefined();
    expect(done.state).toBe('SUCCEEDED');
    expect(h.aws.shifts()).toEqual(['1+2@0.1', '1+2@0.5', '2']);
    expect(h.aws.writes.map(write => write.api)).toEqual([
      'createChangeSet',
      'executeChangeSet',
      'shift',
      'shift',
      'shift',
      'settle',
    ]);
    expect(h.aws.target(ARN)).toMatchObject({
      stable: { id: '2' },
      candidate: undefined,
      stack: { live: '2' },
    });
    const intents = await h.stores.intents.of(id);
    expect(intents.map(intent => intent.outcome)).toEqual(
      Array(6).fill('done'),
    );
    expect(await kindsOf(h, id)).toEqual(
      expect.arrayContaining([
        'rollout-planning',
        'rollout-baking',
        'rollout-cutover',
        'aws-write-intended',
        'aws-write-observed',
        'rollout-succeeded',
      ]),
    );
    const chain = await h.stores.evidence.verify('now');
    expect(chain.verified).toBe(true);
    const history = await h.stores.targets.history(ARN);
    expect(history[history.length - 1]).toMatchObject({
      revision: { id: '2', version: '1.1.0' },
      source: 'careplane',
      rolloutId: id,
    });
  });

  it('says what users get in every state, from what was last observed', async () => {
    const h = await harness();
    const id = await h.open({
      strategy: { ...CANARY, steps: [CANARY.steps[0]] },
    });
    const said: string[] = [];
    const { commit } = h.stores;
    h.stores.commit = async change => {
      const done = await commit.call(h.stores, change);
      // Read at each commit: what somebody who looks just then is told.
      const { candidate, stable } = h.aws.target(ARN);
      const real = stable?.id === '2' ? 1 : candidate?.weight ?? 0;
      const record = await h.get(id);
      const headline = headlineOfRecord(record);
      if (real > 0 && /stays on/.test(headline)) {
        throw new Error(`${record.state}: "${headline}", and ${real} is on it`);
      }
      said.push(`${record.state} ${record.observedWeight}: ${headline}`);
      return done;
    };
    await h.run(id, { until: 'BAKING' });
    const baking = await h.get(id);
    await h.stores.commit({
      at: baking.stateSince,
      evidence: [],
      rollout: {
        ...baking,
        wish: { act: 'complete', by: 'user:default/daniel.okafor' },
        nextRunAt: baking.stateSince,
      },
    });
    expect((await h.run(id)).state).toBe('SUCCEEDED');
    expect([...new Set(said)]).toEqual([
      'PLANNING undefined: Planning: qa stays on 1.0.0',
      'PREPARING undefined: Publishing: qa stays on 1.0.0',
      'PREFLIGHT undefined: Last checks: qa stays on 1.0.0',
      'SHIFTING 0: qa is moving from 1.0.0 to 1.1.0',
      'SHIFTING 0.1: 10 % of qa traffic is on 1.1.0',
      'BAKING 0.1: 10 % of qa traffic is on 1.1.0',
      'CUTOVER 0.1: 10 % of qa traffic is on 1.1.0',
      'CUTOVER 1: All of qa traffic is on 1.1.0',
      'VERIFYING 1: All of qa traffic is on 1.1.0; being verified',
      'SETTLING 1: All of qa traffic is on 1.1.0',
      'SUCCEEDED 1: All of qa traffic is on 1.1.0',
    ]);
  });

  it('names the revision that a person turned it back to, and what is still on the new one', async () => {
    const h = await harness();
    const id = await h.open();
    await h.run(id, { until: 'BAKING' });
    const record = await h.get(id);
    const returning = {
      ...record,
      state: 'ROLLING_BACK' as const,
      returnTo: { id: '7', version: '0.9.0', contentHash: 'older' },
    };
    expect(headlineOfRecord(returning)).toBe(
      'qa is being returned to 0.9.0. 10 % of qa traffic is on 1.1.0 still',
    );
    expect(headlineOfRecord({ ...returning, state: 'ROLLED_BACK' })).toBe(
      'All of qa traffic is back on 0.9.0',
    );
  });

  it('bakes for as long as the plan says, by the recorded time (INV-27, INV-28)', async () => {
    const h = await harness();
    const id = await h.open();
    const baking = await h.run(id, { until: 'BAKING' });
    expect(Date.parse(baking.bakeUntil!) - h.now).toBe(60_000);
    h.now += 59_000;
    await h.worker().tick(id);
    expect(h.aws.shifts()).toEqual(['1+2@0.1']);
    h.now += 5_000;
    await h.worker().tick(id);
    expect(h.aws.shifts()).toEqual(['1+2@0.1', '1+2@0.5']);
  });

  it('resumes after a SIGKILL before or after any write and never doubles it (INV-02, SC-L7, SC-X1)', async () => {
    const apis = ['createChangeSet', 'executeChangeSet', 'shift', 'settle'];
    for (const api of apis) {
      for (const when of ['before', 'after'] as const) {
        const h = await harness();
        const id = await h.open();
        let killed = false;
        h.aws.onCall = (at, called) => {
          if (!killed && at === when && called === api) {
            killed = true;
            // Nothing that the dying process does after this is kept.
            throw new Crash();
          }
        };
        // A dead process stores nothing more, and does not let go of its lease.
        const { stores } = h;
        const live = {
          commit: stores.commit.bind(stores),
          answered: stores.intents.answered.bind(stores.intents),
          postpone: stores.rollouts.postpone.bind(stores.rollouts),
          release: stores.leases.release.bind(stores.leases),
        };
        const dead = () => {
          if (killed) throw new Crash();
        };
        stores.commit = async change => {
          dead();
          return live.commit(change);
        };
        stores.intents.answered = async (...args) => {
          dead();
          return live.answered(...args);
        };
        stores.rollouts.postpone = async (...args) =>
          killed ? undefined : live.postpone(...args);
        stores.leases.release = async lease =>
          killed ? undefined : live.release(lease);
        const dying = h.worker('dying');
        for (let tick = 0; tick < 40 && !killed; tick++) {
          const record = await h.get(id);
          h.now = Math.max(h.now, Date.parse(record.nextRunAt!));
          await dying.tick(id);
        }
        expect(killed).toBe(true);
        stores.commit = live.commit;
        stores.intents.answered = live.answered;
        stores.rollouts.postpone = live.postpone;
        stores.leases.release = live.release;
        h.now += 15_001;

        const done = await h.run(id, { worker: h.worker('next') });
        expect([api, when, done.state]).toEqual([api, when, 'SUCCEEDED']);
        expect(h.aws.shifts()).toEqual(['1+2@0.1', '1+2@0.5', '2']);
        expect(
          h.aws.writes.filter(write => write.api === 'executeChangeSet'),
        ).toHaveLength(1);
        const intents = await h.stores.intents.of(id);
        expect(intents.every(intent => intent.outcome === 'done')).toBe(true);
        const kinds = await kindsOf(h, id);
        expect(kinds[kinds.length - 1]).toBe('rollout-succeeded');
        expect((await h.stores.evidence.verify('now')).verified).toBe(true);
      }
    }
  });

  it('recognises a write that AWS made and did not answer (SC-X3)', async () => {
    const h = await harness();
    const id = await h.open();
    let lost = 0;
    h.aws.onCall = (when, api) => {
      if (when === 'after' && api === 'shift' && lost++ === 0) throw timeout();
    };
    const done = await h.run(id);
    expect(done.state).toBe('SUCCEEDED');
    expect(h.aws.shifts()).toEqual(['1+2@0.1', '1+2@0.5', '2']);
  });

  it('stops and asks when the alias is moved behind its back, and never overwrites it (INV-01, SC-X4)', async () => {
    const h = await harness();
    const id = await h.open();
    await h.run(id, { until: 'BAKING' });
    h.aws.moveBehindOurBack(ARN, { id: '9', contentHash: 'foreign' });
    const stopped = await h.run(id, { until: 'EXTERNAL_CHANGE' });
    expect(stopped.state).toBe('EXTERNAL_CHANGE');
    expect(stopped.problem).toMatch(/Somebody else moved qa/);
    const shifts = h.aws.shifts().length;
    h.now += 86_400_000;
    await h.run(id, { ticks: 5 });
    expect(h.aws.shifts()).toHaveLength(shifts);
    expect(h.aws.target(ARN).stable?.id).toBe('9');
  });

  it('does not overwrite a change made between its read and its write', async () => {
    const h = await harness();
    const id = await h.open();
    let moved = false;
    h.aws.onCall = (when, api) => {
      if (when === 'before' && api === 'shift' && !moved) {
        moved = true;
        h.aws.moveBehindOurBack(ARN, { id: '9', contentHash: 'foreign' });
      }
    };
    const stopped = await h.run(id, { until: 'EXTERNAL_CHANGE' });
    expect(stopped.state).toBe('EXTERNAL_CHANGE');
    expect(h.aws.shifts()).toEqual([]);
    const shift = (await h.stores.intents.of(id)).find(
      i => i.step === 'shift-0',
    );
    expect(shift?.outcome).toBe('external-change');
  });

  it('does not go forward while a gate is shut, and says which', async () => {
    const h = await harness();
    const id = await h.open();
    await h.run(id, { until: 'BAKING' });
    h.gates = [
      {
        id: 'quality',
        title: 'Quality',
        state: 'unknown',
        summary: 'No answer.',
      },
    ];
    h.now += 120_000;
    await h.worker().tick(id);
    await h.run(id, { ticks: 5 });
    expect(h.aws.shifts()).toEqual(['1+2@0.1']);
    expect((await h.get(id)).problem).toMatch(/Quality: No answer/);
  });

  it('is returned when it was left unattended for hours', async () => {
    const h = await harness();
    const id = await h.open();
    await h.run(id, { until: 'BAKING' });
    h.now += 7 * 3_600_000;
    const done = await h.run(id);
    expect(done.state).toBe('ROLLED_BACK');
    expect(h.aws.shifts()).toEqual(['1+2@0.1', '1']);
  });
});

describe('a promote', () => {
  it.each([
    ['does not contain the target', false, /svc-claims-api does not contain/],
    ['may not be asked about', undefined, /could not be read.*needs cloudform/],
  ])(
    'changes nothing in a stack that %s',
    async (_what, holdsTarget, problem) => {
      const h = await harness();
      h.aws.target(ARN).stack.holdsTarget = holdsTarget;
      const ended = await h.run(await h.open(), { ticks: 400 });
      expect(ended.state).toBe('BLOCKED');
      expect(ended.problem).toMatch(problem);
      expect(h.aws.writes).toEqual([]);
    },
  );

  it('asks again before it executes what was planned', async () => {
    const h = await harness();
    h.aws.onCall = (when, api) => {
      if (when === 'after' && api === 'createChangeSet') {
        h.aws.target(ARN).stack.holdsTarget = false;
      }
    };
    const ended = await h.run(await h.open());
    expect(ended.state).toBe('BLOCKED');
    expect(h.aws.writes.map(write => write.api)).toEqual(['createChangeSet']);
  });
});

describe('an approval', () => {
  const needed = {
    approvalsNeeded: 1,
    strategy: { type: 'all-at-once' as const, steps: [] },
  };

  async function approve(
    h: Harness,
    id: string,
    person: string,
    planHash?: string,
  ) {
    const record = await h.get(id);
    await h.stores.commit({
      at: new Date(h.now).toISOString(),
      evidence: [],
      rollout: { ...record, nextRunAt: new Date(h.now).toISOString() },
      approval: {
        rolloutId: id,
        person,
        planHash: planHash ?? record.planHash!,
        decision: 'approved',
      },
    });
  }

  it('of somebody else lets the rollout go on, and is used once (INV-30, SC-A1)', async () => {
    const h = await harness();
    const id = await h.open(needed);
    await h.run(id, { until: 'AWAITING_APPROVAL' });
    expect(h.aws.writes.map(write => write.api)).toEqual(['createChangeSet']);
    await approve(h, id, 'user:default/sofia.rossi');
    expect((await h.run(id)).state).toBe('SUCCEEDED');
    const [approval] = await h.stores.approvals.of(id);
    expect(approval.consumedAt).toBeDefined();
    // An auditor's row: who asked, who approved, from what to what, which call.
    const evidence = await h.stores.evidence.ofRollout(id);
    const moved = evidence.find(
      one =>
        one.kind === 'aws-write-observed' && one.facts.observedStable === '2',
    );
    expect(moved?.facts).toMatchObject({
      requestedBy: 'user:default/daniel.okafor',
      approvedBy: 'user:default/sofia.rossi',
      fromVersion: '1.0.0',
      fromRevision: '1',
      toVersion: '1.1.0',
      toRevision: '2',
      api: 'lambda:UpdateAlias',
      requestId: expect.stringMatching(/^req-/),
      outcome: 'done',
    });
  });

  it.each([
    ['by the requester', 'user:default/daniel.okafor', undefined, true],
    ['of another plan', 'user:default/sofia.rossi', 'f'.repeat(64), true],
    [
      'by somebody who lost the grant',
      'user:default/sofia.rossi',
      undefined,
      false,
    ],
  ])(
    '%s does not count (INV-30, SC-A5, SC-A6, SC-A7)',
    async (_what, person, planHash, granted) => {
      const h = await harness();
      h.mayApprove = () => granted;
      const id = await h.open(needed);
      await h.run(id, { until: 'AWAITING_APPROVAL' });
      await approve(h, id, person, planHash);
      await h.worker().tick(id);
      expect((await h.get(id)).state).toBe('AWAITING_APPROVAL');
      h.now += 25 * 3_600_000;
      expect((await h.run(id)).state).toBe('CANCELLED');
      expect(h.aws.shifts()).toEqual([]);
    },
  );
});

describe('a rollback', () => {
  const back = {
    kind: 'rollback' as const,
    from: { id: '2', contentHash: 'new-hash', releaseId: 'b'.repeat(64) },
    returnTo: OLD,
    to: { revisionId: '1', contentHash: 'old-hash' },
    strategy: { type: 'all-at-once' as const, steps: [] },
  };

  it('is one write with no weights, holds the target, and settles after the end (INV-08, SC-K4, SC-R6)', async () => {
    const h = await harness();
    h.aws.runs(ARN, { id: '2', contentHash: 'new-hash' });
    h.gates = [{ id: 'hold', title: 'Hold', state: 'fail', summary: 'Held.' }];
    h.aws.viability = 'unknown';
    const id = await h.open({ ...back, quarantine: true, reason: 'errors' });
    const ended = await h.run(id, { until: 'ROLLED_BACK' });
    expect(ended.state).toBe('ROLLED_BACK');
    expect(h.aws.shifts()).toEqual(['1']);
    await h.run(id);
    expect(h.aws.target(ARN).stack.live).toBe('1');
    const hold = (await h.stores.targets.holds([ARN])).get(ARN);
    expect(hold).toMatchObject({
      by: 'user:default/daniel.okafor',
      rolloutId: id,
    });
    expect((await h.stores.releases.quarantined('claims-api')).size).toBe(1);
  });

  it('counts as done although the stack cannot be settled', async () => {
    const h = await harness();
    h.aws.runs(ARN, { id: '2', contentHash: 'new-hash' });
    h.aws.onCall = (when, api) => {
      if (when === 'before' && api === 'settle') throw timeout();
    };
    const id = await h.open(back);
    await h.run(id, { ticks: 10 });
    const record = await h.get(id);
    expect(record.state).toBe('ROLLED_BACK');
    expect(record.followUp).toBe('settle');
    expect(await h.stores.rollouts.activeOn(ARN)).toBeUndefined();
    h.aws.onCall = () => {};
    await h.run(id);
    expect((await h.get(id)).followUp).toBeUndefined();
    expect(h.aws.target(ARN).stack.live).toBe('1');
  });

  it('moves traffic and leaves a stack alone that does not contain the target, and says what to do', async () => {
    const h = await harness();
    const fake = h.aws.runs(ARN, { id: '2', contentHash: 'new-hash' });
    fake.stack.holdsTarget = false;
    const id = await h.open(back);
    const record = await h.run(id);
    expect(record.state).toBe('ROLLED_BACK');
    expect(h.aws.writes.map(write => write.api)).toEqual(['shift']);
    expect(record.followUp).toBeUndefined();
    expect(record.problem).toMatch(
      /Traffic has moved, and the stack was not settled.*careplane\.dev\/stack/,
    );
  });

  it('settles no stack of which it cannot be told whether it holds the target, until it can', async () => {
    const h = await harness();
    const fake = h.aws.runs(ARN, { id: '2', contentHash: 'new-hash' });
    fake.stack.holdsTarget = undefined;
    const id = await h.open(back);
    const record = await h.run(id, { ticks: 20 });
    expect(record.state).toBe('ROLLED_BACK');
    expect(record.followUp).toBe('settle');
    expect(record.problem).toMatch(/could not be read.*DescribeStackResources/);
    expect(h.aws.writes.map(write => write.api)).toEqual(['shift']);
    fake.stack.holdsTarget = true;
    await h.run(id);
    expect(h.aws.writes.map(write => write.api)).toEqual(['shift', 'settle']);
    expect((await h.get(id)).problem).toBeUndefined();
  });

  it('says of a stack that takes every update and keeps its value that it is not settled, and sends no more', async () => {
    const h = await harness();
    const fake = h.aws.runs(ARN, { id: '2', contentHash: 'new-hash' });
    const kept = fake.stack.live;
    h.aws.onCall = (when, api) => {
      if (when === 'after' && api === 'settle') fake.stack.live = kept;
    };
    const id = await h.open(back);
    const record = await h.run(id, { ticks: 200 });
    expect(record.state).toBe('ROLLED_BACK');
    expect(record.followUp).toBeUndefined();
    expect(record.problem).toMatch(
      /the stack was not settled. AWS takes its update and it still has/,
    );
    const settles = h.aws.writes.filter(write => write.api === 'settle');
    expect(settles).toHaveLength(5);
  });

  it('does not send a settle again to a stack that no longer holds the target', async () => {
    const h = await harness();
    const fake = h.aws.runs(ARN, { id: '2', contentHash: 'new-hash' });
    h.aws.onCall = (when, api) => {
      if (when === 'before' && api === 'settle') {
        fake.stack.holdsTarget = false;
        throw timeout();
      }
    };
    const id = await h.open(back);
    const record = await h.run(id, { ticks: 40 });
    expect(record.followUp).toBeUndefined();
    expect(h.aws.writes.map(write => write.api)).toEqual(['shift']);
    expect(record.problem).toMatch(/does not contain/);
  });

  it('asks when the target is not what the person saw', async () => {
    const h = await harness();
    h.aws.runs(ARN, { id: '9', contentHash: 'foreign' });
    const id = await h.open(back);
    expect((await h.run(id, { ticks: 5 })).state).toBe('EXTERNAL_CHANGE');
    expect(h.aws.shifts()).toEqual([]);
  });
});

it('a target has one active rollout, by the database', async () => {
  const h = await harness();
  await h.open({ strategy: CANARY });
  await expect(h.open()).rejects.toThrow(/Another rollout is active/);
});
