import {
  BatchDeleteImageCommand,
  CreateRepositoryCommand,
  ECRClient,
  PutImageCommand,
  PutLifecyclePolicyCommand,
  UpdateImageStorageClassCommand,
} from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  DeploymentConfiguration,
  DescribeServiceDeploymentsCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import type { Revision } from '@careplane/backstage-plugin-release-common';
import type { ObservedTarget } from '@careplane/backstage-plugin-release-node';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import {
  asAccount,
  DELIVERY,
  QA,
  target,
  testAws,
  write,
} from '../testUtils/aws';
import { EcsServiceDriver } from './EcsServiceDriver';

jest.setTimeout(60_000);
const NAME = 'video-gateway';
const REPOSITORY = `${DELIVERY}.dkr.ecr.us-east-1.amazonaws.com/${NAME}`;
const web = target(
  `arn:aws:ecs:us-east-1:${QA}:service/careplane/${NAME}`,
  'ecs-service',
  NAME,
);
const rollback = { ...write, rollback: true };

describe('going back on ECS', () => {
  let sandbox: RunningSandbox;
  let ecs: ECSClient;
  let ecr: ECRClient;
  let driver: EcsServiceDriver;

  beforeEach(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
    ecr = new ECRClient(asAccount(DELIVERY));
    ecs = new ECSClient(asAccount(QA));
    driver = new EcsServiceDriver(testAws().clients);
    await ecr.send(new CreateRepositoryCommand({ repositoryName: NAME }));
    await ecs.send(new CreateClusterCommand({ clusterName: 'careplane' }));
  });
  afterEach(async () => {
    delete process.env.AWS_ENDPOINT_URL;
    await sandbox.close();
  });

  /** An image without layers, whose tasks run nothing. @returns its digest. */
  async function push(imageTag: string, label = imageTag): Promise<string> {
    const { image } = await ecr.send(
      new PutImageCommand({
        repositoryName: NAME,
        imageTag,
        imageManifest: JSON.stringify({ schemaVersion: 2, label, layers: [] }),
      }),
    );
    return image!.imageId!.imageDigest!;
  }
  async function register(
    reference: string,
    contentHash: string,
  ): Promise<Revision> {
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: NAME,
        containerDefinitions: [
          { name: 'app', image: `${REPOSITORY}${reference}` },
        ],
        tags: [{ key: 'team', value: 'virtual-care' }],
      }),
    );
    return { id: taskDefinition!.taskDefinitionArn!, contentHash };
  }
  async function pinned(tag: string): Promise<Revision> {
    const digest = await push(tag);
    return register(`@${digest}`, digest);
  }
  const create = (
    taskDefinition: string,
    deploymentConfiguration?: DeploymentConfiguration,
    type: 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL' = 'ECS',
  ) =>
    ecs.send(
      new CreateServiceCommand({
        cluster: 'careplane',
        serviceName: NAME,
        taskDefinition,
        desiredCount: 1,
        deploymentConfiguration,
        deploymentController: { type },
      }),
    );
  /** Half a minute passes between looks. */
  async function until(done: (seen: ObservedTarget) => boolean) {
    let seen = await driver.observe(web);
    for (let i = 0; i < 150 && !done(seen); i++) {
      await sandbox.clock.advance(30_000);
      await new Promise(resolve => {
        setTimeout(resolve, 20);
      });
      seen = await driver.observe(web);
    }
    if (!done(seen)) throw new Error(`Never: ${JSON.stringify(seen)}`);
    return seen;
  }
  const steady = (wanted: Revision) =>
    until(
      ({ deployment }) =>
        deployment?.status === 'successful' &&
        deployment.taskDefinition === wanted.id,
    );
  const calls = (operation: string) =>
    sandbox.requests.since(0).filter(call => call.operation === operation);
  /** Two revisions; the newer is on its way, as the configuration says. */
  async function moving(configuration: DeploymentConfiguration) {
    const [one, two] = [await pinned('1.0.0'), await pinned('1.1.0')];
    await create(one.id, configuration);
    const before = await steady(one);
    const { deploymentArn } = await driver.shift(
      web,
      before,
      { stable: two },
      write,
    );
    return { one, two, deploymentArn: deploymentArn! };
  }

  it('SC-X9, INV-23: a stop that comes after the end is a conflict, and one that ECS has taken is not sent again', async () => {
    const { one, deploymentArn } = await moving({ bakeTimeInMinutes: 30 });
    await until(seen => Boolean(seen.deployment?.canStop));
    const seen = await driver.observe(web);
    expect(seen.deployment).toMatchObject({
      arn: deploymentArn,
      sources: [one.id],
      status: 'in-progress',
    });
    await ecs.send(
      new StopServiceDeploymentCommand({
        serviceDeploymentArn: deploymentArn,
        stopType: 'ROLLBACK',
      }),
    );
    const back = { stable: one, ends: { deploymentArn } };
    const own = () =>
      calls('StopServiceDeployment').filter(call =>
        call.principal?.includes('careplane-release'),
      );
    // ECS may be back before this look; either way nothing is sent.
    const said = await driver.shift(web, seen, back, rollback).then(
      () => 'watched',
      error => error.name,
    );
    expect(['watched', 'ConflictError']).toContain(said);
    expect(own()).toEqual([]);
    await until(({ deployment }) => deployment?.status === 'rolled-back');
    await expect(driver.shift(web, seen, back, rollback)).rejects.toMatchObject(
      { name: 'ConflictError' },
    );
    expect(own()).toEqual([]);
  });

  it('a paused deployment that somebody continued meanwhile is stopped: nothing is answered that no longer waits', async () => {
    const { one, deploymentArn } = await moving({
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 30,
      lifecycleHooks: [
        {
          targetType: 'PAUSE',
          lifecycleStages: ['POST_SCALE_UP'],
          timeoutConfiguration: { timeoutInMinutes: 10, action: 'CONTINUE' },
        },
      ],
    });
    const seen = await until(({ deployment }) => Boolean(deployment?.paused));
    const { hookId } = seen.deployment!.paused!;
    await driver.continueDeployment(web, { deploymentArn, hookId }, write);
    await until(({ deployment }) => !deployment?.paused);
    await driver.shift(
      web,
      seen,
      { stable: one, ends: { deploymentArn, hookId } },
      rollback,
    );
    await until(({ deployment }) => deployment?.status === 'rolled-back');
    expect(calls('ContinueServiceDeployment')).toHaveLength(1);
    expect(calls('StopServiceDeployment')).toHaveLength(1);
  });

  it('INV-26, SC-X12: a paused deployment is answered with ROLLBACK; a hook that would answer itself shuts the way forward', async () => {
    const hook = {
      targetType: 'PAUSE' as const,
      lifecycleStages: ['POST_SCALE_UP' as const],
    };
    const { one, deploymentArn } = await moving({
      strategy: 'BLUE_GREEN',
      lifecycleHooks: [
        {
          ...hook,
          timeoutConfiguration: { timeoutInMinutes: 60, action: 'CONTINUE' },
        },
      ],
    });
    // The first deployment met the hook, too: nobody answered, it went on.
    const seen = await until(({ deployment }) => Boolean(deployment?.paused));
    expect(seen.forwardBlocked).toMatch(/continues when nobody answers/);
    const { paused } = seen.deployment!;
    expect(paused).toMatchObject({
      timeoutAction: 'CONTINUE',
      expiresAt: expect.any(String),
    });
    await driver.shift(
      web,
      seen,
      { stable: one, ends: { deploymentArn, hookId: paused!.hookId } },
      rollback,
    );
    await until(({ deployment }) => deployment?.status === 'rolled-back');
    expect(calls('ContinueServiceDeployment')).toHaveLength(1);
    const { serviceDeployments } = await ecs.send(
      new DescribeServiceDeploymentsCommand({
        serviceDeploymentArns: [deploymentArn],
      }),
    );
    expect(serviceDeployments![0].lifecycleHookDetails![0].status).toBe(
      'FAILED',
    );
  });

  it('INV-19, SC-X10: a tag that moved does not decide what runs; the pinned copy is made once', async () => {
    const digest = await push('stable', 'first');
    const loose = await register(':stable', digest);
    await create(loose.id);
    const first = await steady(loose);
    // What ECS resolved, not the tag, is what ran.
    expect(first.stable).toMatchObject({ contentHash: digest });
    const other = await push('stable', 'second');
    const next = await register(`@${other}`, other);
    await driver.shift(web, first, { stable: next }, write);
    const now = await steady(next);

    expect(await driver.preparation(web, loose)).toMatchObject({
      id: 'pin-image',
      state: 'needed',
    });
    const made = await driver.prepare(web, loose, 'pin-image', rollback);
    const again = await driver.prepare(web, loose, 'pin-image', rollback);
    expect(again.revision).toEqual(made.revision);
    expect(again.requestId).toBeUndefined();
    const { taskDefinitionArns } = await ecs.send(
      new ListTaskDefinitionsCommand({ familyPrefix: NAME }),
    );
    expect(taskDefinitionArns).toHaveLength(3);
    expect(await driver.preparation(web, made.revision)).toBeUndefined();

    await driver.shift(web, now, { stable: made.revision }, rollback);
    const back = await steady(made.revision);
    expect(back.tasks).toMatchObject({ digests: [digest], unproven: 0 });
    const checks = await driver.viability(web, loose);
    expect(checks.map(check => [check.id, check.state])).toEqual([
      ['task-definition-active', 'pass'],
      ['image-by-digest', 'pass'],
      ['same-artifact', 'pass'],
      ['image-present', 'pass'],
    ]);
  });

  it('INV-19: a sidecar that is named by a tag is pinned to what ran in it, and not to the digest of the main image', async () => {
    const [app, agent] = [await push('1.0.0'), await push('agent')];
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: NAME,
        containerDefinitions: [
          { name: 'agent', image: `${REPOSITORY}:agent`, essential: false },
          { name: 'app', image: `${REPOSITORY}@${app}` },
        ],
      }),
    );
    const loose = {
      id: taskDefinition!.taskDefinitionArn!,
      contentHash: app,
    };
    // Before ECS has run it, nobody knows what the tag was.
    const byDigest = async () =>
      (await driver.viability(web, loose)).find(
        check => check.id === 'image-by-digest',
      );
    const plain = await pinned('1.1.0');
    await create(plain.id);
    const first = await steady(plain);
    expect(await byDigest()).toMatchObject({ state: 'fail' });
    await expect(
      driver.prepare(web, loose, 'pin-image', rollback),
    ).rejects.toThrow(/which image agent of this task definition ran/);

    await driver.shift(web, first, { stable: loose }, write);
    await steady(loose);
    await push('agent', 'moved');
    expect(await byDigest()).toMatchObject({ state: 'pass' });
    const made = await driver.prepare(web, loose, 'pin-image', rollback);
    const copy = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: made.revision.id }),
    );
    expect(
      copy.taskDefinition!.containerDefinitions!.map(one => one.image),
    ).toEqual([`${REPOSITORY}@${agent}`, `${REPOSITORY}@${app}`]);
  });

  it('a task definition whose main image is not the one on record is another artifact', async () => {
    const [one, other] = [await pinned('1.0.0'), await push('other')];
    await create(one.id);
    const same = async (contentHash: string) =>
      (await driver.viability(web, { ...one, contentHash })).find(
        check => check.id === 'same-artifact',
      );
    expect(await same(one.contentHash)).toMatchObject({ state: 'pass' });
    expect(await same(other)).toMatchObject({
      state: 'fail',
      summary: expect.stringMatching(/another artifact/),
    });
    expect(await same('tag:web:1')).toMatchObject({ state: 'unknown' });
  });

  it('INV-20: an archived image is asked for and waited for; one that is gone is not offered, and its rule is named', async () => {
    const one = await pinned('1.0.0');
    const imageId = { imageDigest: one.contentHash };
    await ecr.send(
      new UpdateImageStorageClassCommand({
        repositoryName: NAME,
        imageId,
        targetStorageClass: 'ARCHIVE',
      }),
    );
    const present = async () =>
      (await driver.viability(web, one)).find(
        check => check.id === 'image-present',
      );
    expect(await present()).toMatchObject({
      state: 'pass',
      summary: expect.stringMatching(/archive.*restored before the rollback/),
    });
    const preparation = () => driver.preparation(web, one);
    expect(await preparation()).toMatchObject({
      id: 'restore-image',
      state: 'needed',
    });
    await driver.prepare(web, one, 'restore-image', rollback);
    expect(await preparation()).toMatchObject({ state: 'under-way' });
    await sandbox.clock.advance(3600_000);
    expect(await preparation()).toBeUndefined();

    await ecr.send(
      new PutLifecyclePolicyCommand({
        repositoryName: NAME,
        lifecyclePolicyText: JSON.stringify({
          rules: [
            {
              rulePriority: 7,
              description: 'Ninety days',
              selection: {
                tagStatus: 'any',
                countType: 'sinceImagePushed',
                countUnit: 'days',
                countNumber: 90,
              },
              action: { type: 'expire' },
            },
          ],
        }),
      }),
    );
    await ecr.send(
      new BatchDeleteImageCommand({
        repositoryName: NAME,
        imageIds: [imageId],
      }),
    );
    expect(await present()).toMatchObject({
      state: 'fail',
      summary: expect.stringContaining('rule 7 (Ninety days)'),
    });
  });

  it('SC-X11: an image that expires before its tasks start fails the deployment, and what ran stays', async () => {
    const [one, two] = [await pinned('1.0.0'), await pinned('1.1.0')];
    await create(two.id, {
      deploymentCircuitBreaker: { enable: true, rollback: true },
    });
    const seen = await steady(two);
    await ecr.send(
      new BatchDeleteImageCommand({
        repositoryName: NAME,
        imageIds: [{ imageDigest: one.contentHash }],
      }),
    );
    const { deploymentArn } = await driver.shift(
      web,
      seen,
      { stable: one },
      rollback,
    );
    await until(({ deployment }) => deployment?.status === 'rolled-back');
    const after = await driver.observe(web, { deploymentArn });
    expect(after).toMatchObject({
      stable: { id: two.id },
      deployment: { taskDefinition: one.id, status: 'rolled-back' },
      tasks: { digests: [two.contentHash] },
    });
    expect(after.deployment?.reason).toMatch(/CannotPullContainer/);
  });

  it('INV-21: follows its own deployment, whatever is started after it', async () => {
    const { one, two, deploymentArn } = await moving({ bakeTimeInMinutes: 30 });
    const seen = await driver.observe(web);
    await driver.shift(web, seen, { stable: one }, write);
    const newest = await driver.observe(web);
    expect(newest.deployment?.arn).not.toBe(deploymentArn);
    const own = await driver.observe(web, { deploymentArn });
    expect(own.deployment).toMatchObject({
      arn: deploymentArn,
      taskDefinition: two.id,
      status: 'stopped',
    });
  });

  it('SC-E2, SC-E3: a service that drains, or belongs to another controller, is only read; a missing one is not made', async () => {
    const one = await pinned('1.0.0');
    const seen = { exists: true, stable: one };
    const refused = () =>
      expect(
        driver.shift(web, seen, { stable: one }, rollback),
      ).rejects.toMatchObject({ name: 'InputError' });
    expect(await driver.observe(web)).toEqual({ exists: false });
    await expect(
      driver.shift(web, seen, { stable: one }, rollback),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
    const remove = () =>
      ecs.send(
        new DeleteServiceCommand({
          cluster: 'careplane',
          service: NAME,
          force: true,
        }),
      );
    await create(one.id, undefined, 'EXTERNAL');
    expect((await driver.observe(web)).readOnly).toMatch(
      /external controller \(EXTERNAL\).*only reads it/,
    );
    await refused();
    await remove();
    // INV-22: CodeDeploy's are moved by deployments of their group only.
    await create(one.id, undefined, 'CODE_DEPLOY');
    expect(await driver.observe(web)).toMatchObject({
      controller: 'code-deploy',
      readOnly: undefined,
      stable: { id: one.id },
    });
    await refused();
    await remove();
    expect((await driver.observe(web)).readOnly).toMatch(/DRAINING/);
    await refused();
    expect([calls('CreateService'), calls('UpdateService')]).toEqual([
      expect.arrayContaining([]),
      [],
    ]);
  });
});
