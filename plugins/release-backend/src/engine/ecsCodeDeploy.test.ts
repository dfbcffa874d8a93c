import { TestDatabases } from '@backstage/backend-test-utils';
import type { Revision } from '@careplane/backstage-plugin-release-common';
import type { DeploymentPort } from '@careplane/backstage-plugin-release-node';
import { Crash } from '../__testUtils__/FakeAws';
import {
  ALARM,
  blueGreen,
  BY_CODE_DEPLOY,
  EcsHarness,
  GROUP,
} from '../__testUtils__/EcsHarness';
import { ActService } from '../service/ActService';
import { rolloutOf } from '../service/dto';
import type { Planner } from '../service/Planner';
import { RolloutService } from '../service/RolloutService';
import type { RolloutRecord } from './model';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const DANIEL = 'user:default/daniel.okafor';
const SOFIA = 'user:default/sofia.rossi';
jest.setTimeout(90_000);

describe('an ECS service under the CODE_DEPLOY controller (INV-13, INV-22)', () => {
  let t: EcsHarness;
  beforeEach(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    t = await EcsHarness.start(
      await databases.init('SQLITE_3'),
      BY_CODE_DEPLOY,
    );
  });
  afterEach(() => t.close());

  const act = async (
    id: string,
    request: Parameters<ActService['act']>[1],
    person: string,
  ) =>
    new ActService({
      stores: t.h.stores,
      clock: t.h.clock,
      wake: () => {},
    }).act(await t.h.get(id), request, person);
  const waits = (record: RolloutRecord) => record.pause !== undefined;
  const live = async () => (await t.service()).taskDefinition;
  const promoted = async () => {
    const done = await t.until(await t.promote());
    expect([done.state, done.problem]).toEqual(['SUCCEEDED', undefined]);
    t.sandbox.requests.clear();
  };
  /** Somebody else deploys a task definition in CodeDeploy. */
  const deployed = async (taskDefinition: string) => {
    const content = JSON.stringify({
      version: 0.0,
      Resources: [
        {
          TargetService: {
            Type: 'AWS::ECS::Service',
            Properties: {
              TaskDefinition: taskDefinition,
              LoadBalancerInfo: { ContainerName: 'app', ContainerPort: 8080 },
            },
          },
        },
      ],
    });
    await t.call('codedeploy', 'CreateDeployment', {
      ...GROUP,
      revision: { revisionType: 'String', string: { content } },
    });
    for (let look = 0; look < 60; look++) {
      if ((await live()) === taskDefinition) return;
      await t.pass(5_000);
    }
    throw new Error('It was not deployed.');
  };
  const recorded = async () =>
    JSON.stringify(await t.h.stores.evidence.query({ limit: 500 }));

  it('is promoted by one deployment of its group, which is found by its service; ECS is told nothing', async () => {
    await t.makeGroup();
    const id = await t.promote();
    const baking = await t.until(id, record => record.observedWeight === 0.1);
    expect(baking).toMatchObject({
      state: 'BAKING',
      delegate: {
        config: 'CodeDeployDefault.ECSCanary10Percent5Minutes',
        deploymentId: expect.stringMatching(/^d-/),
      },
    });
    expect(await live()).toBe(t.one.id);
    expect(baking.preflight?.map(one => `${one.id}=${one.state}`)).toEqual(
      expect.arrayContaining([
        'deployment-group=pass',
        'target-groups=pass',
        'container=pass',
        'reroute=pass',
        'group-alarms=pass',
        'image-present=pass',
      ]),
    );
    const done = await t.until(id);
    expect([done.state, done.problem]).toEqual(['SUCCEEDED', undefined]);
    expect(await live()).toBe(t.two.id);
    expect(t.writes()).toEqual(['CreateDeployment']);
    const shown = rolloutOf(done, {
      intents: await t.h.stores.intents.of(id),
      approvals: [],
      evidence: [],
      acts: {} as never,
    });
    expect(shown.codeDeploy).toMatchObject({
      deploymentId: baking.delegate?.deploymentId,
      group: expect.stringContaining(
        `${GROUP.applicationName}/${GROUP.deploymentGroupName}`,
      ),
    });
    expect(await recorded()).toContain(baking.delegate?.deploymentId);
    expect((await t.h.stores.evidence.verify('now')).verified).toBe(true);
  });

  it('sent back under way is StopDeployment with rollback, followed to the end (SC-E4)', async () => {
    await t.makeGroup();
    const id = await t.promote();
    await t.until(id, record => record.observedWeight === 0.1);
    await act(id, { act: 'send-back' }, DANIEL);
    const done = await t.until(id);
    expect([done.state, done.problem]).toEqual(['ROLLED_BACK', undefined]);
    expect(await live()).toBe(t.one.id);
    expect(t.writes()).toEqual(['CreateDeployment', 'StopDeployment']);
    expect((await t.h.stores.targets.holds([done.targetArn])).size).toBe(1);
    expect(await t.deployments()).toHaveLength(2);
  });

  it('INV-24: a finished one is returned by a new deployment of the earlier task definition, at once and without its waits; none is deregistered', async () => {
    await t.makeGroup();
    await promoted();
    await t.call('codedeploy', 'UpdateDeploymentGroup', {
      applicationName: GROUP.applicationName,
      currentDeploymentGroupName: GROUP.deploymentGroupName,
      blueGreenDeploymentConfiguration: blueGreen(600, 600),
    });
    const from = t.h.now;
    const done = await t.until(await t.rollback());
    expect([done.state, done.problem]).toEqual(['ROLLED_BACK', undefined]);
    expect(t.h.now - from).toBeLessThan(10 * 60_000);
    expect(await live()).toBe(t.one.id);
    expect(t.writes()).toEqual([
      'CreateDeployment',
      'ContinueDeployment',
      'ContinueDeployment',
    ]);
    const { deploymentInfo } = await t.call<{
      deploymentInfo: {
        deploymentConfigName: string;
        revision: { appSpecContent: { content: string } };
      };
    }>('codedeploy', 'GetDeployment', {
      deploymentId: done.returning?.deploymentId,
    });
    expect(deploymentInfo.deploymentConfigName).toBe(
      'CodeDeployDefault.ECSAllAtOnce',
    );
    expect(deploymentInfo.revision.appSpecContent.content).toContain(t.one.id);
    expect(done.deploymentConfiguration).toBeUndefined();
    for (const { id } of [t.one, t.two]) {
      expect(
        await t.call('ecs', 'DescribeTaskDefinition', { taskDefinition: id }),
      ).toMatchObject({ taskDefinition: { status: 'ACTIVE' } });
    }
  });

  it('CodeDeploy waits to reroute: a person lets it go on, in their own name', async () => {
    await t.makeGroup({
      deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
      blueGreenDeploymentConfiguration: blueGreen(30),
    });
    const id = await t.promote();
    const paused = await t.until(id, waits);
    expect(paused.pause).toMatchObject({
      by: 'codedeploy',
      timeoutAction: 'ROLLBACK',
      expiresAt: expect.stringMatching(/Z$/),
    });
    expect(paused.observedWeight).toBe(0);
    const { hookId } = paused.pause!;
    await act(id, { act: 'continue', hookId }, SOFIA);
    const done = await t.until(id);
    expect([done.state, done.pause]).toEqual(['SUCCEEDED', undefined]);
    expect(t.writes()).toEqual(['CreateDeployment', 'ContinueDeployment']);
    const { records } = await t.h.stores.evidence.query({ limit: 500 });
    const told = records.filter(
      ({ facts, kind }) =>
        facts.api === 'codedeploy:ContinueDeployment' &&
        kind === 'aws-write-intended',
    );
    expect(told.map(one => one.actor)).toEqual([SOFIA]);
  });

  it('nobody lets it go on: CodeDeploy stops it, which is named and never done', async () => {
    await t.makeGroup({ blueGreenDeploymentConfiguration: blueGreen(10) });
    const id = await t.promote();
    const { pause } = await t.until(id, waits);
    const done = await t.until(id);
    expect(done.state).toBe('ROLLED_BACK');
    expect(done.delegate?.ended).toContain(
      `Nobody let CodeDeploy reroute traffic on qa until ${pause?.expiresAt}`,
    );
    expect(await live()).toBe(t.one.id);
    expect(await recorded()).not.toContain('rollout-succeeded');
  });

  it('an alarm of the group: CodeDeploy goes back by itself, and it ends as rolled back', async () => {
    await t.makeGroup();
    const id = await t.promote();
    await t.until(id, record => record.observedWeight === 0.1);
    await t.call('cloudwatch', 'SetAlarmState', {
      AlarmName: ALARM,
      StateValue: 'ALARM',
      StateReason: 'test',
    });
    const done = await t.until(id);
    expect([done.state, done.delegate?.ended]).toEqual([
      'ROLLED_BACK',
      expect.stringMatching(/an alarm .* went off/),
    ]);
    expect(await live()).toBe(t.one.id);
    expect(t.writes()).toEqual(['CreateDeployment']);
  });

  it('is returned while an alarm of the group is on, which is why it is returned', async () => {
    await t.makeGroup();
    await promoted();
    const alarm = () =>
      t.call('cloudwatch', 'SetAlarmState', {
        AlarmName: ALARM,
        StateValue: 'ALARM',
        StateReason: 'test',
      });
    await alarm();
    const id = await t.rollback();
    const returns = await t.until(id, record => Boolean(record.returning));
    await alarm();
    const { deploymentInfo } = await t.call<{
      deploymentInfo: Record<string, unknown>;
    }>('codedeploy', 'GetDeployment', {
      deploymentId: returns.returning?.deploymentId,
    });
    expect(deploymentInfo).toMatchObject({
      overrideAlarmConfiguration: { enabled: false },
      autoRollbackConfiguration: {
        events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST'],
      },
    });
    const done = await t.until(id);
    expect(done.state).toBe('ROLLED_BACK');
    expect(await live()).toBe(t.one.id);
    expect(await t.deployments()).toHaveLength(2);
  });

  /** A person rolls back to another revision while a rollout is active. */
  const rollBackTo = async (id: string, returnTo: Revision) => {
    const active = await t.h.get(id);
    const target = { arn: active.targetArn, stage: { name: 'qa' } };
    const plan = { target, active, returnTo, gates: [], blockers: [] };
    const { entityRef, component: name } = active;
    await new RolloutService({
      stores: t.h.stores,
      clock: t.h.clock,
      planner: { plan: async () => plan } as unknown as Planner,
      wake: () => {},
    }).start(
      { entityRef, name, title: name, targets: [] },
      {
        entityRef,
        stage: 'qa',
        kind: 'rollback',
        revisionId: returnTo.id,
        idempotencyKey: 'again',
      },
      { person: SOFIA, via: 'browser' },
    );
  };
  /** Back, and not proven yet: a worker stopped between the two. */
  const verifying = async (id: string) => {
    const back = await t.until(id);
    const at = back.stateSince;
    const again = { endedAt: undefined, followUp: undefined, nextRunAt: at };
    const rollout = { ...back, ...again, state: 'VERIFYING_ROLLBACK' as const };
    await t.h.stores.commit({ at, rollout, evidence: [] });
  };
  it.each(['ROLLING_BACK', 'VERIFYING_ROLLBACK'] as const)(
    'is returned to the revision that a person chose last, in %s of another',
    async state => {
      await t.makeGroup({
        deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
      });
      await promoted();
      const zero = await t.revision('0.9.0');
      const id = await t.rollback();
      if (state === 'VERIFYING_ROLLBACK') await verifying(id);
      else await t.until(id, one => Boolean(one.returning));
      expect(await t.h.get(id)).toMatchObject({
        state,
        returning: { revisionId: t.one.id },
      });
      await rollBackTo(id, zero);
      const done = await t.until(id);
      expect([done.state, await live()]).toEqual(['ROLLED_BACK', zero.id]);
    },
  );

  it('sent back after somebody else moved it, it is returned anew', async () => {
    await t.makeGroup({
      deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
      blueGreenDeploymentConfiguration: blueGreen(0, 0),
    });
    await promoted();
    const zero = await t.revision('0.9.0');
    const id = await t.rollback();
    await verifying(id);
    await deployed(zero.id);
    const seen = await t.until(id, 'EXTERNAL_CHANGE');
    expect(seen.external?.stable?.id).toBe(zero.id);
    await act(id, { act: 'send-back' }, SOFIA);
    const done = await t.until(id);
    expect([done.state, await live()]).toEqual(['ROLLED_BACK', t.one.id]);
  });

  const bound = (real: DeploymentPort): DeploymentPort => ({
    groupOf: real.groupOf.bind(real),
    running: real.running.bind(real),
    find: real.find.bind(real),
    follow: real.follow.bind(real),
    create: real.create.bind(real),
    proceed: real.proceed.bind(real),
    checks: real.checks.bind(real),
    stop: real.stop.bind(real),
  });
  it.each([
    ['promote', 'before'],
    ['promote', 'after'],
    ['rollback', 'before'],
    ['rollback', 'after'],
  ] as const)(
    'INV-02: a crash of the deployment of a %s, %s AWS made it, ends with one',
    async (kind, when) => {
      await t.makeGroup({
        deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
      });
      if (kind === 'rollback') await promoted();
      let crashes = 1;
      t.port = real => ({
        ...bound(real),
        create: async (...args) => {
          const die = crashes-- > 0;
          if (die && when === 'before') throw new Crash();
          const made = await real.create(...args);
          if (die) throw new Crash();
          return made;
        },
      });
      const id = await (kind === 'promote' ? t.promote() : t.rollback());
      const done = await t.until(id);
      expect(done.state).toBe(kind === 'promote' ? 'SUCCEEDED' : 'ROLLED_BACK');
      expect(
        t.writes().filter(name => name === 'CreateDeployment'),
      ).toHaveLength(1);
    },
  );

  it('without a group nothing is written, and it says which annotation names one', async () => {
    const blocked = await t.until(await t.promote());
    expect([blocked.state, blocked.problem]).toEqual([
      'BLOCKED',
      expect.stringContaining('careplane.dev/codedeploy-group.qa'),
    ]);
    const failed = await t.until(
      await t.rollback({
        from: t.one,
        returnTo: t.two,
        to: { revisionId: t.two.id, contentHash: t.two.contentHash },
      }),
      'ROLLBACK_FAILED',
    );
    expect(failed.problem).toContain('careplane.dev/codedeploy-group.qa');
    expect(t.writes()).toEqual([]);
  });

  it('blocks while somebody else deploys, or where the container is not there', async () => {
    await t.makeGroup();
    const content = (port: number) =>
      JSON.stringify({
        version: 0.0,
        Resources: [
          {
            TargetService: {
              Type: 'AWS::ECS::Service',
              Properties: {
                TaskDefinition: t.two.id,
                LoadBalancerInfo: {
                  ContainerName: 'app',
                  ContainerPort: port,
                },
              },
            },
          },
        ],
      });
    await t.call('codedeploy', 'CreateDeployment', {
      ...GROUP,
      revision: { revisionType: 'String', string: { content: content(8080) } },
    });
    await t.pass(5_000);
    const blocked = await t.until(await t.promote());
    expect([blocked.state, blocked.problem]).toEqual([
      'BLOCKED',
      expect.stringMatching(/somebody else started, d-/),
    ]);
    expect(t.writes()).toEqual([]);
  });
});
