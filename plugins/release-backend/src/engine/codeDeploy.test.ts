import { TestDatabases } from '@backstage/backend-test-utils';
import {
  CANARY,
  CodeDeployHarness,
  GROUP,
} from '../__testUtils__/codeDeployHarness';
import { Crash } from '../__testUtils__/FakeAws';
import { ActService } from '../service/ActService';
import { whyNot } from '../service/actsOf';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const DANIEL = 'user:default/daniel.okafor';
const PLANTED = 'member MRN 0042777';
jest.setTimeout(90_000);

describe('a rollout on an alias with a deployment group', () => {
  let t: CodeDeployHarness;
  beforeEach(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    t = await CodeDeployHarness.start(await databases.init('SQLITE_3'));
  });
  afterEach(() => t.close());

  const sendBack = async (id: string) =>
    new ActService({
      stores: t.h.stores,
      clock: t.h.clock,
      wake: () => {},
    }).act(await t.h.get(id), { act: 'send-back' }, DANIEL);
  const recorded = async () =>
    JSON.stringify(await t.h.stores.evidence.query({ limit: 500 }));

  it('INV-13: a canary is one CreateDeployment, and only CodeDeploy writes the alias; INV-07: its weights end empty', async () => {
    const id = await t.open();
    const baking = await t.until(id, 'BAKING');
    expect(baking.delegate).toMatchObject({
      group: GROUP,
      config: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      deploymentId: expect.stringMatching(/^d-/),
    });
    await t.pass(10_000);
    await t.worker().tick(id);
    const shown = await t.h.get(id);
    expect([shown.observedWeight, shown.requestedWeight]).toEqual([0.1, 0.1]);
    expect(await t.alias()).toEqual(['1', { '2': 0.1 }]);
    for (const act of ['advance', 'complete'] as const) {
      expect(whyNot(shown, act)).toMatch(/CodeDeploy shifts this traffic/);
    }
    expect(whyNot(shown, 'send-back')).toBeUndefined();

    const done = await t.until(id);
    expect([done.state, done.problem]).toEqual(['SUCCEEDED', undefined]);
    expect(await t.alias()).toEqual(['2', {}]);
    expect(t.writes()).toEqual(['CreateDeployment']);
    expect(await recorded()).toContain(baking.delegate?.deploymentId);
    expect((await t.h.stores.evidence.verify('now')).verified).toBe(true);
  });

  it('linear in steps of its own makes its configuration once; other steps are refused with the reason', async () => {
    const strategy = {
      type: 'linear' as const,
      steps: [
        { weight: 0.4, bakeSeconds: 60 },
        { weight: 0.8, bakeSeconds: 60 },
      ],
    };
    const id = await t.open({ strategy });
    expect((await t.until(id)).state).toBe('SUCCEEDED');
    const back = await t.openRollback('1', '2');
    expect((await t.until(back)).state).toBe('ROLLED_BACK');
    const again = await t.until(await t.open({ strategy }));
    expect(again.state).toBe('SUCCEEDED');
    expect(t.writes()).toEqual([
      'CreateDeploymentConfig',
      'CreateDeployment',
      'UpdateAlias',
      'CreateDeployment',
    ]);

    const refused = await t.until(
      await t.open({
        from: again.candidate,
        candidate: { ...again.candidate!, id: '3' },
        strategy: {
          type: 'canary',
          steps: [{ weight: 0.125, bakeSeconds: 60 }],
        },
      }),
    );
    expect(refused.state).toBe('BLOCKED');
  });

  it('an alarm: CodeDeploy goes back by itself, the rollout ends as rolled back with the cause, and no text of AWS is kept', async () => {
    const id = await t.open();
    await t.until(id, 'BAKING');
    await t.pass(10_000);
    await t.call('cloudwatch', 'SetAlarmState', {
      AlarmName: 'claims-api-alias-errors',
      StateValue: 'ALARM',
      StateReason: PLANTED,
    });
    const done = await t.until(id);
    expect(done.state).toBe('ROLLED_BACK');
    expect(done.delegate?.ended).toMatch(/an alarm .* went off/);
    expect(done.steps.map(step => step.detail ?? '').join()).toMatch(/alarm/);
    expect(await t.alias()).toEqual(['1', {}]);
    expect(t.writes()).toEqual(['CreateDeployment']);
    expect((await t.h.stores.targets.holds([done.targetArn])).size).toBe(1);
    expect(JSON.stringify(done) + (await recorded())).not.toContain('0042777');
  });

  it('send back is StopDeployment with rollback, followed to the end (INV-07, INV-08)', async () => {
    const id = await t.open();
    await t.until(id, 'BAKING');
    await t.pass(10_000);
    await sendBack(id);
    const done = await t.until(id);
    expect([done.state, done.problem]).toEqual(['ROLLED_BACK', undefined]);
    expect(await t.alias()).toEqual(['1', {}]);
    expect(t.writes()).toEqual(['CreateDeployment', 'StopDeployment']);
    expect(await t.deployments()).toHaveLength(2);
  });

  it('INV-07: a deployment that somebody stopped without rollback leaves no second version behind', async () => {
    const id = await t.open();
    const { delegate } = await t.until(id, 'BAKING');
    await t.pass(10_000);
    await t.call('codedeploy', 'StopDeployment', {
      deploymentId: delegate?.deploymentId,
      autoRollbackEnabled: false,
    });
    expect(await t.alias()).toEqual(['1', { '2': 0.1 }]);
    const done = await t.until(id);
    expect(done.state).toBe('ROLLED_BACK');
    expect(done.delegate?.ended).toMatch(/somebody stopped/);
    expect(await t.alias()).toEqual(['1', {}]);
    expect(t.writes()).toEqual(['CreateDeployment', 'UpdateAlias']);
  });

  it.each([
    ['after AWS made it', 'after'],
    ['before AWS had it', 'before'],
  ])(
    'INV-02, SC-X3: a crash of CreateDeployment %s ends with one deployment',
    async (_name, when) => {
      const id = await t.open();
      let crashes = 1;
      t.port = real => ({
        ...bound(real),
        create: async (...args) => {
          if (when === 'before' && crashes-- > 0) throw new Crash('killed');
          const made = await real.create(...args);
          if (crashes-- > 0) throw new Crash('killed');
          return made;
        },
      });
      const done = await t.until(id);
      expect([done.state, done.problem]).toEqual(['SUCCEEDED', undefined]);
      expect(await t.deployments()).toHaveLength(1);
      const intents = await t.h.stores.intents.of(id);
      expect(intents.map(one => [one.api, one.outcome])).toEqual([
        ['codedeploy:CreateDeployment', 'done'],
      ]);
    },
  );

  it('SC-X1: a process that dies right after CreateDeployment leaves a rollout that the next one follows, or sends back', async () => {
    const id = await t.open();
    let bury = () => {};
    // The answer never comes, and nothing after the write is committed.
    t.port = real => ({
      ...bound(real),
      create: async (...args) => {
        await real.create(...args);
        return new Promise((_, reject) => {
          bury = () => reject(new Crash('killed'));
        });
      },
    });
    await t.pass(1_000);
    const dead = t.worker().tick(id);
    while (!t.writes().includes('CreateDeployment')) {
      await new Promise(resolve => {
        setTimeout(resolve, 20);
      });
    }
    t.port = real => real;
    await t.h.stores.leases.freeAll();
    await sendBack(id);
    const done = await t.until(id);
    expect([done.state, done.problem]).toEqual(['ROLLED_BACK', undefined]);
    expect(await t.alias()).toEqual(['1', {}]);
    expect(t.writes()).toEqual(['CreateDeployment', 'StopDeployment']);
    bury();
    await dead;
    expect((await t.h.get(id)).state).toBe('ROLLED_BACK');
  });

  it("somebody else's deployment: a promote says so and moves nothing; a rollback stops it and follows", async () => {
    const stranger = await t.stranger('1', '3');
    expect(await t.alias()).toEqual(['1', { '3': 0.1 }]);
    const blocked = await t.until(await t.open());
    expect(blocked.state).toBe('BLOCKED');
    expect(blocked.problem).toContain(stranger);
    expect(t.writes()).toEqual([]);

    const back = await t.until(await t.openRollback('1', '1'));
    expect([back.state, back.problem]).toEqual(['ROLLED_BACK', undefined]);
    expect(await t.alias()).toEqual(['1', {}]);
    expect(t.writes()).toEqual(['StopDeployment']);
  });

  it('a deployment that begins between the checks and ours is not overtaken', async () => {
    let stranger = '';
    t.port = real => ({
      ...bound(real),
      create: async (...args) => {
        stranger ||= await t.stranger(
          '1',
          '3',
          '\nHooks:\n  - BeforeAllowTraffic: claims-api\n',
        );
        return real.create(...args);
      },
    });
    const done = await t.until(await t.open());
    expect(done.state).toBe('BLOCKED');
    expect(done.problem).toContain(stranger);
    expect(await t.alias()).toEqual(['1', {}]);
  });

  it('with no deployment running, all at once and a rollback are one UpdateAlias each', async () => {
    const id = await t.open({ strategy: { type: 'all-at-once', steps: [] } });
    expect((await t.until(id)).state).toBe('SUCCEEDED');
    expect(await t.alias()).toEqual(['2', {}]);
    expect((await t.until(await t.openRollback('1', '2'))).state).toBe(
      'ROLLED_BACK',
    );
    expect(await t.alias()).toEqual(['1', {}]);
    expect(t.writes()).toEqual(['UpdateAlias', 'UpdateAlias']);
  });

  it('an alias moved by hand to a third version stops the rollout (SC-X4)', async () => {
    const id = await t.open();
    await t.until(id, 'BAKING');
    await t.pass(10_000);
    await t.call('lambda', 'UpdateAlias', {
      FunctionName: 'claims-api',
      Name: 'live',
      FunctionVersion: '3',
      RoutingConfig: { AdditionalVersionWeights: {} },
    });
    const done = await t.until(id, 'EXTERNAL_CHANGE');
    expect(done.state).toBe('EXTERNAL_CHANGE');
    expect(t.writes()).toEqual(['CreateDeployment']);
    expect(CANARY.steps).toHaveLength(1);
  });
});

/** The methods of a port, bound, so that some can be replaced. */
function bound<T extends object>(port: T): T {
  const own: Record<string, unknown> = {};
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(port))) {
    const method = (port as Record<string, unknown>)[name];
    if (typeof method === 'function') own[name] = method.bind(port);
  }
  return own as T;
}
