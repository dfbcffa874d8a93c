import {
  CodeDeployClient,
  CreateApplicationCommand,
  CreateDeploymentGroupCommand,
} from '@aws-sdk/client-codedeploy';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import { asAccount, QA, target, testAws } from '../testUtils/aws';
import { CodeDeployTraffic } from './CodeDeployTraffic';
import { EcsGroups } from './EcsGroups';
import { GroupReader } from './groups';
import { StackReader } from '../stack/StackReader';

const serviceOf = (name: string) =>
  target(
    `arn:aws:ecs:us-east-1:${QA}:service/careplane/${name}`,
    'ecs-service',
    name,
  );
const video = serviceOf('video');

describe('the deployment group of an ECS service', () => {
  let sandbox: RunningSandbox;
  let codedeploy: CodeDeployClient;
  let ecs: ECSClient;
  let now: number;

  beforeEach(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
    codedeploy = new CodeDeployClient(asAccount(QA));
    ecs = new ECSClient(asAccount(QA));
    now = Date.parse('2026-01-02T00:00:00Z');
    await ecs.send(new CreateClusterCommand({ clusterName: 'careplane' }));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await sandbox.close();
  });

  const application = (applicationName: string, platform: 'ECS' | 'Lambda') =>
    codedeploy.send(
      new CreateApplicationCommand({
        applicationName,
        computePlatform: platform,
      }),
    );
  async function service(name: string) {
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: name,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [{ name: 'app', image: 'x.io/app:1' }],
      }),
    );
    await ecs.send(
      new CreateServiceCommand({
        cluster: 'careplane',
        serviceName: name,
        taskDefinition: taskDefinition?.taskDefinitionArn,
        desiredCount: 0,
        deploymentController: { type: 'CODE_DEPLOY' },
      }),
    );
  }
  const group = (applicationName: string, serviceName: string) =>
    codedeploy.send(
      new CreateDeploymentGroupCommand({
        applicationName,
        deploymentGroupName: 'blue-green',
        serviceRoleArn: `arn:aws:iam::${QA}:role/codedeploy`,
        deploymentStyle: {
          deploymentType: 'BLUE_GREEN',
          deploymentOption: 'WITH_TRAFFIC_CONTROL',
        },
        ecsServices: [{ clusterName: 'careplane', serviceName }],
        loadBalancerInfo: {
          targetGroupPairInfoList: [
            {
              targetGroups: [
                { name: `${serviceName}-1` },
                { name: `${serviceName}-2` },
              ],
              prodTrafficRoute: {
                listenerArns: [
                  `arn:aws:elasticloadbalancing:us-east-1:${QA}:listener/app/${serviceName}/1/1`,
                ],
              },
            },
          ],
        },
        blueGreenDeploymentConfiguration: {
          terminateBlueInstancesOnDeploymentSuccess: { action: 'TERMINATE' },
          deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT' },
        },
      }),
    );
  const asked = (operation: string) =>
    sandbox.requests.since(0).filter(one => one.operation === operation).length;

  it('is found by who was just made, though it was not there half a minute ago', async () => {
    await application('video', 'ECS');
    await service('video');
    const groups = new EcsGroups(testAws().clients, () => now);
    expect(await groups.groupOf(video)).toBeUndefined();
    await group('video', 'video');
    now += 31_000;
    expect((await groups.groupOf(video))?.arn).toContain('video/blue-green');
  });

  it('is looked for once, however many services have none', async () => {
    await application('video', 'ECS');
    const groups = new EcsGroups(testAws().clients, () => now);
    await Promise.all(
      ['a', 'b', 'c'].map(name => groups.groupOf(serviceOf(name))),
    );
    expect(asked('ListApplications')).toBe(1);
  });

  it('costs no call for an application of another platform', async () => {
    for (let i = 0; i < 3; i++) await application(`lambda-${i}`, 'Lambda');
    await application('video', 'ECS');
    await service('video');
    await group('video', 'video');
    const groups = new EcsGroups(testAws().clients, () => now);
    expect((await groups.groupOf(video))?.arn).toContain('video/blue-green');
    expect(asked('BatchGetApplications')).toBe(1);
    expect(asked('ListDeploymentGroups')).toBe(1);
  });

  it('is found though the groups of another application cannot be read, and unknown where they could be its own', async () => {
    await application('audio', 'ECS');
    await application('video', 'ECS');
    await service('video');
    await group('video', 'video');
    const { clients } = testAws();
    const groups = new EcsGroups(clients, () => now);
    const { ofApplication } = GroupReader.prototype;
    jest
      .spyOn(GroupReader.prototype, 'ofApplication')
      .mockImplementation(async function read(this: GroupReader, ...args) {
        if (args[1] === 'audio') throw new Error('Not today.');
        return ofApplication.apply(this, args);
      });
    expect((await groups.groupOf(video))?.arn).toContain('video/blue-green');
    await expect(groups.groupOf(serviceOf('audio'))).rejects.toThrow(
      'Not today.',
    );
  });

  it('and the deployments of a rollback are read in the lane of rollbacks', async () => {
    await application('video', 'ECS');
    await service('video');
    await group('video', 'video');
    const { clients } = testAws();
    const read = jest.spyOn(clients, 'read');
    const traffic = new CodeDeployTraffic(
      clients,
      new StackReader(clients),
      () => now,
    );
    const rollback = { rollback: true };
    const found = await traffic.groupOf(video, rollback);
    const arn = found?.arn ?? '';
    await traffic.find(
      video,
      arn,
      'x',
      '2026-01-01T00:00:00Z',
      'return',
      rollback,
    );
    await expect(
      traffic.follow(video, 'd-000000000', rollback),
    ).rejects.toThrow();
    const lanes = read.mock.calls.map(([, , options]) => options?.lane);
    expect(lanes.length).toBeGreaterThanOrEqual(5);
    expect(new Set(lanes)).toEqual(new Set(['rollback']));
  });
});
