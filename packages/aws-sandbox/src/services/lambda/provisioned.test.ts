import {
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  GetAliasCommand,
  GetProvisionedConcurrencyConfigCommand,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListProvisionedConcurrencyConfigsCommand,
  PutProvisionedConcurrencyConfigCommand,
  UpdateAliasCommand,
  UpdateEventSourceMappingCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { startAwsSandbox, zipOf } from '../../testing';

const FunctionName = 'visit-api';

describe('provisioned concurrency and event sources', () => {
  const aws = startAwsSandbox();
  let lambda: LambdaClient;

  const code = (text: string) =>
    zipOf({ 'index.js': `exports.handler = async () => '${text}';` });

  beforeEach(async () => {
    lambda = aws.client(LambdaClient);
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Role: 'arn:aws:iam::111111111111:role/svc',
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: await code('one') },
        Publish: true,
      }),
    );
    await aws.clock.advance(1000);
    await lambda.send(
      new UpdateFunctionCodeCommand({
        FunctionName,
        ZipFile: await code('two'),
        Publish: true,
      }),
    );
    await aws.clock.advance(1000);
    for (const Name of ['prod', 'qa']) {
      await lambda.send(
        new CreateAliasCommand({ FunctionName, Name, FunctionVersion: '1' }),
      );
    }
  });

  const put = (Qualifier: string) =>
    lambda.send(
      new PutProvisionedConcurrencyConfigCommand({
        FunctionName,
        Qualifier,
        ProvisionedConcurrentExecutions: 5,
      }),
    );
  const get = (Qualifier = 'prod') =>
    lambda.send(
      new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier }),
    );
  const alias = () =>
    lambda.send(new GetAliasCommand({ FunctionName, Name: 'prod' }));
  const move = (more: object) =>
    lambda.send(
      new UpdateAliasCommand({ FunctionName, Name: 'prod', ...more }),
    );

  it('is allocated after a minute, on a published version only', async () => {
    await expect(get()).rejects.toMatchObject({
      name: 'ProvisionedConcurrencyConfigNotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(put('$LATEST')).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
    expect(await put('prod')).toMatchObject({
      Status: 'IN_PROGRESS',
      AllocatedProvisionedConcurrentExecutions: 0,
    });
    await aws.clock.advance(61_000);
    expect(await get()).toMatchObject({
      Status: 'READY',
      AllocatedProvisionedConcurrentExecutions: 5,
    });
    const { ProvisionedConcurrencyConfigs } = await lambda.send(
      new ListProvisionedConcurrencyConfigsCommand({ FunctionName }),
    );
    expect(ProvisionedConcurrencyConfigs).toHaveLength(1);
    expect(ProvisionedConcurrencyConfigs?.[0].FunctionArn).toMatch(/:prod$/);
    await lambda.send(
      new DeleteProvisionedConcurrencyConfigCommand({
        FunctionName,
        Qualifier: 'prod',
      }),
    );
    await expect(get()).rejects.toThrow('No Provisioned Concurrency');
  });

  it('INV-12a, INV-12d: is not set on an alias with weights, which may be shifted all the same', async () => {
    await put('prod');
    await aws.clock.advance(61_000);
    const weighted = await move({
      RoutingConfig: { AdditionalVersionWeights: { 2: 0.1 } },
    });
    expect(weighted.RoutingConfig?.AdditionalVersionWeights).toEqual({
      2: 0.1,
    });
    await expect(put('prod')).rejects.toThrow(
      'Alias with weights can not be used with Provisioned Concurrency',
    );
    expect((await get()).Status).toBe('READY');
  });

  it('INV-12b: refuses a second alias on the same version', async () => {
    await put('prod');
    await expect(put('qa')).rejects.toMatchObject({
      name: 'ResourceConflictException',
      $metadata: { httpStatusCode: 409 },
    });
    await move({ FunctionVersion: '2' });
    await put('qa');
    await expect(move({ FunctionVersion: '1' })).rejects.toMatchObject({
      name: 'ResourceConflictException',
    });
  });

  it('INV-12c: keeps traffic on the old version by a weight that nobody asked for, under another RevisionId', async () => {
    await put('prod');
    await aws.clock.advance(61_000);
    const answered = await move({ FunctionVersion: '2' });
    expect(answered.RoutingConfig).toBeUndefined();
    const moving = await alias();
    expect(moving).toMatchObject({
      FunctionVersion: '2',
      RoutingConfig: { AdditionalVersionWeights: { 1: 1 } },
    });
    expect(moving.RevisionId).not.toBe(answered.RevisionId);
    expect((await get()).Status).toBe('IN_PROGRESS');
    const { ExecutedVersion } = await lambda.send(
      new InvokeCommand({ FunctionName, Qualifier: 'prod' }),
    );
    expect(ExecutedVersion).toBe('1');
    await expect(
      move({ Description: 'x', RevisionId: answered.RevisionId }),
    ).rejects.toMatchObject({ name: 'PreconditionFailedException' });
    await aws.clock.advance(61_000);
    const settled = await alias();
    expect(settled.RoutingConfig).toBeUndefined();
    expect(settled.RevisionId).not.toBe(moving.RevisionId);
    expect((await get()).Status).toBe('READY');
  });

  it('lists event sources by the alias that they call, and moves them', async () => {
    const EventSourceArn = 'arn:aws:sqs:us-east-1:111111111111:visits';
    const create = () =>
      lambda.send(
        new CreateEventSourceMappingCommand({
          FunctionName: `${FunctionName}:prod`,
          EventSourceArn,
        }),
      );
    const { UUID } = await create();
    await expect(create()).rejects.toMatchObject({
      name: 'ResourceConflictException',
    });
    const list = async (name: string) =>
      (
        await lambda.send(
          new ListEventSourceMappingsCommand({ FunctionName: name }),
        )
      ).EventSourceMappings?.map(each => [each.FunctionArn, each.State]);
    const arn = 'arn:aws:lambda:us-east-1:111111111111:function:visit-api';
    expect(await list(`${FunctionName}:prod`)).toEqual([
      [`${arn}:prod`, 'Enabled'],
    ]);
    expect(await list(FunctionName)).toEqual([]);
    await lambda.send(
      new UpdateEventSourceMappingCommand({ UUID, FunctionName }),
    );
    expect(await list(FunctionName)).toEqual([[arn, 'Enabled']]);
  });
});
