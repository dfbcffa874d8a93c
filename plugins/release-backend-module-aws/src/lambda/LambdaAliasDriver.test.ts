import {
  CreateAliasCommand,
  CreateFunctionCommand,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import { ZipFile } from 'yazl';
import { buffer } from 'node:stream/consumers';
import { asAccount, QA, target, testAws, write } from '../testUtils/aws';
import { LambdaAliasDriver } from './LambdaAliasDriver';

const ARN = `arn:aws:lambda:us-east-1:${QA}:function:claims-api:live`;
const alias = target(ARN, 'lambda-alias');
const PLANTED = 'MRN-0042-PLANTED';

async function zip(text: string): Promise<Buffer> {
  const file = new ZipFile();
  file.addBuffer(
    Buffer.from(`exports.handler = async () => ${JSON.stringify(text)};`),
    'index.js',
  );
  file.end();
  return buffer(file.outputStream as NodeJS.ReadableStream);
}

describe('LambdaAliasDriver', () => {
  let sandbox: RunningSandbox;
  let lambda: LambdaClient;
  let driver: LambdaAliasDriver;
  const ROLE = `arn:aws:iam::${QA}:role/claims-api`;

  const ready = async () => {
    await sandbox.clock.advance(60_000);
    for (let i = 0; i < 50; i++) {
      const { State, LastUpdateStatus } = await lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName: 'claims-api' }),
      );
      if (State === 'Active' && LastUpdateStatus === 'Successful') return;
      await sandbox.clock.advance(1000);
    }
  };
  const publish = async (text: string) => {
    await lambda.send(
      new UpdateFunctionCodeCommand({
        FunctionName: 'claims-api',
        ZipFile: await zip(text),
      }),
    );
    await ready();
    const { Version } = await lambda.send(
      new PublishVersionCommand({ FunctionName: 'claims-api' }),
    );
    return Version!;
  };
  const calls = (operation: string) =>
    sandbox.requests.since(0).filter(call => call.operation === operation);

  beforeAll(() => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  });
  beforeEach(async () => {
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
    lambda = new LambdaClient(asAccount(QA));
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'claims-api',
        Role: ROLE,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: await zip('one') },
        Environment: { Variables: { SECRET: PLANTED } },
      }),
    );
    await ready();
    await lambda.send(
      new PublishVersionCommand({ FunctionName: 'claims-api' }),
    );
    await publish('two');
    await lambda.send(
      new CreateAliasCommand({
        FunctionName: 'claims-api',
        Name: 'live',
        FunctionVersion: '1',
      }),
    );
    driver = new LambdaAliasDriver(testAws().clients);
    sandbox.requests.clear();
  });
  afterEach(async () => {
    delete process.env.AWS_ENDPOINT_URL;
    await sandbox.close();
  });

  it('observes version, code hash and RevisionId, and no environment', async () => {
    const seen = await driver.observe(alias);
    expect(seen).toMatchObject({
      exists: true,
      stable: {
        id: '1',
        contentHash: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
        createdAt: expect.stringMatching(/Z$/),
      },
      casToken: expect.any(String),
      requestId: expect.any(String),
    });
    expect(seen.candidate).toBeUndefined();
    expect(JSON.stringify(seen)).not.toContain(PLANTED);
  });

  it('says that a target does not exist, and fails when it cannot know', async () => {
    const missing = target(ARN.replace('claims-api', 'none'), 'lambda-alias');
    await expect(driver.observe(missing)).resolves.toEqual({ exists: false });
    sandbox.faults.add({ kind: 'deny', operation: 'GetAlias' });
    await expect(driver.observe(alias)).rejects.toMatchObject({
      action: 'lambda:GetAlias',
    });
  });

  it('walks a canary: weight, cut-over, and an empty weight map at the end (INV-06, INV-07, SC-L2, SC-L5)', async () => {
    const one = await driver.observe(alias);
    const two = { id: '2', contentHash: 'x' };
    const shifted = await driver.shift(
      alias,
      one,
      { stable: one.stable!, candidate: { revision: two, weight: 0.1 } },
      write,
    );
    const canary = await driver.observe(alias);
    expect(canary.candidate).toMatchObject({
      revision: { id: '2' },
      weight: 0.1,
    });
    expect(canary.casToken).toBe(shifted.casToken);
    await driver.shift(
      alias,
      canary,
      { stable: canary.candidate!.revision },
      write,
    );
    const raw = await lambda.send(
      new GetAliasCommand({ FunctionName: 'claims-api', Name: 'live' }),
    );
    expect(raw.FunctionVersion).toBe('2');
    expect(raw.RoutingConfig?.AdditionalVersionWeights ?? {}).toEqual({});
    expect(calls('UpdateAlias')).toHaveLength(2);
  });

  it('loses the race against a change that it did not see (INV-01)', async () => {
    const seen = await driver.observe(alias);
    await lambda.send(
      new UpdateAliasCommand({
        FunctionName: 'claims-api',
        Name: 'live',
        Description: 'console',
      }),
    );
    await expect(
      driver.shift(
        alias,
        seen,
        { stable: { id: '2', contentHash: 'x' } },
        write,
      ),
    ).rejects.toMatchObject({ name: 'ConflictError' });
    expect((await driver.observe(alias)).stable?.id).toBe('1');
  });

  it('takes an operation under way on the function for no change of the alias', async () => {
    const seen = await driver.observe(alias);
    sandbox.faults.add({
      kind: 'conflict',
      operation: 'UpdateAlias',
      code: 'ResourceConflictException',
      count: 1,
    });
    await expect(
      driver.shift(
        alias,
        seen,
        { stable: { id: '2', contentHash: 'x' } },
        write,
      ),
    ).rejects.toMatchObject({ name: 'ServiceUnavailableError' });
  });

  it('makes one attempt when the answer is lost, and leaves the rest to the engine', async () => {
    const seen = await driver.observe(alias);
    sandbox.faults.add({
      kind: 'drop-response',
      operation: 'UpdateAlias',
      count: 1,
    });
    await expect(
      driver.shift(
        alias,
        seen,
        { stable: { id: '2', contentHash: 'x' } },
        write,
      ),
    ).rejects.toMatchObject({ name: 'ServiceUnavailableError' });
    expect(calls('UpdateAlias')).toHaveLength(1);
    expect((await driver.observe(alias)).stable?.id).toBe('2');
  });

  it('writes nothing without the token that was read, or to $LATEST', async () => {
    const seen = await driver.observe(alias);
    const to = { stable: { id: '2', contentHash: 'x' } };
    await expect(
      driver.shift(alias, { ...seen, casToken: undefined }, to, write),
    ).rejects.toMatchObject({ name: 'InputError' });
    await expect(
      driver.shift(
        alias,
        seen,
        { stable: { id: '$LATEST', contentHash: 'x' } },
        write,
      ),
    ).rejects.toMatchObject({ name: 'InputError' });
    expect(calls('UpdateAlias')).toEqual([]);
  });

  it('rolls back with two reads and one write while reads are out of budget', async () => {
    const { clients } = testAws();
    const tired = new LambdaAliasDriver(clients);
    const place = { accountId: QA, region: 'us-east-1' };
    for (let i = 0; i < 40; i++) {
      void clients.budgets
        .acquire({ ...place, service: 'lambda', operation: 'ListAliases' })
        .then(release => release());
    }
    const started = Date.now();
    const seen = await tired.observe(alias, { rollback: true });
    await tired.shift(
      alias,
      seen,
      { stable: seen.stable! },
      {
        ...write,
        rollback: true,
      },
    );
    expect(Date.now() - started).toBeLessThan(3000);
    expect(clients.budgets.usage()[0].waiting).toBeGreaterThan(10);
  });

  it('offers a canary only where AWS shares traffic, and says why not', async () => {
    const [one, two] = ['1', '2'].map(id => ({ id, contentHash: 'x' }));
    await expect(driver.supports(alias, one, two)).resolves.toEqual({
      canary: { allowed: true },
    });
    await lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'claims-api',
        Role: `${ROLE}-new`,
      }),
    );
    await ready();
    const three = { id: await publish('three'), contentHash: 'x' };
    await expect(driver.supports(alias, one, three)).resolves.toEqual({
      canary: {
        allowed: false,
        reason: expect.stringContaining('different execution roles'),
      },
    });
    await expect(driver.supports(alias, one, one)).resolves.toMatchObject({
      canary: { allowed: false },
    });
  });

  it('judges a version by named checks, and unknown is no pass', async () => {
    const { stable } = await driver.observe(alias);
    const states = async (revision: { id: string; contentHash: string }) =>
      (await driver.viability(alias, revision)).map(c => [c.id, c.state]);
    await expect(states(stable!)).resolves.toEqual([
      ['version-exists', 'pass'],
      ['same-artifact', 'pass'],
      ['version-active', 'pass'],
    ]);
    await expect(
      states({ id: '2', contentHash: 'other' }),
    ).resolves.toContainEqual(['same-artifact', 'fail']);
    await expect(states({ id: '99', contentHash: 'x' })).resolves.toEqual([
      ['version-exists', 'fail'],
    ]);
    sandbox.faults.add({ kind: 'deny', operation: 'GetFunction' });
    await expect(states(stable!)).resolves.toEqual([
      ['version-exists', 'unknown'],
    ]);
  });

  it('tells from CloudTrail what ran, when, and who moved it', async () => {
    const seen = await driver.observe(alias);
    await driver.shift(
      alias,
      seen,
      { stable: { id: '2', contentHash: 'x' } },
      write,
    );
    await sandbox.clock.advance(20 * 60_000);
    const { moves: history } = await driver.history(alias);
    expect(history.map(h => [h.revision.id, h.actor, h.source])).toEqual([
      ['1', expect.any(String), 'cloudtrail'],
      ['2', 'user:default/daniel.okafor', 'cloudtrail'],
    ]);
  });
});
