import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { EcsServiceDriver } from '../ecs/EcsServiceDriver';
import { LambdaAliasDriver } from '../lambda/LambdaAliasDriver';
import { aliasHistory } from '../lambda/history';
import { TargetTrail } from '../lib/TargetTrail';
import { QA, target, testAws } from '../testUtils/aws';
import { CodeDeployTraffic } from './CodeDeployTraffic';
import { StackReader } from '../stack/StackReader';

const YEAR_MS = 365 * 86_400_000;
const alias = target(
  `arn:aws:lambda:us-east-1:${QA}:function:claims-api:live`,
  'lambda-alias',
);
const service = target(
  `arn:aws:ecs:us-east-1:${QA}:service/careplane/video`,
  'ecs-service',
  'video',
);
const group = { applicationName: 'app', deploymentGroupName: 'live' };

jest.setTimeout(60_000);

describe('what CodeDeploy deployed before Careplane came', () => {
  let sandbox: RunningSandbox;

  beforeEach(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
  });
  afterEach(async () => {
    delete process.env.AWS_ENDPOINT_URL;
    await sandbox.close();
  });

  const call = <T = Record<string, string>>(
    of: string,
    operation: string,
    input: object,
  ) => sandbox.call<T>(of, operation, input, { account: QA });
  /** Drivers as at first contact; `later` is when CloudTrail has forgotten. */
  function drivers(later = 0) {
    const { clients } = testAws();
    const trail = new TargetTrail(clients, () => Date.now() + later);
    const { past } = new CodeDeployTraffic(clients, new StackReader(clients));
    return {
      lambda: new LambdaAliasDriver(clients, trail, past),
      ecs: new EcsServiceDriver(clients, trail, past),
    };
  }
  /** Puts an AppSpec into S3, each time under the same name. */
  async function inS3(content: string, options: { named?: boolean } = {}) {
    const object = { Bucket: 'specs', Key: 'appspec.json' };
    await call('s3', 'CreateBucket', { Bucket: 'specs' }).catch(() => {});
    const { ETag } = await call('s3', 'PutObject', {
      ...object,
      Body: Buffer.from(content),
    });
    await sandbox.clock.advance(2_000);
    return {
      revisionType: 'S3',
      s3Location: {
        bucket: 'specs',
        key: 'appspec.json',
        bundleType: 'JSON',
        ...(options.named && { eTag: ETag }),
      },
    };
  }
  async function deploy(
    properties: object,
    type: string,
    revisionOf: (content: string) => Promise<object> = async content => ({
      revisionType: 'String',
      string: { content },
    }),
  ) {
    const resource = { Type: type, Properties: properties };
    const content = JSON.stringify({
      version: 0.0,
      Resources: [{ it: resource }],
    });
    const { deploymentId } = await call('codedeploy', 'CreateDeployment', {
      ...group,
      revision: await revisionOf(content),
    });
    for (let look = 0; look < 100; look++) {
      await sandbox.clock.advance(30_000);
      const { deploymentInfo } = await call<{
        deploymentInfo: { status: string };
      }>('codedeploy', 'GetDeployment', { deploymentId });
      if (deploymentInfo.status === 'Succeeded') return;
    }
    throw new Error('The deployment did not end.');
  }

  it('is the history of an alias where CloudTrail tells no more, and is not told twice where it does', async () => {
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from('exports.handler = async () => 1;'), 'index.js');
    zip.end();
    const FunctionName = 'claims-api';
    await call('lambda', 'CreateFunction', {
      FunctionName,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: `arn:aws:iam::${QA}:role/claims-api`,
      Code: {
        ZipFile: await buffer(zip.outputStream as NodeJS.ReadableStream),
      },
      Publish: true,
    });
    await sandbox.clock.advance(10_000);
    await call('lambda', 'CreateAlias', {
      FunctionName,
      Name: 'live',
      FunctionVersion: '1',
    });
    await call('lambda', 'UpdateFunctionConfiguration', {
      FunctionName,
      Timeout: 9,
    });
    await sandbox.clock.advance(10_000);
    await call('lambda', 'PublishVersion', { FunctionName });
    await call('codedeploy', 'CreateApplication', {
      applicationName: group.applicationName,
      computePlatform: 'Lambda',
    });
    await call('codedeploy', 'CreateDeploymentGroup', {
      ...group,
      serviceRoleArn: `arn:aws:iam::${QA}:role/codedeploy`,
      deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
    });
    await deploy(
      {
        Name: FunctionName,
        Alias: 'live',
        CurrentVersion: '1',
        TargetVersion: '2',
      },
      'AWS::Lambda::Function',
    );
    const told = async (later?: number) =>
      (await drivers(later).lambda.history(alias)).moves.map(one => [
        one.revision.id,
        one.source,
      ]);
    expect(await told(YEAR_MS)).toEqual([
      ['1', 'codedeploy'],
      ['2', 'codedeploy'],
    ]);
    expect(await told()).toEqual([
      ['1', 'cloudtrail'],
      ['2', 'cloudtrail'],
    ]);
  });

  it('is told where AppSpecs lie in S3, and is not guessed where one was written again or may not be read', async () => {
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from('exports.handler = async () => 1;'), 'index.js');
    zip.end();
    const FunctionName = 'claims-api';
    await call('lambda', 'CreateFunction', {
      FunctionName,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: `arn:aws:iam::${QA}:role/claims-api`,
      Code: {
        ZipFile: await buffer(zip.outputStream as NodeJS.ReadableStream),
      },
      Publish: true,
    });
    for (const Timeout of [9, 10, 11]) {
      await sandbox.clock.advance(10_000);
      await call('lambda', 'UpdateFunctionConfiguration', {
        FunctionName,
        Timeout,
      });
      await sandbox.clock.advance(10_000);
      await call('lambda', 'PublishVersion', { FunctionName });
    }
    await call('lambda', 'CreateAlias', {
      FunctionName,
      Name: 'live',
      FunctionVersion: '1',
    });
    await call('codedeploy', 'CreateApplication', {
      applicationName: group.applicationName,
      computePlatform: 'Lambda',
    });
    await call('codedeploy', 'CreateDeploymentGroup', {
      ...group,
      serviceRoleArn: `arn:aws:iam::${QA}:role/codedeploy`,
      deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
    });
    // The object of the second is the third's; the third names its ETag.
    for (const [from, to] of ['12', '23', '34']) {
      await deploy(
        {
          Name: FunctionName,
          Alias: 'live',
          CurrentVersion: from,
          TargetVersion: to,
        },
        'AWS::Lambda::Function',
        content => inS3(content, { named: to === '4' }),
      );
    }
    const history = async () => {
      const { moves, unread } = await drivers(YEAR_MS).lambda.history(alias);
      return [moves.map(one => one.revision.id), unread];
    };
    expect(await history()).toEqual([
      ['3', '4'],
      [
        '2 deployments of CodeDeploy are not in this history. The AppSpec in bucket specs was written again since.',
      ],
    ]);
    sandbox.faults.add({ kind: 'deny', operation: 'GetObject' });
    const annotated = {
      ...alias,
      deploymentGroup: `arn:aws:codedeploy:us-east-1:${QA}:deploymentgroup:app/live`,
    };
    expect(await drivers(YEAR_MS).lambda.history(annotated)).toEqual({
      moves: [],
      unread: [
        '3 deployments of CodeDeploy are not in this history. The AppSpec in bucket specs may not be read: the read role needs s3:GetObject on it, and kms:Decrypt with its key.',
      ],
    });
  });

  it('is the history of a service under CODE_DEPLOY, of which ECS and CloudTrail tell nothing', async () => {
    const definition = async () => {
      const { taskDefinition } = await call<{
        taskDefinition: { taskDefinitionArn: string };
      }>('ecs', 'RegisterTaskDefinition', {
        family: 'video',
        containerDefinitions: [
          {
            name: 'app',
            image: `x.io/app@sha256:${'a'.repeat(64)}`,
            portMappings: [{ containerPort: 8080 }],
          },
        ],
      });
      return taskDefinition.taskDefinitionArn;
    };
    const [one, two, three] = [
      await definition(),
      await definition(),
      await definition(),
    ];
    await call('ecs', 'CreateCluster', { clusterName: 'careplane' });
    await call('ecs', 'CreateService', {
      cluster: 'careplane',
      serviceName: 'video',
      taskDefinition: one,
      desiredCount: 0,
      deploymentController: { type: 'CODE_DEPLOY' },
      loadBalancers: [
        {
          targetGroupArn: `arn:aws:elasticloadbalancing:us-east-1:${QA}:targetgroup/video-blue/1`,
          containerName: 'app',
          containerPort: 8080,
        },
      ],
    });
    await call('codedeploy', 'CreateApplication', {
      applicationName: group.applicationName,
      computePlatform: 'ECS',
    });
    await call('codedeploy', 'CreateDeploymentGroup', {
      ...group,
      serviceRoleArn: `arn:aws:iam::${QA}:role/codedeploy`,
      ecsServices: [{ clusterName: 'careplane', serviceName: 'video' }],
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
    });
    for (const TaskDefinition of [two, three]) {
      await deploy(
        {
          TaskDefinition,
          LoadBalancerInfo: { ContainerName: 'app', ContainerPort: 8080 },
        },
        'AWS::ECS::Service',
        TaskDefinition === three ? inS3 : undefined,
      );
    }
    const { moves: history } = await drivers().ecs.history(service);
    expect(
      history.slice(-2).map(move => [move.revision.id, move.source]),
    ).toEqual([
      [two, 'codedeploy'],
      [three, 'codedeploy'],
    ]);
  });

  it('is put between what CloudTrail saw, in order', () => {
    const day = (number: number) => `2026-01-0${number}T00:00:00.000Z`;
    const saw = (revision: string, at: string) => ({
      targetArn: alias.arn,
      revision,
      at,
      tool: 'other' as const,
    });
    const deployed = (revision: string, replaced: string, number: number) => ({
      revision,
      replaced,
      began: day(number),
      ended: day(number + 1),
    });
    const told = aliasHistory(
      [
        saw('3', day(7)),
        saw('4', day(8)),
        saw('6', '2026-01-09T00:02:00.000Z'),
      ],
      [
        deployed('2', '1', 1),
        deployed('3', '2', 6),
        { ...deployed('4', '3', 7), ended: '2026-01-09T00:04:00.000Z' },
      ],
    );
    expect(
      told.map(({ revision, at, source }) => [revision, at, source]),
    ).toEqual([
      ['1', day(1), 'codedeploy'],
      ['2', day(2), 'codedeploy'],
      ['3', day(7), 'cloudtrail'],
      ['4', day(8), 'cloudtrail'],
      ['6', '2026-01-09T00:02:00.000Z', 'cloudtrail'],
    ]);
  });
});
