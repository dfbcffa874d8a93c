import {
  CloudWatchClient,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  BatchGetDeploymentTargetsCommand,
  CodeDeployClient,
  ContinueDeploymentCommand,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentGroupCommand,
  CreateDeploymentGroupCommandInput,
  DeploymentInfo,
  GetDeploymentCommand,
  GetDeploymentTargetCommand,
  ListDeploymentTargetsCommand,
  PutLifecycleEventHookExecutionStatusCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  CreateTaskSetCommand,
  DeleteTaskSetCommand,
  DescribeServicesCommand,
  DescribeTaskSetsCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
  UpdateServicePrimaryTaskSetCommand,
} from '@aws-sdk/client-ecs';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningSandbox } from '../../core';
import { startSandbox } from '../../startSandbox';
import { clientOptions, zipOf } from '../../testing';

jest.setTimeout(60_000);
const MINUTE = 60_000;
const SERVICE = { cluster: 'careplane', service: 'video-gateway' };
const where = { applicationName: 'video', deploymentGroupName: 'blue-green' };
const LISTENER =
  'arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/app/video/1/1';
const HOOKS = [
  'BeforeInstall',
  'AfterInstall',
  'AfterAllowTestTraffic',
  'BeforeAllowTraffic',
  'AfterAllowTraffic',
];

describe('CodeDeploy on the ECS platform', () => {
  let sandbox: RunningSandbox;
  let codedeploy: CodeDeployClient;
  let ecs: ECSClient;
  let lambda: LambdaClient;
  let cloudwatch: CloudWatchClient;
  let one: string;
  let two: string;

  beforeEach(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    sandbox = await startSandbox();
    codedeploy = new CodeDeployClient(clientOptions(sandbox.url));
    ecs = new ECSClient(clientOptions(sandbox.url));
    lambda = new LambdaClient(clientOptions(sandbox.url));
    cloudwatch = new CloudWatchClient(clientOptions(sandbox.url));
    await ecs.send(new CreateClusterCommand({ clusterName: 'careplane' }));
    [one, two] = [await register(), await register()];
    await ecs.send(
      new CreateServiceCommand({
        cluster: 'careplane',
        serviceName: 'video-gateway',
        taskDefinition: one,
        desiredCount: 2,
        deploymentController: { type: 'CODE_DEPLOY' },
      }),
    );
    await codedeploy.send(
      new CreateApplicationCommand({
        applicationName: 'video',
        computePlatform: 'ECS',
      }),
    );
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'video-errors',
        Namespace: 'AWS/ApplicationELB',
        MetricName: 'HTTPCode_Target_5XX_Count',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        TreatMissingData: 'notBreaching',
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      }),
    );
  });
  afterEach(async () => {
    for (const client of [codedeploy, ecs, lambda, cloudwatch]) {
      client.destroy();
    }
    await sandbox.close();
  });

  async function register(): Promise<string> {
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'video-gateway',
        containerDefinitions: [
          {
            name: 'app',
            image: 'public.ecr.aws/nginx/nginx:1.27',
            portMappings: [{ containerPort: 8080 }],
          },
        ],
      }),
    );
    return taskDefinition!.taskDefinitionArn!;
  }
  type Group = Partial<CreateDeploymentGroupCommandInput>;
  const groupOf = (more: Group = {}): CreateDeploymentGroupCommandInput => ({
    ...where,
    serviceRoleArn: 'arn:aws:iam::111111111111:role/ecsCodeDeployRole',
    deploymentStyle: {
      deploymentType: 'BLUE_GREEN',
      deploymentOption: 'WITH_TRAFFIC_CONTROL',
    },
    ecsServices: [{ clusterName: 'careplane', serviceName: 'video-gateway' }],
    blueGreenDeploymentConfiguration: {
      deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT' },
      terminateBlueInstancesOnDeploymentSuccess: {
        action: 'TERMINATE',
        terminationWaitTimeInMinutes: 5,
      },
    },
    loadBalancerInfo: {
      targetGroupPairInfoList: [
        {
          targetGroups: [{ name: 'video-blue' }, { name: 'video-green' }],
          prodTrafficRoute: { listenerArns: [LISTENER] },
          testTrafficRoute: { listenerArns: [`${LISTENER}2`] },
        },
      ],
    },
    autoRollbackConfiguration: {
      enabled: true,
      events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'],
    },
    alarmConfiguration: { enabled: true, alarms: [{ name: 'video-errors' }] },
    ...more,
  });
  const makeGroup = (more: Group = {}) =>
    codedeploy.send(new CreateDeploymentGroupCommand(groupOf(more)));

  async function deploy(
    more: { config?: string; port?: number; hooks?: string[] } = {},
  ): Promise<string> {
    const { config, port = 8080, hooks = [] } = more;
    const { deploymentId } = await codedeploy.send(
      new CreateDeploymentCommand({
        ...where,
        deploymentConfigName: config,
        revision: {
          revisionType: 'AppSpecContent',
          appSpecContent: {
            content: JSON.stringify({
              version: 0.0,
              Resources: [
                {
                  TargetService: {
                    Type: 'AWS::ECS::Service',
                    Properties: {
                      TaskDefinition: two,
                      LoadBalancerInfo: {
                        ContainerName: 'app',
                        ContainerPort: port,
                      },
                    },
                  },
                },
              ],
              Hooks: hooks.map(name => ({ [name]: 'hook' })),
            }),
          },
        },
      }),
    );
    return deploymentId!;
  }
  const read = async (deploymentId: string): Promise<DeploymentInfo> =>
    (await codedeploy.send(new GetDeploymentCommand({ deploymentId })))
      .deploymentInfo!;
  const target = async (deploymentId: string) => {
    const { targetIds } = await codedeploy.send(
      new ListDeploymentTargetsCommand({ deploymentId }),
    );
    const { deploymentTargets } = await codedeploy.send(
      new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds }),
    );
    return deploymentTargets![0].ecsTarget!;
  };
  const weights = async (id: string) =>
    Object.fromEntries(
      (await target(id)).taskSetsInfo!.map(set => [
        set.taskSetLabel,
        set.trafficWeight,
      ]),
    );
  const service = async () =>
    (
      await ecs.send(
        new DescribeServicesCommand({
          cluster: 'careplane',
          services: ['video-gateway'],
        }),
      )
    ).services![0];
  /** Tasks start in real time, everything else in the sandbox's. */
  async function until(
    id: string,
    done: (info: DeploymentInfo) => boolean | Promise<boolean>,
    stepMs = 2_000,
  ): Promise<DeploymentInfo> {
    for (let look = 0; look < 150; look++) {
      const info = await read(id);
      if (await done(info)) return info;
      await sandbox.clock.advance(stepMs);
      await sleep(10);
    }
    throw new Error(
      `Never: ${JSON.stringify([await read(id), await target(id)])}`,
    );
  }
  const ends = (id: string) =>
    until(id, ({ status }) =>
      ['Succeeded', 'Failed', 'Stopped'].includes(status!),
    );
  const rerouted = (id: string, green: number) =>
    until(id, async () => (await weights(id)).Green === green);

  it('replaces the tasks blue/green: the service follows when all traffic has moved, and the original stays for its wait', async () => {
    await makeGroup();
    const before = await service();
    expect(before.taskSets).toMatchObject([
      { status: 'PRIMARY', taskDefinition: one },
    ]);
    expect(before.deployments).toEqual([]);
    const id = await deploy();
    await rerouted(id, 100);
    const moved = await service();
    expect(moved.taskDefinition).toBe(two);
    expect(
      moved.taskSets!.map(set => [set.status, set.taskDefinition]),
    ).toEqual([
      ['PRIMARY', two],
      ['ACTIVE', one],
    ]);
    expect((await read(id)).status).toBe('InProgress');
    const done = await ends(id);
    expect(done).toMatchObject({
      status: 'Succeeded',
      computePlatform: 'ECS',
      deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
    });
    expect((await service()).taskSets).toMatchObject([
      { status: 'PRIMARY', taskDefinition: two, runningCount: 2 },
    ]);
    const { lifecycleEvents, status, targetArn } = await target(id);
    expect(lifecycleEvents!.map(event => event.lifecycleEventName)).toEqual([
      'Install',
      'AllowTestTraffic',
      'AllowTraffic',
    ]);
    expect([status, targetArn]).toEqual([
      'Succeeded',
      'arn:aws:ecs:us-east-1:111111111111:service/careplane/video-gateway',
    ]);
    const { serviceDeployments } = await ecs.send(
      new ListServiceDeploymentsCommand(SERVICE),
    );
    expect(serviceDeployments).toEqual([]);
  });

  it.each([
    ['CodeDeployDefault.ECSCanary10Percent5Minutes', [10, 100]],
    ['CodeDeployDefault.ECSLinear10PercentEvery1Minutes', [10, 20, 30]],
  ])('%s moves traffic on the clock', async (config, steps) => {
    await makeGroup();
    const id = await deploy({ config });
    for (const weight of steps) await rerouted(id, weight);
    expect(await weights(id)).toEqual({
      Green: steps.at(-1),
      Blue: 100 - steps.at(-1)!,
    });
  });

  it('calls the hooks of each lifecycle event in order, and waits for the word of each', async () => {
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'hook',
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::111111111111:role/hook',
        Code: {
          ZipFile: await zipOf({
            'index.js':
              'exports.handler = async event => console.log(JSON.stringify(event));',
          }),
        },
      }),
    );
    await sandbox.clock.advance(1_000);
    await makeGroup();
    const id = await deploy({ hooks: HOOKS });
    const state = sandbox.store('codedeploy', '111111111111', 'deployments');
    for (const name of HOOKS) {
      await until(id, async () =>
        Boolean(
          (
            await target(id)
          ).lifecycleEvents!.find(
            event =>
              event.lifecycleEventName === name &&
              event.status === 'InProgress',
          ),
        ),
      );
      const { events } = state.get(id) as {
        events: { name: string; executionId?: string }[];
      };
      await codedeploy.send(
        new PutLifecycleEventHookExecutionStatusCommand({
          deploymentId: id,
          lifecycleEventHookExecutionId: events.find(
            event => event.name === name,
          )!.executionId,
          status: name === 'AfterAllowTraffic' ? 'Failed' : 'Succeeded',
        }),
      );
    }
    // All traffic has moved, and the last hook says no.
    const failed = await ends(id);
    expect(failed).toMatchObject({
      status: 'Failed',
      errorInformation: { code: 'HOOK_EXECUTION_FAILURE' },
    });
    const back = failed.rollbackInfo!.rollbackDeploymentId!;
    expect(back).not.toBe(id);
    expect(await ends(back)).toMatchObject({
      status: 'Succeeded',
      creator: 'codeDeployRollback',
      rollbackInfo: { rollbackTriggeringDeploymentId: id },
    });
    expect((await service()).taskDefinition).toBe(one);
  });

  it('waits to reroute until ContinueDeployment, and ends its termination wait by it; nobody: it is stopped', async () => {
    await makeGroup({
      blueGreenDeploymentConfiguration: {
        ...groupOf().blueGreenDeploymentConfiguration,
        deploymentReadyOption: {
          actionOnTimeout: 'STOP_DEPLOYMENT',
          waitTimeInMinutes: 30,
        },
      },
    });
    const id = await deploy();
    const proceed = (
      deploymentWaitType: 'READY_WAIT' | 'TERMINATION_WAIT',
      deploymentId = id,
    ) =>
      codedeploy.send(
        new ContinueDeploymentCommand({ deploymentId, deploymentWaitType }),
      );
    await expect(proceed('READY_WAIT')).rejects.toMatchObject({
      name: 'DeploymentIsNotInReadyStateException',
    });
    const isReady = ({ status }: DeploymentInfo) => status === 'Ready';
    await until(id, isReady);
    expect(await weights(id)).toEqual({ Green: 0, Blue: 100 });
    await expect(proceed('TERMINATION_WAIT')).rejects.toMatchObject({
      name: 'DeploymentIsNotInReadyStateException',
    });
    await proceed('READY_WAIT');
    await rerouted(id, 100);
    const before = sandbox.clock.now().getTime();
    await proceed('TERMINATION_WAIT');
    expect((await ends(id)).status).toBe('Succeeded');
    expect(sandbox.clock.now().getTime() - before).toBeLessThan(5 * MINUTE);
    await expect(proceed('READY_WAIT')).rejects.toMatchObject({
      name: 'DeploymentAlreadyCompletedException',
    });

    [one, two] = [two, one];
    const ignored = await deploy();
    await until(ignored, isReady);
    const stopped = await until(
      ignored,
      ({ status }) => status === 'Stopped',
      MINUTE,
    );
    expect(stopped.errorInformation?.code).toBe('TIMEOUT');
    await ends(stopped.rollbackInfo!.rollbackDeploymentId!);
    expect((await service()).taskDefinition).toBe(one);
  });

  it('an alarm stops it, a person stops it with rollback: traffic is back by a deployment of its own', async () => {
    await makeGroup();
    const canary = 'CodeDeployDefault.ECSCanary10Percent15Minutes';
    const id = await deploy({ config: canary });
    await rerouted(id, 10);
    const set = (StateValue: 'ALARM' | 'OK') =>
      cloudwatch.send(
        new SetAlarmStateCommand({
          AlarmName: 'video-errors',
          StateValue,
          StateReason: 'test',
        }),
      );
    await set('ALARM');
    const byAlarm = await ends(id);
    expect(byAlarm).toMatchObject({
      status: 'Stopped',
      errorInformation: { code: 'ALARM_ACTIVE' },
    });
    await ends(byAlarm.rollbackInfo!.rollbackDeploymentId!);
    expect((await service()).taskSets).toMatchObject([
      { status: 'PRIMARY', taskDefinition: one },
    ]);

    await set('OK');
    const second = await deploy({ config: canary });
    await rerouted(second, 10);
    await codedeploy.send(
      new StopDeploymentCommand({
        deploymentId: second,
        autoRollbackEnabled: true,
      }),
    );
    const stopped = await read(second);
    expect(stopped.errorInformation?.code).toBe('MANUAL_STOP');
    const back = stopped.rollbackInfo!.rollbackDeploymentId!;
    expect((await ends(back)).status).toBe('Succeeded');
    expect(await weights(back)).toEqual({ Blue: 100 });
    expect((await service()).taskDefinition).toBe(one);
  });

  it('refuses what AWS refuses', async () => {
    const refused = (name: string) => ({ name });
    const missing: [Group, string][] = [
      [{ ecsServices: undefined }, 'InvalidECSServiceException'],
      [{ loadBalancerInfo: undefined }, 'InvalidLoadBalancerInfoException'],
      [
        { blueGreenDeploymentConfiguration: undefined },
        'InvalidBlueGreenDeploymentConfigurationException',
      ],
    ];
    for (const [group, name] of missing) {
      await expect(makeGroup(group)).rejects.toMatchObject(refused(name));
    }
    await makeGroup();
    await expect(
      makeGroup({ deploymentGroupName: 'another' }),
    ).rejects.toMatchObject(refused('ECSServiceMappingLimitExceededException'));
    await expect(
      ecs.send(new UpdateServiceCommand({ ...SERVICE, taskDefinition: two })),
    ).rejects.toMatchObject(refused('InvalidParameterException'));
    const [{ id: primary }] = (await service()).taskSets!;
    const others = [
      () =>
        ecs.send(new CreateTaskSetCommand({ ...SERVICE, taskDefinition: two })),
      () =>
        ecs.send(
          new UpdateServicePrimaryTaskSetCommand({
            ...SERVICE,
            primaryTaskSet: primary,
          }),
        ),
      () =>
        ecs.send(new DeleteTaskSetCommand({ ...SERVICE, taskSet: primary })),
    ];
    for (const send of others) {
      await expect(send()).rejects.toMatchObject(
        refused('InvalidParameterException'),
      );
    }
    const { taskSets } = await ecs.send(new DescribeTaskSetsCommand(SERVICE));
    expect(taskSets).toHaveLength(1);
    const wrongPort = await deploy({ port: 9 });
    expect(await ends(wrongPort)).toMatchObject({
      status: 'Failed',
      errorInformation: { code: 'ECS_UPDATE_ERROR' },
    });
    await expect(
      codedeploy.send(
        new GetDeploymentTargetCommand({
          deploymentId: wrongPort,
          targetId: 'other:service',
        }),
      ),
    ).rejects.toMatchObject(refused('DeploymentTargetDoesNotExistException'));
  });
});
