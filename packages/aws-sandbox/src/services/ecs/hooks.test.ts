import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeploymentConfiguration,
  DeploymentLifecycleHook,
  DescribeServiceDeploymentsCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
  ServiceDeployment,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { RunningSandbox, startSandbox, zipOf } from '../..';

jest.setTimeout(90_000);
const ACCOUNT = '222222222222';
const NAME = 'video-gateway';
const SERVICE = { cluster: 'careplane', service: NAME };
/** Images of other registries are not run: their tasks are steady at once. */
const OUTSIDE = 'public.ecr.aws/nginx/nginx:1.27';
const MINUTE = 60_000;
const hookArn = (name: string) =>
  `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${name}`;

/** Answers what `hookDetails` says for the stage, and logs what it was given. */
const HOOK = `
exports.handler = async event => {
  console.log('GIVEN ' + JSON.stringify(event));
  const { answers = {}, seen = 0, needs = 0 } = event.hookDetails ?? {};
  if (seen < needs) {
    return { hookStatus: 'IN_PROGRESS', callBackDelay: 60, hookDetails: { seen: seen + 1 } };
  }
  const answer = answers[event.lifecycleStage] ?? { hookStatus: 'SUCCEEDED' };
  if (answer === 'throw') throw new Error('no');
  return answer;
};`;

interface Given {
  executionId: string;
  lifecycleStage: string;
  resourceArn: string;
  executionDetails: {
    serviceArn: string;
    targetServiceRevisionArn: string;
    testTrafficWeights: Record<string, number>;
    productionTrafficWeights: Record<string, number>;
  };
  hookDetails?: Record<string, unknown>;
}

describe('Lambda hooks of service deployments', () => {
  let sandbox: RunningSandbox;
  let ecs: ECSClient;

  beforeEach(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    sandbox = await startSandbox();
    const as = {
      endpoint: sandbox.url,
      region: 'us-east-1',
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'x' },
    };
    ecs = new ECSClient(as);
    await new LambdaClient(as).send(
      new CreateFunctionCommand({
        FunctionName: 'hook',
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Timeout: 10,
        Role: `arn:aws:iam::${ACCOUNT}:role/hook`,
        Code: { ZipFile: await zipOf({ 'index.js': HOOK }) },
      }),
    );
    await sandbox.clock.advance(1_000);
    await sandbox.call(
      'logs',
      'CreateLogGroup',
      { logGroupName: '/aws/lambda/hook' },
      { account: ACCOUNT },
    );
    await ecs.send(new CreateClusterCommand({ clusterName: 'careplane' }));
    await ecs.send(
      new CreateServiceCommand({
        cluster: 'careplane',
        serviceName: NAME,
        taskDefinition: await register(),
        desiredCount: 1,
      }),
    );
    await reaches(one => one.status === 'SUCCESSFUL');
  });
  afterEach(() => sandbox.close());

  async function register() {
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: NAME,
        containerDefinitions: [{ name: 'app', image: OUTSIDE }],
      }),
    );
    return taskDefinition!.taskDefinitionArn!;
  }
  const hook = (
    lifecycleStages: DeploymentLifecycleHook['lifecycleStages'],
    more: DeploymentLifecycleHook = {},
  ): DeploymentLifecycleHook => ({
    hookTargetArn: hookArn('hook'),
    roleArn: `arn:aws:iam::${ACCOUNT}:role/ecs-hooks`,
    lifecycleStages,
    ...more,
  });
  const deploy = async (
    lifecycleHooks: DeploymentLifecycleHook[],
    more: DeploymentConfiguration = { strategy: 'BLUE_GREEN' },
  ) =>
    ecs.send(
      new UpdateServiceCommand({
        ...SERVICE,
        taskDefinition: await register(),
        deploymentConfiguration: { ...more, lifecycleHooks },
      }),
    );
  async function newest(): Promise<ServiceDeployment> {
    const { serviceDeployments: list } = await ecs.send(
      new ListServiceDeploymentsCommand(SERVICE),
    );
    const { serviceDeployments } = await ecs.send(
      new DescribeServiceDeploymentsCommand({
        serviceDeploymentArns: [list![0].serviceDeploymentArn!],
      }),
    );
    return serviceDeployments![0];
  }
  async function reaches(
    done: (deployment: ServiceDeployment) => boolean,
  ): Promise<ServiceDeployment> {
    let last = await newest();
    for (let i = 0; i < 400 && !done(last); i++) {
      await new Promise(resolve => {
        setTimeout(resolve, 25);
      });
      last = await newest();
    }
    expect([last.status, last.statusReason, done(last)]).toContain(true);
    return last;
  }
  const ends = (status: string) => reaches(one => one.status === status);
  /** What the function was given, in order. */
  async function given(): Promise<Given[]> {
    const { events } = await sandbox.call<{ events: { message: string }[] }>(
      'logs',
      'FilterLogEvents',
      { logGroupName: '/aws/lambda/hook', filterPattern: 'GIVEN' },
      { account: ACCOUNT },
    );
    return events.map(({ message }) =>
      JSON.parse(message.slice(message.indexOf('GIVEN ') + 6)),
    );
  }
  const calls = async (count: number) => {
    for (let i = 0; i < 200 && (await given()).length < count; i++) {
      await new Promise(resolve => {
        setTimeout(resolve, 25);
      });
    }
    return given();
  };
  const stages = (events: Given[]) => events.map(one => one.lifecycleStage);
  const states = (deployment: ServiceDeployment) =>
    deployment.lifecycleHookDetails?.map(one => one.status);

  it('call the function at each stage, with the weights that the stage shifts', async () => {
    const all: DeploymentLifecycleHook['lifecycleStages'] = [
      'RECONCILE_SERVICE',
      'PRE_SCALE_UP',
      'POST_SCALE_UP',
      'TEST_TRAFFIC_SHIFT',
      'POST_TEST_TRAFFIC_SHIFT',
      'PRE_PRODUCTION_TRAFFIC_SHIFT',
      'PRODUCTION_TRAFFIC_SHIFT',
      'POST_PRODUCTION_TRAFFIC_SHIFT',
    ];
    await deploy([hook(all, { hookDetails: { bucket: 'approvals' } })]);
    const done = await ends('SUCCESSFUL');
    const events = await given();
    // Nothing is reconciled where one revision takes over from another.
    expect(stages(events)).toEqual(all.slice(1));
    const green = done.targetServiceRevision!.arn!;
    const blue = done.sourceServiceRevisions![0].arn!;
    expect(events.map(one => one.executionDetails.testTrafficWeights)).toEqual([
      {},
      {},
      { [green]: 100, [blue]: 0 },
      {},
      {},
      {},
      {},
    ]);
    expect(
      events.map(one => one.executionDetails.productionTrafficWeights),
    ).toEqual([
      {},
      {},
      {},
      {},
      { [green]: 0, [blue]: 100 },
      { [green]: 100, [blue]: 0 },
      {},
    ]);
    for (const event of events) {
      expect(event).toMatchObject({
        resourceArn: done.serviceDeploymentArn,
        executionDetails: {
          serviceArn: done.serviceArn,
          targetServiceRevisionArn: green,
        },
        hookDetails: { bucket: 'approvals' },
      });
    }
    expect(done.lifecycleHookDetails).toEqual(
      events.map(event => ({
        hookId: event.executionId,
        targetType: 'AWS_LAMBDA',
        targetArn: hookArn('hook'),
        status: 'SUCCEEDED',
        expiresAt: expect.any(Date),
        timeoutAction: 'ROLLBACK',
      })),
    );
    expect(new Set(events.map(event => event.executionId)).size).toBe(7);
  });

  it('IN_PROGRESS holds the deployment; the function is called again after its delay, with what it said', async () => {
    await deploy([
      hook(['PRE_SCALE_UP'], { hookDetails: { needs: 2, own: 'kept' } }),
    ]);
    const first = await calls(1);
    await reaches(one => states(one)?.[0] === 'IN_PROGRESS');
    await sandbox.clock.advance(30_000);
    const held = await newest();
    expect(await given()).toHaveLength(1);
    expect([held.status, held.lifecycleStage]).toEqual([
      'IN_PROGRESS',
      'PRE_SCALE_UP',
    ]);
    // The new revision has not started.
    expect(held.targetServiceRevision).toMatchObject({
      runningTaskCount: 0,
      pendingTaskCount: 0,
    });
    await sandbox.clock.advance(31_000);
    await calls(2);
    await sandbox.clock.advance(61_000);
    const events = await calls(3);
    expect(events.map(one => one.hookDetails)).toEqual([
      { needs: 2, own: 'kept' },
      { needs: 2, own: 'kept', seen: 1 },
      { needs: 2, own: 'kept', seen: 2 },
    ]);
    expect(new Set(events.map(one => one.executionId))).toEqual(
      new Set([first[0].executionId]),
    );
    await ends('SUCCESSFUL');
  });

  it('FAILED rolls back, and the functions that saw traffic shift are called on the way back', async () => {
    await deploy([
      hook(['PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'], {
        hookDetails: {
          answers: {
            POST_PRODUCTION_TRAFFIC_SHIFT: { hookStatus: 'FAILED' },
          },
        },
      }),
    ]);
    const back = await ends('ROLLBACK_SUCCESSFUL');
    expect(back.statusReason).toBe(
      `The lifecycle hook ${hookArn(
        'hook',
      )} failed at POST_PRODUCTION_TRAFFIC_SHIFT`,
    );
    const events = await given();
    expect(stages(events)).toEqual([
      'PRODUCTION_TRAFFIC_SHIFT',
      'POST_PRODUCTION_TRAFFIC_SHIFT',
      'PRODUCTION_TRAFFIC_SHIFT',
    ]);
    const green = back.targetServiceRevision!.arn!;
    const blue = back.sourceServiceRevisions![0].arn!;
    expect(events[2].executionDetails).toMatchObject({
      targetServiceRevisionArn: green,
      productionTrafficWeights: { [green]: 0, [blue]: 100 },
    });
    expect(back.sourceServiceRevisions![0].runningTaskCount).toBe(1);
  });

  it.each([
    ['throws', hookArn('hook'), 'throw'],
    ['says nothing', hookArn('hook'), null],
    [
      'says a word that ECS does not know',
      hookArn('hook'),
      { hookStatus: 'OK' },
    ],
    ['does not exist', hookArn('nobody'), undefined],
  ])('a function that %s fails the deployment', async (_, arn, answer) => {
    await deploy([
      hook(['POST_SCALE_UP'], {
        hookTargetArn: arn,
        hookDetails: {
          answers: answer === undefined ? {} : { POST_SCALE_UP: answer ?? {} },
        },
      }),
    ]);
    const back = await ends('ROLLBACK_SUCCESSFUL');
    expect(states(back)).toEqual(['FAILED']);
    expect(back.statusReason).toMatch(/failed at POST_SCALE_UP/);
  });

  it.each([
    ['ROLLBACK by itself', undefined, 'ROLLBACK_SUCCESSFUL'],
    ['CONTINUE where it says so', 'CONTINUE', 'SUCCESSFUL'],
  ] as const)('the time limit of a hook means %s', async (_, action, end) => {
    await deploy([
      hook(['POST_SCALE_UP'], {
        hookDetails: { needs: 1_000 },
        timeoutConfiguration: { timeoutInMinutes: 10, action },
      }),
    ]);
    await calls(1);
    await sandbox.clock.advance(9 * MINUTE);
    expect((await newest()).status).toBe('IN_PROGRESS');
    await sandbox.clock.advance(2 * MINUTE);
    const over = await ends(end);
    expect(states(over)).toEqual(['TIMED_OUT']);
  });

  it('are met before and at each step of a canary', async () => {
    await deploy(
      [hook(['PRE_PRODUCTION_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'])],
      {
        strategy: 'CANARY',
        canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 10 },
      },
    );
    await calls(2);
    await sandbox.clock.advance(11 * MINUTE);
    const done = await ends('SUCCESSFUL');
    const green = done.targetServiceRevision!.arn!;
    const events = await given();
    expect(
      events.map(one => [
        one.lifecycleStage,
        one.executionDetails.productionTrafficWeights[green],
      ]),
    ).toEqual([
      ['PRE_PRODUCTION_TRAFFIC_SHIFT', 0],
      ['PRODUCTION_TRAFFIC_SHIFT', 20],
      ['PRE_PRODUCTION_TRAFFIC_SHIFT', 20],
      ['PRODUCTION_TRAFFIC_SHIFT', 100],
    ]);
  });

  it('a stop goes back at once, whatever the function is still at', async () => {
    await deploy([hook(['POST_SCALE_UP'], { hookDetails: { needs: 1_000 } })]);
    await calls(1);
    const { serviceDeploymentArn } = await newest();
    await ecs.send(
      new StopServiceDeploymentCommand({
        serviceDeploymentArn,
        stopType: 'ROLLBACK',
      }),
    );
    await ends('ROLLBACK_SUCCESSFUL');
    await sandbox.clock.advance(5 * MINUTE);
    expect(await given()).toHaveLength(1);
  });

  it('RECONCILE_SERVICE is met where a deployment takes over from one that has not ended', async () => {
    await deploy([hook(['POST_SCALE_UP'], { hookDetails: { needs: 1_000 } })]);
    await calls(1);
    await deploy([hook(['RECONCILE_SERVICE'])]);
    await ends('SUCCESSFUL');
    expect(stages(await given())).toEqual([
      'POST_SCALE_UP',
      'RECONCILE_SERVICE',
    ]);
  });

  it.each([
    ['no function', hook(['POST_SCALE_UP'], { hookTargetArn: undefined })],
    ['no stage', hook([])],
    [
      'a longer time than a day',
      hook(['POST_SCALE_UP'], {
        timeoutConfiguration: { timeoutInMinutes: 1441 },
      }),
    ],
  ])('are refused with %s', async (_, wrong) => {
    await expect(deploy([wrong])).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});
