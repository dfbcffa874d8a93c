import { createHash } from 'node:crypto';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  ListAliasesCommand,
  ListFunctionsCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
  waitUntilPublishedVersionActive,
} from '@aws-sdk/client-lambda';
import {
  CloudWatchClient,
  GetMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateBucketCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { startSandbox } from '../../startSandbox';
import { clientOptions, setFunctionState, zipOf } from '../../testing';
import type { RunningSandbox } from '../../core';

const ROLE = 'arn:aws:iam::222222222222:role/svc-visit-api';
const answering = (text: string) =>
  zipOf({
    'index.js': `exports.handler = async event => ({ text: '${text}', event });`,
  });

describe('lambda', () => {
  let sandbox: RunningSandbox;
  let lambda: LambdaClient;

  beforeAll(async () => {
    sandbox = await startSandbox();
    lambda = new LambdaClient(clientOptions(sandbox.url, '222222222222'));
  });

  afterAll(async () => {
    lambda.destroy();
    await sandbox.close();
  });

  const settled = async (name: string) => {
    const options = {
      client: lambda,
      maxWaitTime: 10,
      minDelay: 0.1,
      maxDelay: 0.1,
    };
    await waitUntilFunctionActiveV2(options, { FunctionName: name });
    await waitUntilFunctionUpdatedV2(options, { FunctionName: name });
  };

  async function create(
    name: string,
    files?: Record<string, string>,
    more = {},
  ) {
    const zip = files ? await zipOf(files) : await answering('one');
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Role: ROLE,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: zip },
        ...more,
      }),
    );
    await settled(name);
    return zip;
  }

  async function publish(name: string, text?: string) {
    if (text) {
      await lambda.send(
        new UpdateFunctionCodeCommand({
          FunctionName: name,
          ZipFile: await answering(text),
        }),
      );
      await settled(name);
    }
    const { Version } = await lambda.send(
      new PublishVersionCommand({ FunctionName: name }),
    );
    await waitUntilPublishedVersionActive(
      { client: lambda, maxWaitTime: 10, minDelay: 0.1, maxDelay: 0.1 },
      { FunctionName: name, Qualifier: Version },
    );
    return String(Version);
  }

  async function invoke(name: string, qualifier?: string, event: object = {}) {
    const answer = await lambda.send(
      new InvokeCommand({
        FunctionName: name,
        Qualifier: qualifier,
        Payload: JSON.stringify(event),
        LogType: 'Tail',
      }),
    );
    return {
      ...answer,
      payload: JSON.parse(answer.Payload?.transformToString() ?? 'null'),
      log: Buffer.from(answer.LogResult ?? '', 'base64').toString(),
    };
  }

  const failure = (sent: Promise<unknown>) =>
    sent.then(
      () => ({ name: 'no error', message: '', status: 0 }),
      error => ({
        name: error.name,
        message: error.message,
        status: error.$metadata?.httpStatusCode,
      }),
    );

  it('stores code under the digest that AWS shows, from a zip and from S3 in another account', async () => {
    const zip = await create('from-zip');
    const digest = createHash('sha256').update(zip).digest('base64');
    const { Configuration, Code } = await lambda.send(
      new GetFunctionCommand({ FunctionName: 'from-zip' }),
    );
    expect(Configuration).toMatchObject({
      CodeSha256: digest,
      CodeSize: zip.length,
      Version: '$LATEST',
      State: 'Active',
      FunctionArn: 'arn:aws:lambda:us-east-1:222222222222:function:from-zip',
    });
    expect(Configuration?.ConfigSha256).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    const location = new URL(Code?.Location ?? '');
    const guessed = await fetch(`${location.origin}${location.pathname}`);
    expect(guessed.status).toBe(403);
    location.searchParams.set('X-Amz-Until', String(Date.now() + 86_400_000));
    expect((await fetch(location)).status).toBe(403);
    const downloaded = await fetch(Code?.Location ?? '');
    expect(Buffer.from(await downloaded.arrayBuffer())).toEqual(zip);

    const s3 = new S3Client(clientOptions(sandbox.url, '111111111111'));
    await s3.send(new CreateBucketCommand({ Bucket: 'artifacts' }));
    await s3.send(
      new PutObjectCommand({ Bucket: 'artifacts', Key: 'a.zip', Body: zip }),
    );
    s3.destroy();
    const created = await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'from-s3',
        Role: ROLE,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { S3Bucket: 'artifacts', S3Key: 'a.zip' },
      }),
    );
    expect(created.CodeSha256).toBe(digest);
    expect(created.State).toBe('Pending');
  });

  it('refuses a zip that is none, a missing object and a second function of that name', async () => {
    const base = {
      FunctionName: 'bad',
      Role: ROLE,
      Runtime: 'nodejs22.x' as const,
      Handler: 'index.handler',
    };
    await expect(
      failure(
        lambda.send(
          new CreateFunctionCommand({
            ...base,
            Code: { ZipFile: Buffer.from('no zip') },
          }),
        ),
      ),
    ).resolves.toMatchObject({
      name: 'InvalidParameterValueException',
      status: 400,
    });
    await expect(
      failure(
        lambda.send(
          new CreateFunctionCommand({
            ...base,
            Code: { S3Bucket: 'artifacts', S3Key: 'none' },
          }),
        ),
      ),
    ).resolves.toMatchObject({ message: expect.stringContaining('NoSuchKey') });
    await create('twice');
    await expect(failure(create('twice'))).resolves.toMatchObject({
      name: 'ResourceConflictException',
      status: 409,
    });
  });

  it('numbers versions upwards, never again, and publishes nothing when nothing changed', async () => {
    await create('numbers');
    expect(await publish('numbers')).toBe('1');
    expect(await publish('numbers')).toBe('1');
    expect(await publish('numbers', 'two')).toBe('2');
    await lambda.send(
      new DeleteFunctionCommand({ FunctionName: 'numbers', Qualifier: '2' }),
    );
    expect(await publish('numbers')).toBe('3');
    await lambda.send(new DeleteFunctionCommand({ FunctionName: 'numbers' }));
    await create('numbers');
    expect(await publish('numbers')).toBe('4');
  });

  it('freezes code and configuration in a version', async () => {
    await create('frozen', undefined, {
      Environment: { Variables: { GREETING: 'first' } },
    });
    await publish('frozen');
    await lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'frozen',
        Timeout: 20,
        Environment: { Variables: { GREETING: 'second' } },
      }),
    );
    await settled('frozen');
    await publish('frozen', 'two');
    const [one, two] = await Promise.all(
      ['1', '2'].map(Qualifier =>
        lambda.send(
          new GetFunctionConfigurationCommand({
            FunctionName: 'frozen',
            Qualifier,
          }),
        ),
      ),
    );
    expect(one.Timeout).toBe(3);
    expect(two.Timeout).toBe(20);
    expect(one.ConfigSha256).not.toBe(two.ConfigSha256);
    expect(one.CodeSha256).not.toBe(two.CodeSha256);
    expect((await invoke('frozen', '1')).payload.text).toBe('one');
    expect((await invoke('frozen', '2')).payload.text).toBe('two');
  });

  it('tells a wrong CodeSha256 from an old RevisionId', async () => {
    await create('guarded');
    await expect(
      failure(
        lambda.send(
          new PublishVersionCommand({
            FunctionName: 'guarded',
            CodeSha256: 'x',
          }),
        ),
      ),
    ).resolves.toMatchObject({
      name: 'InvalidParameterValueException',
      status: 400,
    });
    await expect(
      failure(
        lambda.send(
          new PublishVersionCommand({
            FunctionName: 'guarded',
            RevisionId: 'x',
          }),
        ),
      ),
    ).resolves.toMatchObject({
      name: 'PreconditionFailedException',
      status: 412,
    });
  });

  it('moves an alias once per RevisionId, and an old one changes nothing', async () => {
    await create('moved');
    await publish('moved');
    await publish('moved', 'two');
    const made = await lambda.send(
      new CreateAliasCommand({
        FunctionName: 'moved',
        Name: 'live',
        FunctionVersion: '1',
      }),
    );
    const update = (version: string) =>
      lambda.send(
        new UpdateAliasCommand({
          FunctionName: 'moved',
          Name: 'live',
          FunctionVersion: version,
          RevisionId: made.RevisionId,
        }),
      );
    const answers = await Promise.allSettled([
      update('2'),
      update('1'),
      update('2'),
    ]);
    expect(answers.filter(each => each.status === 'fulfilled')).toHaveLength(1);
    await expect(failure(update('1'))).resolves.toMatchObject({
      name: 'PreconditionFailedException',
      status: 412,
    });
    const now = await lambda.send(
      new GetAliasCommand({ FunctionName: 'moved', Name: 'live' }),
    );
    expect(now.FunctionVersion).toBe('2');
    expect(now.RevisionId).not.toBe(made.RevisionId);
    expect(now.AliasArn).toBe(
      'arn:aws:lambda:us-east-1:222222222222:function:moved:live',
    );
  });

  describe('with weights', () => {
    beforeAll(async () => {
      await create('weighted');
      await publish('weighted');
      await publish('weighted', 'two');
      await lambda.send(
        new UpdateFunctionConfigurationCommand({
          FunctionName: 'weighted',
          Role: `${ROLE}-other`,
        }),
      );
      await settled('weighted');
      await publish('weighted');
      await lambda.send(
        new CreateAliasCommand({
          FunctionName: 'weighted',
          Name: 'live',
          FunctionVersion: '1',
        }),
      );
    });

    const route = (weights?: Record<string, number>, version?: string) =>
      lambda.send(
        new UpdateAliasCommand({
          FunctionName: 'weighted',
          Name: 'live',
          FunctionVersion: version,
          ...(weights
            ? { RoutingConfig: { AdditionalVersionWeights: weights } }
            : {}),
        }),
      );

    it.each([
      ['a key that is no number', { $LATEST: 0.1 }, 'ValidationException'],
      ['a weight above 1', { 2: 1.5 }, 'ValidationException'],
      ['a version that is not there', { 9: 0.1 }, 'ResourceNotFoundException'],
      ['the main version again', { 1: 0.1 }, 'InvalidParameterValueException'],
      ['three versions', { 2: 0.1, 3: 0.1 }, 'InvalidParameterValueException'],
      ['another execution role', { 3: 0.1 }, 'InvalidParameterValueException'],
    ])('refuses %s', async (_what, weights, name) => {
      await expect(failure(route(weights))).resolves.toMatchObject({ name });
    });

    it('keeps weights that an update leaves out and clears them with an empty map', async () => {
      await route({ 2: 0.25 });
      const kept = await lambda.send(
        new UpdateAliasCommand({
          FunctionName: 'weighted',
          Name: 'live',
          Description: 'still weighted',
        }),
      );
      expect(kept.RoutingConfig?.AdditionalVersionWeights).toEqual({ 2: 0.25 });
      const cleared = await route({});
      expect(cleared.RoutingConfig).toBeUndefined();
    });

    it('routes by weight and says which version ran', async () => {
      await route({ 2: 1 });
      const canary = await invoke('weighted', 'live');
      expect(canary.ExecutedVersion).toBe('2');
      expect(canary.payload.text).toBe('two');
      await route({ 2: 0 });
      expect((await invoke('weighted', 'live')).ExecutedVersion).toBe('1');
    });

    it('keeps a version that an alias needs, by weight too', async () => {
      await route({ 2: 0.1 });
      for (const Qualifier of ['1', '2']) {
        await expect(
          failure(
            lambda.send(
              new DeleteFunctionCommand({
                FunctionName: 'weighted',
                Qualifier,
              }),
            ),
          ),
        ).resolves.toMatchObject({
          name: 'ResourceConflictException',
          status: 409,
        });
      }
    });
  });

  it('runs CommonJS, ESM and callback handlers in a scrubbed environment', async () => {
    process.env.SANDBOX_TEST_SECRET = 'must not be seen';
    await create(
      'runs',
      {
        'src/main.mjs': `export const handler = async (event, context) => {
          console.log('seen', event.id);
          return { env: process.env, version: context.functionVersion, arn: context.invokedFunctionArn };
        };`,
      },
      {
        Handler: 'src/main.handler',
        Environment: { Variables: { TABLE: 'visits' } },
      },
    );
    const ran = await invoke('runs', undefined, { id: 42 });
    delete process.env.SANDBOX_TEST_SECRET;
    expect(ran.FunctionError).toBeUndefined();
    expect(ran.payload).toMatchObject({
      version: '$LATEST',
      arn: 'arn:aws:lambda:us-east-1:222222222222:function:runs',
      env: {
        TABLE: 'visits',
        AWS_LAMBDA_FUNCTION_NAME: 'runs',
        AWS_ENDPOINT_URL: sandbox.url,
      },
    });
    expect(ran.payload.env.SANDBOX_TEST_SECRET).toBeUndefined();
    expect(ran.log).toContain('seen 42');

    await create('calls-back', {
      'index.js':
        'exports.handler = (event, context, done) => setTimeout(() => done(null, event.n * 2), 5);',
    });
    expect((await invoke('calls-back', undefined, { n: 21 })).payload).toBe(42);
  });

  it('answers a thrown error, a time-out, a crash and a missing handler as AWS does', async () => {
    await create(
      'fails',
      {
        'index.js': `
          exports.throws = async () => { throw new TypeError('no such visit'); };
          exports.hangs = () => new Promise(() => setInterval(() => {}, 1000));
          exports.crashes = () => process.exit(3);`,
      },
      { Handler: 'index.throws', Timeout: 1 },
    );
    const thrown = await invoke('fails');
    expect(thrown.FunctionError).toBe('Unhandled');
    expect(thrown.payload).toMatchObject({
      errorType: 'TypeError',
      errorMessage: 'no such visit',
    });
    const withHandler = async (Handler: string) => {
      await lambda.send(
        new UpdateFunctionConfigurationCommand({
          FunctionName: 'fails',
          Handler,
        }),
      );
      await settled('fails');
      return (await invoke('fails')).payload;
    };
    expect(await withHandler('index.hangs')).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringContaining('timed out after 1.00 seconds'),
    });
    expect(await withHandler('index.crashes')).toMatchObject({
      errorType: 'Runtime.ExitError',
    });
    expect(await withHandler('index.none')).toMatchObject({
      errorType: 'Runtime.HandlerNotFound',
    });
    expect(await withHandler('none.handler')).toMatchObject({
      errorType: 'Runtime.ImportModuleError',
    });
  });

  it('says by name what it cannot run', async () => {
    await create('python', undefined, { Runtime: 'python3.13' });
    await expect(failure(invoke('python'))).resolves.toMatchObject({
      name: 'InvalidRuntimeException',
      message: expect.stringContaining('python3.13'),
    });
  });

  it('counts invocations and errors per alias and executed version', async () => {
    await create('measured', {
      'index.js': `exports.handler = async event => { if (event.bad) throw new Error('bad'); };`,
    });
    await publish('measured');
    await lambda.send(
      new CreateAliasCommand({
        FunctionName: 'measured',
        Name: 'live',
        FunctionVersion: '1',
      }),
    );
    await invoke('measured', 'live');
    await invoke('measured', 'live', { bad: true });
    const cloudwatch = new CloudWatchClient(
      clientOptions(sandbox.url, '222222222222'),
    );
    const query = (MetricName: string) => ({
      Id: MetricName.toLowerCase(),
      MetricStat: {
        Metric: {
          Namespace: 'AWS/Lambda',
          MetricName,
          Dimensions: [
            { Name: 'FunctionName', Value: 'measured' },
            { Name: 'Resource', Value: 'measured:live' },
            { Name: 'ExecutedVersion', Value: '1' },
          ],
        },
        Period: 3600,
        Stat: 'Sum',
      },
    });
    const now = sandbox.clock.now().getTime();
    const { MetricDataResults } = await cloudwatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: [query('Invocations'), query('Errors')],
        StartTime: new Date(now - 7_200_000),
        EndTime: new Date(now + 60_000),
      }),
    );
    cloudwatch.destroy();
    const sums = MetricDataResults?.map(result =>
      (result.Values ?? []).reduce((a, b) => a + b, 0),
    );
    expect(sums).toEqual([2, 1]);
  });

  it('wakes an inactive version at its first call, and runs no failed one', async () => {
    const FunctionName = 'idle';
    await create(FunctionName);
    const target = { account: '222222222222', name: FunctionName };
    setFunctionState(sandbox, target, { state: 'Inactive' });
    const look = () =>
      lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    expect(await look()).toMatchObject({
      State: 'Inactive',
      StateReasonCode: 'Idle',
    });
    const call = () => lambda.send(new InvokeCommand({ FunctionName }));
    await expect(call()).rejects.toMatchObject({
      name: 'ResourceNotReadyException',
      $metadata: { httpStatusCode: 502 },
    });
    expect((await look()).State).toBe('Pending');
    await settled(FunctionName);
    expect((await call()).FunctionError).toBeUndefined();
    setFunctionState(sandbox, target, {
      state: 'Failed',
      code: 'KMSKeyNotFound',
      text: 'The key is gone.',
    });
    await expect(call()).rejects.toMatchObject({
      name: 'ResourceConflictException',
    });
  });

  it('throttles at the reserved concurrency', async () => {
    await create('reserved');
    await lambda.send(
      new PutFunctionConcurrencyCommand({
        FunctionName: 'reserved',
        ReservedConcurrentExecutions: 0,
      }),
    );
    await expect(failure(invoke('reserved'))).resolves.toMatchObject({
      name: 'TooManyRequestsException',
      status: 429,
    });
  });

  it('keeps policies per qualifier, and tags', async () => {
    await create('open', undefined, { Tags: { owner: 'virtual-care' } });
    await publish('open');
    await lambda.send(
      new CreateAliasCommand({
        FunctionName: 'open',
        Name: 'live',
        FunctionVersion: '1',
      }),
    );
    await lambda.send(
      new AddPermissionCommand({
        FunctionName: 'open',
        Qualifier: 'live',
        StatementId: 'api',
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
      }),
    );
    const { Policy } = await lambda.send(
      new GetPolicyCommand({ FunctionName: 'open', Qualifier: 'live' }),
    );
    expect(JSON.parse(Policy ?? '').Statement[0]).toMatchObject({
      Principal: { Service: 'apigateway.amazonaws.com' },
      Resource: 'arn:aws:lambda:us-east-1:222222222222:function:open:live',
    });
    await expect(
      failure(lambda.send(new GetPolicyCommand({ FunctionName: 'open' }))),
    ).resolves.toMatchObject({
      name: 'ResourceNotFoundException',
      status: 404,
    });
    const { Tags } = await lambda.send(
      new ListTagsCommand({
        Resource: 'arn:aws:lambda:us-east-1:222222222222:function:open',
      }),
    );
    expect(Tags).toEqual({ owner: 'virtual-care' });
  });

  it('lists in pages, and one account does not see another', async () => {
    const { Versions } = await lambda.send(
      new ListVersionsByFunctionCommand({ FunctionName: 'weighted' }),
    );
    expect(Versions?.map(version => version.Version)).toEqual([
      '$LATEST',
      '1',
      '2',
      '3',
    ]);
    const first = await lambda.send(new ListFunctionsCommand({ MaxItems: 2 }));
    expect(first.Functions).toHaveLength(2);
    const second = await lambda.send(
      new ListFunctionsCommand({ MaxItems: 2, Marker: first.NextMarker }),
    );
    expect(second.Functions?.[0].FunctionName).not.toBe(
      first.Functions?.[1].FunctionName,
    );
    const { Aliases } = await lambda.send(
      new ListAliasesCommand({
        FunctionName: 'weighted',
        FunctionVersion: '2',
      }),
    );
    expect(Aliases?.map(alias => alias.Name)).toEqual(['live']);
    const other = new LambdaClient(clientOptions(sandbox.url, '333333333333'));
    await expect(
      other.send(new ListFunctionsCommand({})),
    ).resolves.toMatchObject({
      Functions: [],
    });
    await expect(
      failure(
        other.send(
          new GetAliasCommand({
            FunctionName:
              'arn:aws:lambda:us-east-1:222222222222:function:weighted',
            Name: 'live',
          }),
        ),
      ),
    ).resolves.toMatchObject({ name: 'AccessDeniedException', status: 403 });
    other.destroy();
  });
});
