import { TestDatabases } from '@backstage/backend-test-utils';
import { timeout } from '../__testUtils__/FakeAws';
import { ARN, CANARY, Harness } from '../__testUtils__/harness';
import { ActService } from '../service/ActService';
import { HOUR, LIMITS, MINUTE } from './decision';
import { iso, RolloutRecord } from './model';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
jest.setTimeout(60_000);

async function guarded(): Promise<Harness> {
  const h = await Harness.create(await databases.init('SQLITE_3'));
  h.aws.guard = { guarded: true };
  return h;
}

const apis = (h: Harness) =>
  h.aws.writes.map(({ api, detail }) => (api === 'shift' ? detail : api));

const FACTS = (h: Harness, id: string) => h.stores.evidence.ofRollout(id);

/** Every state in which a process may die once the canary has begun. */
async function dies(
  h: Harness,
  id: string,
  at: { api: string; nth: number; when: 'before' | 'after' },
): Promise<void> {
  let count = 0;
  h.aws.onCall = (when, api) => {
    if (api !== at.api || when !== at.when) return;
    count += 1;
    if (count === at.nth)
      h.aws.onCall = () => {
        throw timeout();
      };
    if (count === at.nth) throw timeout();
  };
  const worker = h.worker('dead');
  for (let tick = 0; tick < 30 && count < at.nth; tick += 1) {
    const record = await h.get(id);
    h.now = Math.max(h.now, Date.parse(record.nextRunAt ?? iso(h.now)));
    await worker.tick(id);
  }
  expect(count).toBe(at.nth);
  h.aws.onCall = () => {};
}

describe('the deadline of a canary', () => {
  it('is armed before the first weight, moved before each further one, and deleted at the end', async () => {
    const h = await guarded();
    const id = await h.open();
    const deadlines: number[] = [];
    h.aws.onCall = (when, api) => {
      const { at } = h.aws.schedules.get(id) ?? {};
      if (when === 'before' && api === 'shift' && at) {
        deadlines.push(Date.parse(at) - h.now);
      }
    };
    const done = await h.run(id);
    expect(done.state).toBe('SUCCEEDED');
    expect(apis(h)).toEqual([
      'createChangeSet',
      'executeChangeSet',
      'arm',
      '1+2@0.1',
      'arm',
      '1+2@0.5',
      '2',
      'settle',
      'disarm',
    ]);
    // End of the bake plus `maxUnattended`.
    expect(deadlines.slice(0, 2)).toEqual([
      MINUTE + LIMITS.unattended,
      MINUTE + LIMITS.unattended,
    ]);
    expect(h.aws.schedules.size).toBe(0);
    const end = await h.get(id);
    expect(end.deadline).toBeUndefined();
    expect(end.nextRunAt).toBeUndefined();
    const intents = await h.stores.intents.of(id);
    expect(intents.map(({ api, outcome }) => [api, outcome])).toEqual([
      ['cloudformation:CreateChangeSet', 'done'],
      ['cloudformation:ExecuteChangeSet', 'done'],
      ['scheduler:CreateSchedule', 'done'],
      ['lambda:UpdateAlias', 'done'],
      ['scheduler:UpdateSchedule', 'done'],
      ['lambda:UpdateAlias', 'done'],
      ['lambda:UpdateAlias', 'done'],
      ['cloudformation:UpdateStack', 'done'],
      ['scheduler:DeleteSchedule', 'done'],
    ]);
    expect(
      (await FACTS(h, id)).find(({ kind }) => kind === 'rollout-shifting')
        ?.facts.guarded,
    ).toBe(true);
  });

  it.each([
    { api: 'shift', nth: 1, when: 'after' as const },
    { api: 'arm', nth: 2, when: 'before' as const },
    { api: 'arm', nth: 2, when: 'after' as const },
    { api: 'shift', nth: 2, when: 'before' as const },
    { api: 'shift', nth: 2, when: 'after' as const },
    { api: 'shift', nth: 3, when: 'before' as const },
  ])(
    'INV-27: all replicas dead until after the deadline: $api $nth lost $when',
    async lost => {
      const h = await guarded();
      const id = await h.open();
      await dies(h, id, lost);
      expect(h.aws.target(ARN).candidate).toBeDefined();
      h.now += LIMITS.unattended + 3 * HOUR;
      h.aws.passDeadlines(ARN, h.now);
      expect(h.aws.target(ARN)).toMatchObject({ stable: { id: '1' } });
      expect(h.aws.target(ARN).candidate).toBeUndefined();
      const shifts = h.aws.shifts().length;

      const done = await h.run(id);
      expect(done).toMatchObject({
        state: 'ROLLED_BACK',
        returnedBy: { actor: 'assumed-role/x/careplane-canary-deadline' },
        problem: expect.stringContaining("the canary's deadline returned all"),
      });
      expect(h.aws.shifts()).toHaveLength(shifts);
      const told = await FACTS(h, id);
      expect(
        told.find(({ kind }) => kind === 'rollout-verifying-rollback')?.facts,
      ).toMatchObject({
        reason: 'canary deadline',
        writer: 'assumed-role/x/careplane-canary-deadline',
      });
      expect(told.map(({ kind }) => kind)).toContain('hold-set');
      const intents = await h.stores.intents.of(id);
      expect(intents.filter(({ outcome }) => !outcome)).toEqual([]);
      expect(h.aws.schedules.size).toBe(0);
      expect((await h.get(id)).nextRunAt).toBeUndefined();
    },
  );

  it('waits for what CloudTrail says about who returned it, and asks where it was somebody else', async () => {
    const h = await guarded();
    const id = await h.open();
    await h.run(id, { until: 'BAKING' });
    const { deadline } = await h.get(id);
    h.now = Date.parse(deadline?.at ?? '') + MINUTE;
    h.aws.passDeadlines(ARN, h.now);
    const { writer } = h.aws;
    h.aws.writer = undefined;
    await h.worker().tick(id);
    expect(await h.get(id)).toMatchObject({
      state: 'BAKING',
      problem: expect.stringContaining('Who returned it'),
    });
    h.aws.writer = { ...writer!, actor: 'user/somebody', isDeadline: false };
    h.now += MINUTE;
    await h.worker().tick(id);
    expect((await h.get(id)).state).toBe('EXTERNAL_CHANGE');
  });

  it('is an outside change where nobody can tell who returned it', async () => {
    const h = await guarded();
    const id = await h.open();
    await h.run(id, { until: 'BAKING' });
    const { deadline } = await h.get(id);
    h.now = Date.parse(deadline?.at ?? '') + LIMITS.trail + MINUTE;
    h.aws.passDeadlines(ARN, h.now);
    h.aws.writer = undefined;
    await h.worker().tick(id);
    expect((await h.get(id)).state).toBe('EXTERNAL_CHANGE');
  });

  it('INV-27: a canary left alone longer than maxUnattended is returned after the restart', async () => {
    const h = await Harness.create(await databases.init('SQLITE_3'));
    const id = await h.open();
    await h.run(id, { until: 'BAKING' });
    h.now += LIMITS.unattended - MINUTE;
    await h.worker().tick(id);
    expect((await h.get(id)).state).not.toBe('ROLLING_BACK');
    const other = await guarded();
    other.aws.guard = { guarded: false, reason: 'There is no function.' };
    const second = await other.open();
    await other.run(second, { until: 'BAKING' });
    other.now += LIMITS.unattended + HOUR;
    const done = await other.run(second);
    expect(done.state).toBe('ROLLED_BACK');
    expect(other.aws.shifts()).toEqual(['1+2@0.1', '1']);
    expect(
      (await FACTS(other, second)).find(
        ({ kind }) => kind === 'rollout-rolling-back',
      )?.facts.reason,
    ).toBe('unattended');
  });

  it('moves on while Careplane looks after a canary that waits', async () => {
    const h = await guarded();
    const id = await h.open();
    await h.run(id, { until: 'BAKING' });
    h.gates = [{ ...h.gates[0], state: 'fail' }];
    const worker = h.worker();
    for (let hours = 0; hours < 20; hours += 0.5) {
      h.now += HOUR / 2;
      h.aws.passDeadlines(ARN, h.now);
      await worker.tick(id);
    }
    expect(h.aws.target(ARN).candidate).toMatchObject({ weight: 0.1 });
    expect(
      Date.parse(h.aws.schedules.get(id)?.at ?? '') - h.now,
    ).toBeGreaterThan(2 * HOUR);
    h.gates = [{ ...h.gates[0], state: 'pass' }];
    expect((await h.run(id)).state).toBe('SUCCEEDED');
    expect(h.aws.schedules.size).toBe(0);
  });

  it('is deleted after every end, and a return never waits for it', async () => {
    const h = await guarded();
    const id = await h.open();
    await h.run(id, { until: 'BAKING' });
    const acts = new ActService({
      stores: h.stores,
      clock: h.clock,
      wake: () => {},
    });
    await acts.act(
      await h.get(id),
      { act: 'send-back' },
      'user:default/sofia.rossi',
    );
    const done = await h.run(id);
    expect(done.state).toBe('ROLLED_BACK');
    expect(apis(h).slice(-3)).toEqual(['1', 'settle', 'disarm']);
    expect(h.aws.schedules.size).toBe(0);

    const other = await guarded();
    const second = await other.open();
    await other.run(second, { until: 'BAKING' });
    other.aws.moveBehindOurBack(ARN, { id: '9', contentHash: 'foreign' });
    await other.run(second, { until: 'EXTERNAL_CHANGE' });
    await new ActService({
      stores: other.stores,
      clock: other.clock,
      wake: () => {},
    }).act(
      await other.get(second),
      { act: 'abandon' },
      'user:default/sofia.rossi',
    );
    expect((await other.run(second)).state).toBe('ABANDONED');
    expect(other.aws.schedules.size).toBe(0);
  });

  it('stops before the first weight where the schedule is refused, and says so', async () => {
    const h = await guarded();
    const id = await h.open();
    h.aws.onCall = (when, api) => {
      if (api === 'arm' && when === 'before') {
        throw Object.assign(new Error('scheduler:CreateSchedule'), {
          name: 'NotAllowedError',
        });
      }
    };
    const done: RolloutRecord = await h.run(id);
    expect(done).toMatchObject({
      state: 'BLOCKED',
      problem: expect.stringContaining('scheduler:CreateSchedule'),
    });
    expect(h.aws.shifts()).toEqual([]);
  });

  it('names a canary that is not guarded, and needs none for all at once', async () => {
    const h = await guarded();
    h.aws.guard = { guarded: false, reason: 'The account has no function.' };
    const id = await h.open();
    const done = await h.run(id);
    expect(done.steps.find(({ state }) => state === 'SHIFTING')?.detail).toBe(
      'The canary is not guarded while Careplane is down. The account has no function.',
    );
    expect(apis(h)).not.toContain('arm');

    const other = await guarded();
    const second = await other.open({
      strategy: { ...CANARY, type: 'all-at-once', steps: [] },
    });
    expect((await other.run(second)).state).toBe('SUCCEEDED');
    expect(apis(other)).not.toContain('arm');
  });
});
