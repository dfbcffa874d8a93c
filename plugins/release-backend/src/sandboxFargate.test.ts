import type { Service, ServiceDeployment } from '@aws-sdk/client-ecs';
import type { RunningSandbox } from '@careplane/aws-sandbox';
import { deliveryOf } from './__testUtils__/deliveryOfSandbox';
import {
  brokenOn,
  prepareEcs,
  publishFargate,
} from './__testUtils__/ecsRelease';
import { Portal, runOnSandbox } from './__testUtils__/runOnSandbox';
import { deployStack, DEV, QA, until } from './__testUtils__/stacks';

jest.setTimeout(180_000);
const entityRef = 'component:default/video-gateway';
const SERVICE = { cluster: 'careplane', service: 'video-gateway' };

describe('a Fargate service on the sandbox, over the real wire', () => {
  let sandbox: RunningSandbox;
  let portal: Portal;
  let close: () => Promise<void>;

  beforeEach(async () => {
    ({ sandbox, portal, close } = await runOnSandbox(async made => {
      await prepareEcs(made, [DEV, QA]);
      return [deliveryOf(made)];
    }));
  });
  afterEach(() => close());

  const ecs = <T>(operation: string, input: object, account: string) =>
    sandbox.call<T>('ecs', operation, input, { account });
  async function service(account: string): Promise<Service> {
    const { services } = await ecs<{ services: Service[] }>(
      'DescribeServices',
      { cluster: SERVICE.cluster, services: [SERVICE.service] },
      account,
    );
    return services[0];
  }
  async function newest(account: string): Promise<ServiceDeployment> {
    const { serviceDeployments: list } = await ecs<{
      serviceDeployments: ServiceDeployment[];
    }>('ListServiceDeployments', SERVICE, account);
    return list[0];
  }
  /** What every running task runs. */
  async function digests(account: string): Promise<(string | undefined)[]> {
    const { taskArns } = await ecs<{ taskArns: string[] }>(
      'ListTasks',
      { cluster: SERVICE.cluster, serviceName: SERVICE.service },
      account,
    );
    const { tasks } = await ecs<{
      tasks: { containers: { imageDigest?: string }[] }[];
    }>('DescribeTasks', { cluster: SERVICE.cluster, tasks: taskArns }, account);
    return tasks.map(task => task.containers[0].imageDigest);
  }
  const promote = (releaseId: string) =>
    portal.rollOut({ entityRef, stage: 'qa', kind: 'promote', releaseId });

  type Published = Awaited<ReturnType<typeof publishFargate>>;
  const deployDev = (release: Published, first = false) =>
    deployStack(sandbox, DEV, {
      ...release,
      operation: first ? 'CreateStack' : 'UpdateStack',
      parameters: first
        ? release.parameters
        : { ...release.parameters, LiveTaskDefinition: 'latest' },
    });
  /** Of two releases the first runs on dev and qa. */
  async function firstLive(newer?: string): Promise<Published[]> {
    const one = await publishFargate(sandbox, '1.0.0');
    const two = await publishFargate(sandbox, '1.1.0', newer);
    expect(await deployDev(one, true)).toBe('CREATE_COMPLETE');
    await portal.running('video-gateway', 0, '1.0.0');
    const first = await promote(one.id);
    expect([first.state, first.problem]).toEqual(['SUCCEEDED', undefined]);
    await portal.running('video-gateway', 1, '1.0.0');
    return [one, two];
  }
  async function newerOnDev(two: Published): Promise<void> {
    expect(await deployDev(two)).toBe('UPDATE_COMPLETE');
    await portal.running('video-gateway', 0, '1.1.0');
  }
  /** A rollback, until the target is held and its stack settled. */
  async function holds(stage: string, index: number, revisionId: string) {
    const back = await portal.rollOut({
      entityRef,
      stage,
      kind: 'rollback',
      revisionId,
    });
    expect([back.state, back.problem]).toEqual(['ROLLED_BACK', undefined]);
    await portal.seen('video-gateway', index, target =>
      Boolean(
        target.current?.id === revisionId &&
          target.hold &&
          target.stack?.settled,
      ),
    );
    return back;
  }

  it('is promoted and rolled back by digest; the rollback does not bake, and the service deploys as before once it is over', async () => {
    const [one, two] = await firstLive();
    const before = await service(QA);
    expect(before.deploymentConfiguration?.bakeTimeInMinutes).toBe(1);
    await newerOnDev(two);
    const forward = await promote(two.id);
    expect([forward.state, forward.problem]).toEqual(['SUCCEEDED', undefined]);
    await portal.running('video-gateway', 1, '1.1.0');
    expect(await digests(QA)).toEqual([two.digest]);

    const from = sandbox.requests.since(0).length;
    await holds('qa', 1, before.taskDefinition!);
    expect(await digests(QA)).toEqual([one.digest]);
    const { serviceDeployments } = await ecs<{
      serviceDeployments: ServiceDeployment[];
    }>(
      'DescribeServiceDeployments',
      { serviceDeploymentArns: [(await newest(QA)).serviceDeploymentArn] },
      QA,
    );
    expect(serviceDeployments[0]).toMatchObject({
      status: 'SUCCESSFUL',
      deploymentConfiguration: { bakeTimeInMinutes: 0 },
    });
    const restored = await until(
      () => service(QA),
      now => now.deploymentConfiguration?.bakeTimeInMinutes === 1,
    );
    expect(restored.deploymentConfiguration).toEqual(
      before.deploymentConfiguration,
    );
    expect(
      sandbox.requests
        .since(0)
        .slice(from)
        .filter(
          call => call.operation === 'UpdateService' && call.account === QA,
        ),
    ).toHaveLength(2);
    const audit = await portal.get('/audit?stage=qa&limit=200');
    expect(audit.chain.verified).toBe(true);
  });

  it('INV-21: a deployment whose circuit breaker trips is never reported as done', async () => {
    const [one, bad] = await firstLive(brokenOn('qa'));
    await newerOnDev(bad);
    const failed = await promote(bad.id);
    expect(failed.state).toBe('ROLLED_BACK');
    expect(failed.headline).not.toMatch(/on 1\.1\.0/);
    expect(await digests(QA)).toEqual([one.digest]);
    expect((await newest(QA)).status).toBe('ROLLBACK_SUCCESSFUL');
    const audit = await portal.get('/audit?stage=qa&limit=200');
    const told = audit.records.filter(
      (record: { rolloutId?: string }) => record.rolloutId === failed.id,
    );
    const kinds = told.map((record: { kind: string }) => record.kind);
    expect(kinds).toContain('rollout-rolled-back');
    expect(kinds).not.toContain('rollout-succeeded');
    expect(JSON.stringify(told)).toContain('deployment failed');
  });

  it('held, it stays where it is', async () => {
    const [, two] = await firstLive();
    const old = {
      qa: (await service(QA)).taskDefinition!,
      dev: (await service(DEV)).taskDefinition!,
    };
    await newerOnDev(two);
    const forward = await promote(two.id);
    expect([forward.state, forward.problem]).toEqual(['SUCCEEDED', undefined]);
    await portal.running('video-gateway', 1, '1.1.0');
    const newer = (await service(QA)).taskDefinition!;
    await holds('qa', 1, old.qa);
    const deployments = async (account: string) => [
      (await service(account)).taskDefinition,
      (await newest(account)).serviceDeploymentArn,
    ];
    const held = { qa: await deployments(QA), dev: [] as unknown[] };
    const own = (changed: Record<string, string>) =>
      deployStack(sandbox, QA, {
        name: two.name,
        operation: 'UpdateStack',
        parameters: {
          ...Object.fromEntries(
            Object.keys(two.parameters).map(name => [name, undefined]),
          ),
          LiveTaskDefinition: undefined,
          ...changed,
        },
      });
    // Somebody's own update of the stack that succeeds.
    expect(await own({ Memory: '1024' })).toBe('UPDATE_COMPLETE');
    expect(await deployments(QA)).toEqual(held.qa);
    // One that wants to move the service and ends in UPDATE_ROLLBACK.
    expect(await own({ Memory: '2048', LiveTaskDefinition: newer })).toBe(
      'UPDATE_ROLLBACK_COMPLETE',
    );
    expect(await deployments(QA)).toEqual(held.qa);

    // Dev: a new commit, then a retry of the pipeline.
    await holds('dev', 0, old.dev);
    held.dev = await deployments(DEV);
    const three = await publishFargate(sandbox, '1.2.0');
    expect(await deployDev(three)).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await deployments(DEV)).toEqual(held.dev);
    expect(await deployDev(three)).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await deployments(DEV)).toEqual(held.dev);

    // Lifting the hold moves nothing; the pipeline's next deployment does.
    const arn = `arn:aws:ecs:us-east-1:${DEV}:service/careplane/video-gateway`;
    await portal.post('/targets/hold/lift', { arn, reason: 'fixed' });
    await until(
      () =>
        sandbox.call(
          'cloudformation',
          'GetStackPolicy',
          { StackName: three.name },
          { account: DEV },
        ),
      policy => !String(policy.StackPolicyBody).includes('Deny'),
    );
    expect(await deployments(DEV)).toEqual(held.dev);
    expect(await deployDev(three)).toBe('UPDATE_COMPLETE');
    expect(await digests(DEV)).toEqual([three.digest]);
  });
});
