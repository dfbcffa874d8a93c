import {
  ECRClient,
  CreateRepositoryCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import {
  ContinueServiceDeploymentCommand,
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  DeploymentConfiguration,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  ServiceDeployment,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { RunningSandbox, startSandbox } from '../..';

jest.setTimeout(60_000);
const NAME = 'video-gateway';
const SERVICE = { cluster: 'careplane', service: NAME };
const REPOSITORY = `111111111111.dkr.ecr.us-east-1.amazonaws.com/${NAME}`;
/** Images of other registries are not run: their tasks are steady at once. */
const OUTSIDE = 'public.ecr.aws/nginx/nginx:1.27';
const MINUTE = 60_000;

describe('service deployments', () => {
  let sandbox: RunningSandbox;
  let ecs: ECSClient;
  let ecr: ECRClient;

  beforeEach(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    sandbox = await startSandbox();
    const as = (accessKeyId: string) => ({
      endpoint: sandbox.url,
      region: 'us-east-1',
      credentials: { accessKeyId, secretAccessKey: 'x' },
    });
    ecs = new ECSClient(as('222222222222'));
    ecr = new ECRClient(as('111111111111'));
    await ecs.send(new CreateClusterCommand({ clusterName: 'careplane' }));
  });
  afterEach(() => sandbox.close());

  async function register(image: string, versionConsistency?: 'disabled') {
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: NAME,
        containerDefinitions: [{ name: 'app', image, versionConsistency }],
      }),
    );
    return taskDefinition!.taskDefinitionArn!;
  }
  const create = (
    taskDefinition: string,
    deploymentConfiguration?: DeploymentConfiguration,
    desiredCount = 1,
  ) =>
    ecs.send(
      new CreateServiceCommand({
        cluster: 'careplane',
        serviceName: NAME,
        taskDefinition,
        desiredCount,
        deploymentConfiguration,
      }),
    );
  const update = (
    taskDefinition: string,
    deploymentConfiguration?: DeploymentConfiguration,
  ) =>
    ecs.send(
      new UpdateServiceCommand({
        ...SERVICE,
        taskDefinition,
        deploymentConfiguration,
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
    for (let i = 0; i < 200 && !done(last); i++) {
      await new Promise(resolve => {
        setTimeout(resolve, 25);
      });
      last = await newest();
    }
    expect([last.status, last.lifecycleStage, done(last)]).toContain(true);
    return last;
  }
  const ends = (status: string) => reaches(one => one.status === status);
  const weight = (deployment: ServiceDeployment) =>
    deployment.targetServiceRevision?.requestedProductionTrafficWeight;
  const waiting = (deployment: ServiceDeployment) =>
    deployment.lifecycleHookDetails?.find(
      hook => hook.status === 'AWAITING_ACTION',
    );
  async function digests() {
    const { taskArns } = await ecs.send(
      new ListTasksCommand({ cluster: 'careplane', serviceName: NAME }),
    );
    const { tasks } = await ecs.send(
      new DescribeTasksCommand({ cluster: 'careplane', tasks: taskArns! }),
    );
    return tasks!.map(task => task.containers![0].imageDigest);
  }
  /** An image without layers under a tag. @returns its digest. */
  async function push(tag: string, label: string) {
    const { image } = await ecr.send(
      new PutImageCommand({
        repositoryName: NAME,
        imageTag: tag,
        imageManifest: JSON.stringify({ schemaVersion: 2, label, layers: [] }),
      }),
    );
    return image!.imageId!.imageDigest!;
  }

  it('LINEAR moves traffic by steps on the clock, and a hook before the shift is met at each of them', async () => {
    await create(await register(OUTSIDE));
    await ends('SUCCESSFUL');
    await update(await register(OUTSIDE), {
      strategy: 'LINEAR',
      linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 3 },
      lifecycleHooks: [
        {
          targetType: 'PAUSE',
          lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
          timeoutConfiguration: { timeoutInMinutes: 60, action: 'CONTINUE' },
        },
      ],
    });
    const first = await reaches(one => Boolean(waiting(one)));
    expect([weight(first), waiting(first)?.timeoutAction]).toEqual([
      0,
      'CONTINUE',
    ]);
    // A missing action is CONTINUE.
    await ecs.send(
      new ContinueServiceDeploymentCommand({
        serviceDeploymentArn: first.serviceDeploymentArn,
        hookId: waiting(first)!.hookId,
      }),
    );
    await reaches(one => weight(one) === 50);
    await sandbox.clock.advance(4 * MINUTE);
    const second = await reaches(one => Boolean(waiting(one)));
    expect(weight(second)).toBe(50);
    expect(waiting(second)!.hookId).not.toBe(waiting(first)!.hookId);
    await expect(
      ecs.send(
        new ContinueServiceDeploymentCommand({
          serviceDeploymentArn: first.serviceDeploymentArn,
          hookId: waiting(first)!.hookId,
          action: 'CONTINUE',
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
    // Nobody answers: the hook's own timeout lets it through.
    await sandbox.clock.advance(61 * MINUTE);
    await ends('SUCCESSFUL');
    await expect(
      update(await register(OUTSIDE), {
        lifecycleHooks: [
          {
            targetType: 'PAUSE',
            lifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT'],
          },
        ],
      }),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('CANARY bakes, and goes back when an alarm fires; what is over cannot be stopped', async () => {
    const good = await register(OUTSIDE);
    await create(good);
    await ends('SUCCESSFUL');
    await sandbox.call(
      'cloudwatch',
      'PutMetricAlarm',
      {
        AlarmName: 'errors',
        MetricName: 'Errors',
        Namespace: 'Own',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'ignore',
      },
      { account: '222222222222' },
    );
    await update(await register(OUTSIDE), {
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 10 },
      alarms: { enable: true, rollback: true, alarmNames: ['errors'] },
    });
    const baking = await reaches(one => weight(one) === 20);
    expect(baking.lifecycleStage).toBe('PRODUCTION_TRAFFIC_SHIFT');
    await sandbox.call(
      'cloudwatch',
      'SetAlarmState',
      { AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'test' },
      { account: '222222222222' },
    );
    const back = await ends('ROLLBACK_SUCCESSFUL');
    expect(back.alarms?.triggeredAlarmNames).toEqual(['errors']);
    await expect(
      ecs.send(
        new StopServiceDeploymentCommand({
          serviceDeploymentArn: back.serviceDeploymentArn,
          stopType: 'ROLLBACK',
        }),
      ),
    ).rejects.toMatchObject({ name: 'ConflictException' });
  });

  it('a stop is taken once: while it goes back, another changes nothing', async () => {
    await create(await register(OUTSIDE));
    await ends('SUCCESSFUL');
    await update(await register(OUTSIDE), { bakeTimeInMinutes: 30 });
    const moving = await reaches(one => one.status === 'IN_PROGRESS');
    // Without the network between: the second must not come after the end.
    const stop = () =>
      sandbox.call<{ serviceDeploymentArn: string }>(
        'ecs',
        'StopServiceDeployment',
        {
          serviceDeploymentArn: moving.serviceDeploymentArn,
          stopType: 'ROLLBACK',
        },
        { account: '222222222222' },
      );
    const answers = await Promise.all([stop(), stop()]);
    expect(answers.map(one => one.serviceDeploymentArn)).toEqual([
      moving.serviceDeploymentArn,
      moving.serviceDeploymentArn,
    ]);
    await ends('ROLLBACK_SUCCESSFUL');
  });

  it('resolves a tag when its deployment starts, and not again until the next', async () => {
    await ecr.send(new CreateRepositoryCommand({ repositoryName: NAME }));
    const one = await push('stable', 'one');
    await create(await register(`${REPOSITORY}:stable`));
    await ends('SUCCESSFUL');
    const two = await push('stable', 'two');
    await ecs.send(new UpdateServiceCommand({ ...SERVICE, desiredCount: 2 }));
    for (let i = 0; i < 100 && (await digests()).length < 2; i++) {
      await new Promise(resolve => {
        setTimeout(resolve, 25);
      });
    }
    expect(await digests()).toEqual([one, one]);
    await ecs.send(
      new UpdateServiceCommand({ ...SERVICE, forceNewDeployment: true }),
    );
    await ends('SUCCESSFUL');
    expect(await digests()).toEqual([two, two]);
  });

  it('a deleted service drains before it is inactive, and takes no update', async () => {
    const taskDefinition = await register(OUTSIDE);
    await create(taskDefinition);
    await ends('SUCCESSFUL');
    await ecs.send(new DeleteServiceCommand({ ...SERVICE, force: true }));
    const status = async () =>
      (
        await ecs.send(
          new DescribeServicesCommand({
            cluster: 'careplane',
            services: [NAME],
          }),
        )
      ).services![0].status;
    expect(await status()).toBe('DRAINING');
    await expect(update(taskDefinition)).rejects.toMatchObject({
      name: 'ServiceNotActiveException',
    });
    await sandbox.clock.advance(MINUTE);
    expect(await status()).toBe('INACTIVE');
  });
});
