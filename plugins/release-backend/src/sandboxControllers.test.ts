import { randomUUID } from 'node:crypto';
import type { RunningSandbox } from '@careplane/aws-sandbox';
import type { Rollout } from '@careplane/backstage-plugin-release-common';
import { deliveryOf } from './__testUtils__/deliveryOfSandbox';
import {
  codeDeployTemplate,
  fargateTemplate,
  prepareEcs,
  publishFargate,
} from './__testUtils__/ecsRelease';
import { Portal, runOnSandbox } from './__testUtils__/runOnSandbox';
import { MAYA } from './__testUtils__/sandboxPortal';
import { deployStack, DEV, QA } from './__testUtils__/stacks';

jest.setTimeout(180_000);
const entityRef = 'component:default/video-gateway';
const SERVICE = { cluster: 'careplane', service: 'video-gateway' };
const GROUP = { applicationName: 'video', deploymentGroupName: 'live' };
const LATE = ['VERIFYING', 'SETTLING', 'VERIFYING_ROLLBACK'];
type Published = Awaited<ReturnType<typeof publishFargate>>;

describe('who deploys an ECS service decides how it is promoted, over HTTP', () => {
  let sandbox: RunningSandbox;
  let portal: Portal;
  let close: () => Promise<void>;
  let one: Published;
  let two: Published;

  beforeEach(async () => {
    ({ sandbox, portal, close } = await runOnSandbox(async made => {
      await prepareEcs(made, [DEV, QA]);
      return [deliveryOf(made)];
    }));
  });
  afterEach(() => close());

  const call = <T = Record<string, unknown>>(
    service: string,
    operation: string,
    input: object,
  ) => sandbox.call<T>(service, operation, input, { account: QA });
  const live = async () => {
    const { services } = await call<{ services: { taskDefinition: string }[] }>(
      'ecs',
      'DescribeServices',
      { cluster: SERVICE.cluster, services: [SERVICE.service] },
    );
    return services[0].taskDefinition;
  };
  /** Careplane's writes on the stage, besides those of the stack. */
  const writes = () =>
    sandbox.requests
      .since(0)
      .filter(
        ({ account, principal, service, operation }) =>
          account === QA &&
          principal?.includes('careplane-release') &&
          ['ecs', 'codedeploy'].includes(service) &&
          !/^(Describe|List|Get|BatchGet)/.test(operation),
      )
      .map(({ operation }) => operation);
  const asked = () => ({
    entityRef,
    stage: 'qa',
    kind: 'promote',
    releaseId: two.id,
  });
  const act = (id: string, request: object, person?: string) =>
    portal.send(`/rollouts/${id}/acts`, request, person);
  const ended = (rollout: Rollout) => Boolean(rollout.endedAt);
  /** A whole blue/green deployment takes its time: it is followed in parts. */
  const carriedOut = async (request: object): Promise<Rollout> => {
    const id = await portal.open(request);
    for (const states of [
      ['SHIFTING', 'BAKING', 'ROLLING_BACK', ...LATE],
      LATE,
    ]) {
      await portal.follow(
        id,
        rollout => ended(rollout) || states.includes(rollout.state),
      );
    }
    return portal.follow(id, ended);
  };

  /** Two releases; the newer one runs on dev. */
  async function published(templateOf = fargateTemplate) {
    one = await publishFargate(sandbox, '1.0.0', undefined, templateOf);
    two = await publishFargate(sandbox, '1.1.0', undefined, templateOf);
    const template = fargateTemplate(two.digest.slice(7, 19));
    await deployStack(sandbox, DEV, {
      ...two,
      template,
      operation: 'CreateStack',
    });
    await portal.running('video-gateway', 0, '1.1.0');
  }
  /** The older one runs on qa, in its stack. */
  async function onQa() {
    const end = await deployStack(sandbox, QA, {
      ...one,
      operation: 'CreateStack',
      parameters: { ...one.parameters, Stage: 'qa' },
    });
    expect(end).toBe('CREATE_COMPLETE');
  }
  const known = () =>
    portal.seen('video-gateway', 1, target =>
      Boolean(target.current?.version === '1.0.0' && target.ownership),
    );

  describe('CodeDeploy (CODE_DEPLOY)', () => {
    async function withGroup(more: object = {}) {
      await published(codeDeployTemplate);
      await onQa();
      await call('codedeploy', 'CreateApplication', {
        applicationName: GROUP.applicationName,
        computePlatform: 'ECS',
      });
      await call('codedeploy', 'CreateDeploymentGroup', {
        ...GROUP,
        serviceRoleArn: `arn:aws:iam::${QA}:role/codedeploy`,
        ecsServices: [
          { clusterName: SERVICE.cluster, serviceName: SERVICE.service },
        ],
        blueGreenDeploymentConfiguration: {
          deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT' },
          terminateBlueInstancesOnDeploymentSuccess: {
            action: 'TERMINATE',
            terminationWaitTimeInMinutes: 0,
          },
        },
        loadBalancerInfo: {
          targetGroupPairInfoList: [
            {
              targetGroups: [{ name: 'blue' }, { name: 'green' }],
              prodTrafficRoute: { listenerArns: ['listener'] },
            },
          ],
        },
        ...more,
      });
      await known();
    }

    it('is promoted and rolled back by deployments of its group, and ECS is told nothing (INV-13)', async () => {
      await withGroup();
      const before = await live();
      const preview = await portal.post('/previews', asked());
      expect(preview.blockers).toEqual([]);
      const refused = await portal.send(
        '/rollouts',
        { ...asked(), idempotencyKey: randomUUID() },
        MAYA,
      );
      expect([refused.status, refused.body.error.name]).toEqual([
        403,
        'NotAllowedError',
      ]);
      const forward = await carriedOut(asked());
      expect([forward.state, forward.problem]).toEqual([
        'SUCCEEDED',
        undefined,
      ]);
      expect(forward.codeDeploy?.deploymentId).toMatch(/^d-/);
      expect(await live()).not.toBe(before);
      await portal.running('video-gateway', 1, '1.1.0');
      const back = await carriedOut({
        entityRef,
        stage: 'qa',
        kind: 'rollback',
        revisionId: before,
        reason: 'errors',
      });
      expect([back.state, back.problem]).toEqual(['ROLLED_BACK', undefined]);
      expect(await live()).toBe(before);
      expect(writes().filter(name => name !== 'ContinueDeployment')).toEqual([
        'CreateDeployment',
        'CreateDeployment',
      ]);
      // Each wait is ended once; one that is over, or has not begun, refuses.
      const waitsEnded = sandbox.trail
        .lookup({
          account: QA,
          matches: event =>
            event.eventName === 'ContinueDeployment' && !event.errorCode,
        })
        .map(({ requestParameters: told }) =>
          [told?.deploymentId, told?.deploymentWaitType].join(' '),
        );
      expect(waitsEnded).toEqual([...new Set(waitsEnded)]);
    });

    it('sent back under way stops the deployment, by who may only (SC-E4)', async () => {
      await call('codedeploy', 'CreateDeploymentConfig', {
        deploymentConfigName: 'TwoDays',
        computePlatform: 'ECS',
        trafficRoutingConfig: {
          type: 'TimeBasedCanary',
          timeBasedCanary: { canaryPercentage: 10, canaryInterval: 2880 },
        },
      });
      await withGroup({ deploymentConfigName: 'TwoDays' });
      const before = await live();
      const id = await portal.open(asked());
      await portal.follow(id, rollout => rollout.observedWeight === 0.1);
      const refused = await act(id, { act: 'send-back' }, MAYA);
      expect(refused.status).toBe(403);
      expect(refused.body.error.message).toMatch(/qa/);
      expect((await act(id, { act: 'send-back' })).status).toBe(200);
      const back = await portal.follow(id, ended);
      expect([back.state, back.problem]).toEqual(['ROLLED_BACK', undefined]);
      expect(await live()).toBe(before);
      expect(writes()).toEqual(['CreateDeployment', 'StopDeployment']);
    });
  });

  it('an external controller (EXTERNAL) alone deploys it: nothing is planned or written, and it is said why (INV-22)', async () => {
    await published();
    const { taskDefinition } = await call<{
      taskDefinition: { taskDefinitionArn: string };
    }>('ecs', 'RegisterTaskDefinition', {
      family: SERVICE.service,
      containerDefinitions: [{ name: 'app', image: one.parameters.ImageUri }],
    });
    await call('ecs', 'CreateService', {
      cluster: SERVICE.cluster,
      serviceName: SERVICE.service,
      taskDefinition: taskDefinition.taskDefinitionArn,
      desiredCount: 1,
      deploymentController: { type: 'EXTERNAL' },
    });
    const target = await portal.seen('video-gateway', 1, seen =>
      Boolean(seen.ownership),
    );
    expect(target.ownership).toMatchObject({
      tool: 'unknown',
      mayPromote: false,
      mayRollBack: false,
      writes: expect.stringMatching(/external controller deploys it/),
    });
    const rollback = {
      entityRef,
      stage: 'qa',
      kind: 'rollback',
      revisionId: taskDefinition.taskDefinitionArn,
    };
    for (const request of [asked(), rollback]) {
      const preview = await portal.post('/previews', request);
      expect(preview.blockers.join()).toMatch(
        /Careplane only reads this service: an external controller/,
      );
      const { status, body } = await portal.send('/rollouts', {
        ...request,
        idempotencyKey: randomUUID(),
      });
      expect([status, body.error.name]).toEqual([409, 'ConflictError']);
      expect(body.error.message).toMatch(/external controller deploys it/);
    }
    expect(await portal.get('/rollouts?stage=qa')).toMatchObject({ items: [] });
    expect(writes()).toEqual([]);
  });

  describe('ECS itself, at a PAUSE hook (INV-26)', () => {
    async function paused() {
      await published();
      await onQa();
      await call('ecs', 'UpdateService', {
        ...SERVICE,
        deploymentConfiguration: {
          strategy: 'BLUE_GREEN',
          lifecycleHooks: [
            {
              targetType: 'PAUSE',
              lifecycleStages: ['POST_SCALE_UP'],
              timeoutConfiguration: {
                timeoutInMinutes: 20_160,
                action: 'ROLLBACK',
              },
            },
          ],
        },
      });
      await known();
      const before = await live();
      const id = await portal.open(asked());
      const { pause } = await portal.follow(id, rollout =>
        Boolean(rollout.pause),
      );
      return { id, before, pause: pause! };
    }

    it('is continued by who may promote, in their name, with an explicit action', async () => {
      const { id, before, pause } = await paused();
      expect(pause).toMatchObject({ by: 'ecs', timeoutAction: 'ROLLBACK' });
      const proceed = {
        act: 'continue',
        comment: 'Looked at the new tasks',
        hookId: pause.hookId,
      };
      const refused = await act(id, proceed, MAYA);
      expect([refused.status, refused.body.error.name]).toEqual([
        403,
        'NotAllowedError',
      ]);
      const other = await act(id, { ...proceed, hookId: 'another' });
      expect([other.status, other.body.error.name]).toEqual([
        409,
        'ConflictError',
      ]);
      expect(writes()).toEqual([expect.stringMatching(/UpdateService/)]);
      expect((await act(id, proceed)).status).toBe(200);
      const done = await portal.follow(id, ended);
      expect([done.state, done.problem]).toEqual(['SUCCEEDED', undefined]);
      expect(await live()).not.toBe(before);
      expect(writes().slice(1)).toEqual(['ContinueServiceDeployment']);
      const audit = await portal.get('/audit?stage=qa&limit=200');
      expect(audit.chain.verified).toBe(true);
    });

    it('is sent back by who may roll back, and by nobody else', async () => {
      const { id, before } = await paused();
      expect((await act(id, { act: 'send-back' }, MAYA)).status).toBe(403);
      expect((await act(id, { act: 'send-back' })).status).toBe(200);
      const back = await portal.follow(id, ended);
      expect([back.state, back.problem]).toEqual(['ROLLED_BACK', undefined]);
      expect(await live()).toBe(before);
      expect(writes()).toContain('ContinueServiceDeployment');
      expect(writes()).not.toContain('StopServiceDeployment');
    });
  });
});
