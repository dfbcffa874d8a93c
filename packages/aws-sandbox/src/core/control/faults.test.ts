import {
  CreateAliasCommand,
  CreateFunctionCommand,
  GetAliasCommand,
  GetFunctionCommand,
  LambdaClient,
  ListAliasesCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
} from '@aws-sdk/client-cloudwatch';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startSandbox } from '../../startSandbox';
import { clientOptions, zipOf } from '../../testing';
import type { RunningSandbox } from '../createSandbox';

const FUNCTION = 'visit-api';
const live = { FunctionName: FUNCTION, Name: 'live' };

async function errorOf(promise: Promise<unknown>) {
  const error = await promise.then(
    () => undefined,
    thrown => thrown,
  );
  return {
    name: error?.name,
    status: error?.$metadata?.httpStatusCode,
    reason: error?.Reason,
  };
}

describe('faults and quotas', () => {
  let sandbox: RunningSandbox;
  let lambda: LambdaClient;
  let ecs: ECSClient;

  beforeEach(async () => {
    sandbox = await startSandbox();
    lambda = new LambdaClient(clientOptions(sandbox.url));
    ecs = new ECSClient(clientOptions(sandbox.url));
    for (const body of ['1', '2']) {
      const ZipFile = await zipOf({
        'index.js': `exports.handler = () => ${body}`,
      });
      if (body === '1') {
        await lambda.send(
          new CreateFunctionCommand({
            FunctionName: FUNCTION,
            Role: 'arn:aws:iam::111111111111:role/svc',
            Runtime: 'nodejs22.x',
            Handler: 'index.handler',
            Code: { ZipFile },
          }),
        );
      } else {
        await lambda.send(
          new UpdateFunctionCodeCommand({ FunctionName: FUNCTION, ZipFile }),
        );
      }
      await sandbox.clock.advance(1000);
      await lambda.send(new PublishVersionCommand({ FunctionName: FUNCTION }));
    }
    await lambda.send(
      new CreateAliasCommand({ ...live, FunctionVersion: '1' }),
    );
    sandbox.requests.clear();
    sandbox.quotas.clearUsage();
  });

  afterEach(async () => {
    lambda.destroy();
    ecs.destroy();
    await sandbox.close();
  });

  const moveTo = (FunctionVersion: string) =>
    lambda.send(new UpdateAliasCommand({ ...live, FunctionVersion }));
  const version = async (alias = live) =>
    (await lambda.send(new GetAliasCommand(alias))).FunctionVersion;

  it("answers each kind in the service's own words, and carries nothing out", async () => {
    const seen: Record<string, unknown> = {};
    for (const kind of [
      'throttle',
      'error',
      'deny',
      'validation',
      'conflict',
    ] as const) {
      sandbox.faults.add({ kind, count: 2 });
      seen[`lambda ${kind}`] = await errorOf(moveTo('2'));
      seen[`ecs ${kind}`] = await errorOf(
        ecs.send(new DescribeServicesCommand({ services: ['a'] })),
      );
    }
    expect(seen).toEqual({
      'lambda throttle': {
        name: 'TooManyRequestsException',
        status: 429,
        reason: 'CallerRateLimitExceeded',
      },
      'ecs throttle': { name: 'ThrottlingException', status: 400 },
      'lambda error': { name: 'ServiceException', status: 500 },
      'ecs error': { name: 'ServerException', status: 500 },
      'lambda deny': { name: 'AccessDeniedException', status: 403 },
      'ecs deny': { name: 'AccessDeniedException', status: 400 },
      'lambda validation': {
        name: 'InvalidParameterValueException',
        status: 400,
      },
      'ecs validation': { name: 'InvalidParameterException', status: 400 },
      'lambda conflict': { name: 'ResourceConflictException', status: 409 },
      'ecs conflict': { name: 'ConflictException', status: 400 },
    });
    expect(await version()).toBe('1');
    const [throttled] = sandbox.requests.since();
    expect(throttled).toMatchObject({
      operation: 'UpdateAlias',
      status: 429,
      faults: ['throttle'],
    });
  });

  it('skips calls, counts, and is taken back by its handle', async () => {
    const handle = sandbox.faults.add({
      kind: 'throttle',
      operation: 'GetAlias',
      skip: 1,
      count: 2,
    });
    expect(await version()).toBe('1');
    expect((await errorOf(version())).name).toBe('TooManyRequestsException');
    expect(handle.left()).toBe(1);
    handle.remove();
    expect(await version()).toBe('1');
  });

  it('loses the request, or the answer alone', async () => {
    sandbox.faults.add({
      kind: 'drop-request',
      operation: 'UpdateAlias',
      count: 1,
    });
    await expect(moveTo('2')).rejects.toThrow();
    expect(await version()).toBe('1');
    sandbox.faults.add({
      kind: 'drop-response',
      operation: 'UpdateAlias',
      count: 1,
    });
    await expect(moveTo('2')).rejects.toThrow();
    expect(await version()).toBe('2');
    expect(
      sandbox.requests
        .since()
        .filter(each => each.operation === 'UpdateAlias')
        .map(each => each.status),
    ).toEqual([0, 200]);
  });

  it('reads the state before the last write for so many calls', async () => {
    sandbox.faults.add({ kind: 'stale', service: 'lambda', count: 2 });
    expect(await version()).toBe('1');
    await moveTo('2');
    expect([await version(), await version(), await version()]).toEqual([
      '1',
      '1',
      '2',
    ]);
  });

  it('does not list what was made a moment ago, and lags by the sandbox clock', async () => {
    sandbox.faults.add({
      kind: 'stale',
      service: 'lambda',
      milliseconds: 30_000,
    });
    await lambda.send(
      new CreateAliasCommand({ ...live, Name: 'next', FunctionVersion: '2' }),
    );
    const names = async () =>
      (
        await lambda.send(new ListAliasesCommand({ FunctionName: FUNCTION }))
      ).Aliases?.map(alias => alias.Name);
    expect(await names()).toEqual(['live']);
    expect((await errorOf(version({ ...live, Name: 'next' }))).name).toBe(
      'ResourceNotFoundException',
    );
    await sandbox.clock.advance(31_000);
    expect(await names()).toEqual(['live', 'next']);
  });

  it('leaves other accounts and writes alone', async () => {
    sandbox.faults.add({ kind: 'stale', account: '222222222222', count: 1 });
    sandbox.faults.add({ kind: 'deny', account: '222222222222' });
    await moveTo('2');
    expect(await version()).toBe('2');
  });

  it('throttles nothing unless it is asked, and counts all the same', async () => {
    await Promise.all(Array.from({ length: 20 }, () => version()));
    const [use] = sandbox.quotas.usage({ windowSeconds: 1 });
    expect(use).toMatchObject({
      account: '111111111111',
      region: 'us-east-1',
      group: 'lambda:control-plane',
      perSecond: 15,
      calls: 20,
      throttled: 0,
    });
  });

  it("shares Lambda's 15 calls a second, beside GetFunction's own 100, per account", async () => {
    sandbox.quotas.use([
      { id: 'lambda:control-plane', perSecond: 0.001, burst: 15 },
    ]);
    for (let index = 0; index < 8; index += 1) {
      await version();
      await lambda
        .send(new ListAliasesCommand({ FunctionName: FUNCTION }))
        .catch(() => undefined);
    }
    expect(await errorOf(version())).toEqual({
      name: 'TooManyRequestsException',
      status: 429,
      reason: 'CallerRateLimitExceeded',
    });
    await lambda.send(new GetFunctionCommand({ FunctionName: FUNCTION }));
    const other = new LambdaClient(clientOptions(sandbox.url, '222222222222'));
    expect((await errorOf(other.send(new GetAliasCommand(live)))).name).toBe(
      'ResourceNotFoundException',
    );
    other.destroy();
    expect(
      sandbox.quotas.usage().find(use => use.account === '111111111111'),
    ).toMatchObject({ group: 'lambda:control-plane', calls: 17, throttled: 2 });
    await sandbox.clock.advance(1_000_000);
    expect(await version()).toBe('1');
  });

  it('has the published numbers, each with its page and its own words', async () => {
    sandbox.quotas.use('published');
    const cloudwatch = new CloudWatchClient(clientOptions(sandbox.url));
    const s3 = new S3Client(clientOptions(sandbox.url));
    sandbox.quotas.use([
      { id: 'cloudwatch:DescribeAlarms', perSecond: 0.001, burst: 1 },
      {
        id: 's3:all',
        service: 's3',
        operations: 'rest',
        perSecond: 0.001,
        burst: 0,
        source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/',
      },
    ]);
    await cloudwatch.send(new DescribeAlarmsCommand({}));
    expect(
      (await errorOf(cloudwatch.send(new DescribeAlarmsCommand({})))).name,
    ).toMatch(/^Throttling/);
    expect(
      (await errorOf(s3.send(new HeadBucketCommand({ Bucket: 'none' }))))
        .status,
    ).toBe(503);
    const groups = sandbox.quotas.all();
    expect(
      groups.find(group => group.id === 'ecs:service-modify'),
    ).toMatchObject({ perSecond: 5, burst: 50 });
    expect(
      groups.filter(group => !group.source.startsWith('https://docs.aws')),
    ).toEqual([]);
    const answer = await fetch(`${sandbox.url}/_sandbox/quotas`);
    expect(await answer.json()).toMatchObject({
      enforced: true,
      usage: expect.arrayContaining([
        expect.objectContaining({
          group: 'cloudwatch:DescribeAlarms',
          calls: 2,
          throttled: 1,
        }),
      ]),
    });
    cloudwatch.destroy();
    s3.destroy();
  });
});
