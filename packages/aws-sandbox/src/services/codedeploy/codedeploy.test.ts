import {
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import {
  BatchGetDeploymentsCommand,
  BatchGetDeploymentTargetsCommand,
  CodeDeployClient,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentConfigCommand,
  CreateDeploymentGroupCommand,
  GetDeploymentCommand,
  GetDeploymentConfigCommand,
  GetDeploymentGroupCommand,
  ListDeploymentConfigsCommand,
  ListDeploymentsCommand,
  ListDeploymentTargetsCommand,
  PutLifecycleEventHookExecutionStatusCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  GetAliasCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { createHash } from 'node:crypto';
import type { RunningSandbox } from '../../core';
import { startSandbox } from '../../startSandbox';
import { clientOptions, zipOf } from '../../testing';

const MINUTE = 60_000;
const where = { applicationName: 'claims', deploymentGroupName: 'live' };
const ROLE = 'arn:aws:iam::111111111111:role/svc-claims-codedeploy';

describe('CodeDeploy on the Lambda platform', () => {
  let sandbox: RunningSandbox;
  let codedeploy: CodeDeployClient;
  let lambda: LambdaClient;
  let cloudwatch: CloudWatchClient;

  const makeGroup = (deploymentGroupName: string, more = {}) =>
    codedeploy.send(
      new CreateDeploymentGroupCommand({
        applicationName: 'claims',
        deploymentGroupName,
        serviceRoleArn: ROLE,
        deploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
        deploymentStyle: {
          deploymentType: 'BLUE_GREEN',
          deploymentOption: 'WITH_TRAFFIC_CONTROL',
        },
        alarmConfiguration: {
          enabled: true,
          alarms: [{ name: 'claims-errors' }],
        },
        autoRollbackConfiguration: {
          enabled: true,
          events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'],
        },
        ...more,
      }),
    );
  beforeEach(async () => {
    sandbox = await startSandbox();
    codedeploy = new CodeDeployClient(clientOptions(sandbox.url));
    lambda = new LambdaClient(clientOptions(sandbox.url));
    cloudwatch = new CloudWatchClient(clientOptions(sandbox.url));
    for (const name of ['claims', 'hook']) await publish(name, 1);
    await publish('claims', 2);
    await lambda.send(
      new CreateAliasCommand({
        FunctionName: 'claims',
        Name: 'live',
        FunctionVersion: '1',
      }),
    );
    await codedeploy.send(
      new CreateApplicationCommand({
        applicationName: 'claims',
        computePlatform: 'Lambda',
      }),
    );
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'claims-errors',
        Namespace: 'AWS/Lambda',
        MetricName: 'Errors',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        TreatMissingData: 'notBreaching',
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      }),
    );
    await makeGroup('live');
  });
  afterEach(async () => {
    for (const client of [codedeploy, lambda, cloudwatch]) client.destroy();
    await sandbox.close();
  });

  async function publish(FunctionName: string, version: number) {
    const ZipFile = await zipOf({
      'index.js': `exports.handler = async event => ({ version: ${version}, event });`,
    });
    if (version === 1) {
      await lambda.send(
        new CreateFunctionCommand({
          FunctionName,
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Role: 'arn:aws:iam::111111111111:role/claims',
          Code: { ZipFile },
        }),
      );
    } else {
      await lambda.send(
        new UpdateFunctionCodeCommand({ FunctionName, ZipFile }),
      );
    }
    await sandbox.clock.advance(1_000);
    await lambda.send(new PublishVersionCommand({ FunctionName }));
    await sandbox.clock.advance(1_000);
  }
  const appSpec = (Hooks?: object[], current = '1', target = '2') => {
    const content = JSON.stringify({
      version: 0.0,
      Resources: [
        {
          claims: {
            Type: 'AWS::Lambda::Function',
            Properties: {
              Name: 'claims',
              Alias: 'live',
              CurrentVersion: current,
              TargetVersion: target,
            },
          },
        },
      ],
      Hooks,
    });
    const sha256 = createHash('sha256').update(content).digest('hex');
    return {
      revisionType: 'AppSpecContent' as const,
      appSpecContent: { content, sha256 },
    };
  };
  const deploy = async (more: object = {}) => {
    const { deploymentId } = await codedeploy.send(
      new CreateDeploymentCommand({ ...where, revision: appSpec(), ...more }),
    );
    return deploymentId!;
  };
  const read = async (deploymentId: string) => {
    const { deploymentInfo } = await codedeploy.send(
      new GetDeploymentCommand({ deploymentId }),
    );
    return deploymentInfo!;
  };
  const alias = async () => {
    const found = await lambda.send(
      new GetAliasCommand({ FunctionName: 'claims', Name: 'live' }),
    );
    return [
      found.FunctionVersion,
      found.RoutingConfig?.AdditionalVersionWeights ?? {},
    ];
  };

  it('shifts a canary on the clock, one deployment per group at a time, each move by the service role', async () => {
    const id = await deploy({ description: 'careplane r-1' });
    expect(id).toMatch(/^d-[A-Z0-9]{9}$/);
    await sandbox.clock.advance(2_000);
    expect(await alias()).toEqual(['1', { '2': 0.1 }]);
    expect(await read(id)).toMatchObject({
      status: 'InProgress',
      creator: 'user',
      description: 'careplane r-1',
      computePlatform: 'Lambda',
    });
    const { targetIds } = await codedeploy.send(
      new ListDeploymentTargetsCommand({ deploymentId: id }),
    );
    expect(targetIds).toEqual(['claims:live']);
    const { deploymentTargets } = await codedeploy.send(
      new BatchGetDeploymentTargetsCommand({ deploymentId: id, targetIds }),
    );
    expect(deploymentTargets?.[0].lambdaTarget).toMatchObject({
      targetArn: 'arn:aws:lambda:us-east-1:111111111111:function:claims:live',
      lambdaFunctionInfo: { currentVersion: '1', targetVersionWeight: 10 },
    });

    await expect(deploy()).rejects.toMatchObject({
      name: 'DeploymentLimitExceededException',
      message: expect.stringContaining(id),
    });
    await sandbox.clock.advance(4 * MINUTE);
    expect(await alias()).toEqual(['1', { '2': 0.1 }]);
    await sandbox.clock.advance(2 * MINUTE);
    expect(await alias()).toEqual(['2', {}]);
    expect(await read(id)).toMatchObject({ status: 'Succeeded' });
    const { deploymentGroupInfo } = await codedeploy.send(
      new GetDeploymentGroupCommand(where),
    );
    expect(deploymentGroupInfo?.lastSuccessfulDeployment?.deploymentId).toBe(
      id,
    );
    const moves = sandbox.trail
      .lookup({ account: '111111111111' })
      .filter(event => event.eventName === 'UpdateAlias20150331');
    expect(moves.map(event => event.userIdentity)).toEqual(
      Array(2).fill(
        expect.objectContaining({
          invokedBy: 'codedeploy.amazonaws.com',
          arn: expect.stringContaining('svc-claims-codedeploy'),
        }),
      ),
    );
  });

  it('shifts linearly by a configuration of its own, and lists it', async () => {
    await codedeploy.send(
      new CreateDeploymentConfigCommand({
        deploymentConfigName: 'Linear40Every1',
        computePlatform: 'Lambda',
        trafficRoutingConfig: {
          type: 'TimeBasedLinear',
          timeBasedLinear: { linearPercentage: 40, linearInterval: 1 },
        },
      }),
    );
    await expect(
      codedeploy.send(
        new CreateDeploymentConfigCommand({
          deploymentConfigName: 'TooLong',
          computePlatform: 'Lambda',
          trafficRoutingConfig: {
            type: 'TimeBasedLinear',
            timeBasedLinear: { linearPercentage: 1, linearInterval: 30 },
          },
        }),
      ),
    ).rejects.toMatchObject({
      name: 'InvalidTrafficRoutingConfigurationException',
    });
    const { deploymentConfigsList } = await codedeploy.send(
      new ListDeploymentConfigsCommand({}),
    );
    expect(deploymentConfigsList).toEqual(
      expect.arrayContaining([
        'CodeDeployDefault.LambdaLinear10PercentEvery1Minute',
        'CodeDeployDefault.LambdaLinear10PercentEvery10Minutes',
        'Linear40Every1',
      ]),
    );
    const { deploymentConfigInfo } = await codedeploy.send(
      new GetDeploymentConfigCommand({
        deploymentConfigName:
          'CodeDeployDefault.LambdaCanary10Percent30Minutes',
      }),
    );
    expect(deploymentConfigInfo?.trafficRoutingConfig?.timeBasedCanary).toEqual(
      {
        canaryPercentage: 10,
        canaryInterval: 30,
      },
    );
    await deploy({ deploymentConfigName: 'Linear40Every1' });
    const seen = [];
    for (const ms of [2_000, MINUTE, MINUTE]) {
      await sandbox.clock.advance(ms);
      seen.push(await alias());
    }
    expect(seen).toEqual([
      ['1', { '2': 0.4 }],
      ['1', { '2': 0.8 }],
      ['2', {}],
    ]);
  });

  it('an alarm stops it, and the rollback is a deployment of its own', async () => {
    const id = await deploy();
    await sandbox.clock.advance(30_000);
    await cloudwatch.send(
      new SetAlarmStateCommand({
        AlarmName: 'claims-errors',
        StateValue: 'ALARM',
        StateReason: 'member MRN 00123',
      }),
    );
    await sandbox.clock.advance(30_000);
    expect(await alias()).toEqual(['1', {}]);
    const stopped = await read(id);
    expect(stopped).toMatchObject({
      status: 'Stopped',
      errorInformation: { code: 'ALARM_ACTIVE' },
    });
    const rollback = await read(stopped.rollbackInfo!.rollbackDeploymentId!);
    expect(rollback).toMatchObject({
      status: 'Succeeded',
      creator: 'codeDeployRollback',
      rollbackInfo: { rollbackTriggeringDeploymentId: id },
    });
    const { deployments } = await codedeploy.send(
      new ListDeploymentsCommand({
        ...where,
        includeOnlyStatuses: ['Stopped'],
      }),
    );
    expect(deployments).toEqual([id]);
    const { deploymentsInfo } = await codedeploy.send(
      new BatchGetDeploymentsCommand({
        deploymentIds: [id, rollback.deploymentId!],
      }),
    );
    expect(deploymentsInfo?.map(one => one.status)).toEqual([
      'Stopped',
      'Succeeded',
    ]);
  });

  it('an alarm that cannot be read stops it too, unless the group says otherwise', async () => {
    const unknown = { enabled: true, alarms: [{ name: 'nowhere' }] };
    const id = await deploy({ overrideAlarmConfiguration: unknown });
    await sandbox.clock.advance(10_000);
    expect((await read(id)).status).toBe('Stopped');
    await sandbox.clock.advance(10_000);
    await deploy({
      overrideAlarmConfiguration: { ...unknown, ignorePollAlarmFailure: true },
    });
    await sandbox.clock.advance(10_000);
    expect(await alias()).toEqual(['1', { '2': 0.1 }]);
  });

  it('INV-07: stopped without rollback it leaves two versions, and nothing deploys until they are cleared', async () => {
    const id = await deploy();
    await sandbox.clock.advance(2_000);
    await codedeploy.send(new StopDeploymentCommand({ deploymentId: id }));
    await sandbox.clock.advance(MINUTE);
    expect(await alias()).toEqual(['1', { '2': 0.1 }]);
    await expect(
      codedeploy.send(new StopDeploymentCommand({ deploymentId: id })),
    ).rejects.toMatchObject({ name: 'DeploymentAlreadyCompletedException' });

    const next = await deploy();
    await sandbox.clock.advance(2_000);
    expect(await read(next)).toMatchObject({
      status: 'Failed',
      errorInformation: { code: 'INVALID_LAMBDA_CONFIGURATION' },
    });
    await lambda.send(
      new UpdateAliasCommand({
        FunctionName: 'claims',
        Name: 'live',
        FunctionVersion: '1',
        RoutingConfig: { AdditionalVersionWeights: {} },
      }),
    );
    await sandbox.clock.advance(2_000);
    const last = await deploy();
    await sandbox.clock.advance(2_000);
    expect(await alias()).toEqual(['1', { '2': 0.1 }]);
    await codedeploy.send(
      new StopDeploymentCommand({
        deploymentId: last,
        autoRollbackEnabled: true,
      }),
    );
    await sandbox.clock.advance(2_000);
    expect(await alias()).toEqual(['1', {}]);
  });

  it('a hook is called and waited for; its failure rolls back, and so does an hour of silence', async () => {
    const hooked = (event: string) => ({
      revision: appSpec([{ [event]: 'hook' }]),
    });
    const executionOf = async (id: string) =>
      (
        sandbox
          .store<{ events: { executionId?: string }[] }>(
            'codedeploy',
            '111111111111',
            'deployments',
          )
          .get(id)?.events ?? []
      ).flatMap(event => event.executionId ?? [])[0];
    const say = async (id: string, status: 'Succeeded' | 'Failed') =>
      codedeploy.send(
        new PutLifecycleEventHookExecutionStatusCommand({
          deploymentId: id,
          lifecycleEventHookExecutionId: await executionOf(id),
          status,
        }),
      );

    const first = await deploy(hooked('BeforeAllowTraffic'));
    await sandbox.clock.advance(2_000);
    expect(await alias()).toEqual(['1', {}]);
    await say(first, 'Succeeded');
    await sandbox.clock.advance(1_000);
    expect(await alias()).toEqual(['1', { '2': 0.1 }]);
    await sandbox.clock.advance(6 * MINUTE);
    expect(await alias()).toEqual(['2', {}]);

    const second = await deploy({
      revision: appSpec([{ AfterAllowTraffic: 'hook' }], '2', '1'),
      deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
    });
    await sandbox.clock.advance(2_000);
    expect(await alias()).toEqual(['1', {}]);
    await say(second, 'Failed');
    await sandbox.clock.advance(3_000);
    expect(await read(second)).toMatchObject({
      status: 'Failed',
      errorInformation: { code: 'HOOK_EXECUTION_FAILURE' },
    });
    expect(await alias()).toEqual(['2', {}]);

    const third = await deploy({
      revision: appSpec([{ BeforeAllowTraffic: 'hook' }], '2', '1'),
    });
    await sandbox.clock.advance(59 * MINUTE);
    expect((await read(third)).status).toBe('InProgress');
    await sandbox.clock.advance(3 * MINUTE);
    expect((await read(third)).status).toBe('Failed');
    expect(await alias()).toEqual(['2', {}]);
  });

  it('takes an AppSpec that lies in S3 as a file, and refuses one that does not', async () => {
    const { content } = appSpec().appSpecContent;
    const put = (operation: string, input: object) =>
      sandbox.call<{ ETag: string }>(
        's3',
        operation,
        { Bucket: 'specs', ...input },
        { account: '111111111111' },
      );
    await put('CreateBucket', {});
    const { ETag } = await put('PutObject', {
      Key: 'claims.json',
      Body: Buffer.from(content),
    });
    const inS3 = (more: object) => ({
      revisionType: 'S3' as const,
      s3Location: {
        bucket: 'specs',
        key: 'claims.json',
        bundleType: 'JSON' as const,
        ...more,
      },
    });
    for (const wrong of [
      { key: 'nothing.json' },
      { bucket: 'nowhere' },
      { bundleType: 'zip' },
      { eTag: '0'.repeat(32) },
    ]) {
      await expect(deploy({ revision: inS3(wrong) })).rejects.toMatchObject({
        name: 'InvalidRevisionException',
      });
    }
    const id = await deploy({ revision: inS3({ eTag: ETag }) });
    expect((await read(id)).revision).toEqual(inS3({ eTag: ETag }));
    await sandbox.clock.advance(2_000);
    expect(await alias()).toEqual(['1', { 2: 0.1 }]);
  });

  it('refuses an AppSpec that does not say what is meant', async () => {
    const broken = appSpec();
    broken.appSpecContent.sha256 = '0'.repeat(64);
    for (const revision of [
      broken,
      {
        revisionType: 'AppSpecContent' as const,
        appSpecContent: { content: 'version: 0.0' },
      },
      appSpec([{ AfterInstall: 'hook' }]),
    ]) {
      await expect(deploy({ revision })).rejects.toMatchObject({
        name: 'InvalidRevisionException',
      });
    }
    await expect(
      deploy({ deploymentConfigName: 'Nowhere' }),
    ).rejects.toMatchObject({ name: 'DeploymentConfigDoesNotExistException' });
    const wrong = await deploy({ revision: appSpec(undefined, '2', '1') });
    await sandbox.clock.advance(2_000);
    expect(await read(wrong)).toMatchObject({ status: 'Failed' });
    expect(await alias()).toEqual(['1', {}]);
  });
});
