import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { asAccount, QA, target, testAws } from '../testUtils/aws';
import { LambdaAliasDriver } from './LambdaAliasDriver';
import { provisionedCheck } from './Preflight';

const ARN = `arn:aws:lambda:us-east-1:${QA}:function:claims-api:live`;
const alias = target(ARN, 'lambda-alias');
const role = (name: string) => `arn:aws:iam::${QA}:role/${name}`;
const revision = (id: string) => ({ id, contentHash: '' });

async function zip(): Promise<Buffer> {
  const file = new ZipFile();
  file.addBuffer(Buffer.from('exports.handler = async () => 1;'), 'index.js');
  file.end();
  return buffer(file.outputStream);
}

describe('the last checks of a Lambda alias', () => {
  let sandbox: RunningSandbox;
  let lambda: LambdaClient;
  const name = 'claims-api';

  const ready = async () => {
    for (let i = 0; i < 50; i++) {
      const { State, LastUpdateStatus } = await lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName: name }),
      );
      if (State === 'Active' && LastUpdateStatus === 'Successful') return;
      await sandbox.clock.advance(1000);
    }
  };
  const publish = async (Role: string) => {
    await lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: name, Role }),
    );
    await ready();
    await lambda.send(new PublishVersionCommand({ FunctionName: name }));
  };

  beforeEach(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
    lambda = new LambdaClient(asAccount(QA));
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Role: role('one'),
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: await zip() },
      }),
    );
    await ready();
    await lambda.send(new PublishVersionCommand({ FunctionName: name }));
    await publish(role('two'));
    await sandbox.clock.advance(60_000);
    await lambda.send(
      new CreateAliasCommand({
        FunctionName: name,
        Name: 'live',
        FunctionVersion: '1',
      }),
    );
  });
  afterEach(async () => {
    lambda.destroy();
    delete process.env.AWS_ENDPOINT_URL;
    await sandbox.close();
  });

  const checks = async () => {
    const driver = new LambdaAliasDriver(testAws().clients);
    const all = await driver.preflight(alias, revision('1'), revision('2'));
    return Object.fromEntries(all.map(one => [one.id, one.state]));
  };

  it('name each what they found, and run nothing (INV-05, INV-11, INV-18)', async () => {
    expect(await checks()).toEqual({
      'same-role': 'fail',
      'same-dlq': 'pass',
      callable: 'pass',
      'provisioned-concurrency': 'pass',
      invokers: 'warning',
    });
    await lambda.send(
      new AddPermissionCommand({
        FunctionName: name,
        Qualifier: 'live',
        StatementId: 'api',
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
      }),
    );
    expect(await checks()).toMatchObject({ invokers: 'pass' });
  });

  it('are unknown where AWS does not answer, never passed', async () => {
    sandbox.faults.add({
      service: 'lambda',
      operation: 'ListProvisionedConcurrencyConfigs',
      kind: 'deny',
      count: 10,
    });
    expect(await checks()).toMatchObject({
      'provisioned-concurrency': 'unknown',
      'same-dlq': 'pass',
    });
  });
});

it('provisioned concurrency of two aliases on one version is refused (SC-X14)', () => {
  const live = { alias: 'live', version: '1' };
  expect(provisionedCheck('live', '2', []).state).toBe('pass');
  expect(provisionedCheck('live', '2', [live]).state).toBe('warning');
  expect(
    provisionedCheck('live', '2', [live, { alias: 'blue', version: '2' }]),
  ).toMatchObject({ state: 'fail', summary: expect.stringMatching(/blue/) });
  expect(
    provisionedCheck('live', '2', [live, { alias: 'blue', version: '1' }])
      .state,
  ).toBe('warning');
  expect(
    provisionedCheck('live', '2', [{ alias: 'blue', version: '2' }]).state,
  ).toBe('pass');
});
