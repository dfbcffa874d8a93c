import { TestDatabases } from '@backstage/backend-test-utils';
import { Crash } from '../__testUtils__/FakeAws';
import { EcsHarness } from '../__testUtils__/EcsHarness';
import { ActService } from '../service/ActService';
import { whyNot } from '../service/actsOf';
import { headlineOfRecord } from '../service/dto';
import type { RolloutRecord } from './model';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const DANIEL = 'user:default/daniel.okafor';
const SOFIA = 'user:default/sofia.rossi';
const PAUSE = {
  targetType: 'PAUSE',
  timeoutConfiguration: { timeoutInMinutes: 60, action: 'ROLLBACK' },
};
jest.setTimeout(90_000);

describe('a deployment of ECS that waits at a PAUSE hook (INV-26)', () => {
  let t: EcsHarness;
  beforeEach(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    t = await EcsHarness.start(await databases.init('SQLITE_3'));
    await t.configure({
      strategy: 'BLUE_GREEN',
      lifecycleHooks: [{ ...PAUSE, lifecycleStages: ['POST_SCALE_UP'] }],
    });
  });
  afterEach(() => t.close());

  const acts = () =>
    new ActService({ stores: t.h.stores, clock: t.h.clock, wake: () => {} });
  const waits = (record: RolloutRecord) => record.pause !== undefined;
  const proceed = async (record: RolloutRecord, hookId?: string) =>
    acts().act(
      record,
      {
        act: 'continue',
        comment: 'Looked at it',
        hookId: hookId ?? record.pause?.hookId,
      },
      SOFIA,
    );
  const evidence = async () => t.h.stores.evidence.query({ limit: 500 });

  it('SC-X12: shows the deadline of AWS and what it does then; a person continues it, in their own name, with an explicit action', async () => {
    const id = await t.promote();
    const paused = await t.until(id, waits);
    expect(paused.pause).toMatchObject({
      by: 'ecs',
      timeoutAction: 'ROLLBACK',
      expiresAt: expect.stringMatching(/Z$/),
    });
    expect(paused.problem).toMatch(/waits at a pause hook until .* goes back/);
    expect(headlineOfRecord(paused)).toMatch(/waits for somebody in AWS/);
    expect(await t.h.stores.rollouts.waiting([paused.entityRef])).toHaveLength(
      1,
    );
    expect(whyNot(paused, 'continue')).toBeUndefined();
    await expect(proceed(paused, 'another')).rejects.toMatchObject({
      name: 'ConflictError',
    });
    await proceed(paused);
    const done = await t.until(id);
    expect([done.state, done.problem, done.pause]).toEqual([
      'SUCCEEDED',
      undefined,
      undefined,
    ]);
    expect((await t.service()).taskDefinition).toBe(t.two.id);
    expect(t.writes()).toEqual(['UpdateService', 'ContinueServiceDeployment']);
    const intents = await t.h.stores.intents.of(id);
    expect(intents.at(-1)).toMatchObject({
      api: 'ecs:ContinueServiceDeployment',
      after: { action: 'CONTINUE', hookId: paused.pause?.hookId },
      outcome: 'done',
    });
    const told = (await evidence()).records.filter(
      ({ kind, facts }) =>
        kind === 'aws-write-intended' &&
        facts.api === 'ecs:ContinueServiceDeployment',
    );
    expect(told.map(one => one.actor)).toEqual([SOFIA]);
    expect((await t.h.stores.evidence.verify('now')).verified).toBe(true);
  });

  it('is sent back at its hook, with ROLLBACK', async () => {
    const id = await t.promote();
    const paused = await t.until(id, waits);
    await acts().act(paused, { act: 'send-back' }, DANIEL);
    const done = await t.until(id);
    expect([done.state, done.problem]).toEqual(['ROLLED_BACK', undefined]);
    expect((await t.service()).taskDefinition).toBe(t.one.id);
    expect(t.writes()).toEqual(['UpdateService', 'ContinueServiceDeployment']);
    expect((await t.h.stores.intents.of(id)).at(-1)?.after).toMatchObject({
      ends: { hookId: paused.pause?.hookId },
    });
  });

  it('nobody answers: AWS goes back at its deadline, which is named, and it is never done', async () => {
    const id = await t.promote();
    const { pause } = await t.until(id, waits);
    await t.pass(59 * 60_000);
    const done = await t.until(id);
    expect(done.state).toBe('ROLLED_BACK');
    const said = done.steps.map(step => step.detail ?? '').join();
    expect(said).toContain(
      `Nobody answered the pause hook on qa until ${pause?.expiresAt}, and ECS went back by itself`,
    );
    const { records } = await evidence();
    const kinds = records.map(one => one.kind);
    expect(kinds).not.toContain('rollout-succeeded');
    expect(JSON.stringify(records)).toContain('pause hook timed out');
    expect(t.writes()).toEqual(['UpdateService']);
  });

  it('INV-31: a freeze that began meanwhile keeps it waiting; the wish does not outlive it', async () => {
    const id = await t.promote();
    const paused = await t.until(id, waits);
    t.h.freeze = {
      name: 'Year end',
      stages: [],
      policy: 'hold',
      from: '2020-01-01T00:00:00Z',
      until: '2099-01-01T00:00:00Z',
    };
    await proceed(paused);
    await t.worker().tick(id);
    const held = await t.until(id, record => !record.wish);
    expect(held.problem).toMatch(/Not continued: .*Year end/);
    expect(held.pause?.hookId).toBe(paused.pause?.hookId);
    expect(t.writes()).toEqual(['UpdateService']);
  });

  it.each(['before', 'after'] as const)(
    'INV-02: a crash %s AWS was told to go on ends with one answer',
    async when => {
      const id = await t.promote();
      const paused = await t.until(id, waits);
      await proceed(paused);
      let crashes = 1;
      const dying = t.worker(real => ({
        ...real,
        continueDeployment: async (...args) => {
          const die = crashes-- > 0;
          if (die && when === 'before') throw new Crash();
          const done = await real.continueDeployment!(...args);
          if (die) throw new Crash();
          return done;
        },
      }));
      await t.until(id, record => !record.pause, dying);
      const done = await t.until(id);
      expect(done.state).toBe('SUCCEEDED');
      expect(
        t.writes().filter(name => name === 'ContinueServiceDeployment'),
      ).toHaveLength(1);
    },
  );

  it('each pause of a canary is answered for itself', async () => {
    await t.configure({
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 1 },
      lifecycleHooks: [
        { ...PAUSE, lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'] },
      ],
    });
    const id = await t.promote();
    const first = await t.until(id, waits);
    await proceed(first);
    const second = await t.until(id, ({ pause }) =>
      Boolean(pause && pause.hookId !== first.pause?.hookId),
    );
    expect(second.state).toBe('VERIFYING');
    await expect(proceed(second, first.pause?.hookId)).rejects.toMatchObject({
      name: 'ConflictError',
    });
    await proceed(second);
    expect((await t.until(id)).state).toBe('SUCCEEDED');
    expect(
      t.writes().filter(name => name === 'ContinueServiceDeployment'),
    ).toHaveLength(2);
  });
});
