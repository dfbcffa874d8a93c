import {
  CloudWatchClient,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { asAccount, QA, target, testAws } from '../testUtils/aws';
import { StackReader } from '../stack/StackReader';
import { CloudWatchMetrics, INGESTION_MS } from './CloudWatchMetrics';

const ARN = `arn:aws:lambda:us-east-1:${QA}:function:claims-api:live`;
const PLANTED = 'MRN-0042-PLANTED';
const alias = {
  ...target(ARN, 'lambda-alias'),
  alarms: ['claims-api-errors', 'claims-api-slow'],
};
const revision = (id: string) => ({ id, contentHash: `hash-${id}` });
const versions = { stable: revision('1'), candidate: revision('2') };

async function zip(body: string): Promise<Buffer> {
  const file = new ZipFile();
  file.addBuffer(
    Buffer.from(`exports.handler = async () => { ${body} };`),
    'index.js',
  );
  file.end();
  return buffer(file.outputStream);
}

describe('what CloudWatch says of a canary', () => {
  let sandbox: RunningSandbox;
  let lambda: LambdaClient;
  let cloudwatch: CloudWatchClient;

  beforeEach(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
    lambda = new LambdaClient(asAccount(QA));
    cloudwatch = new CloudWatchClient(asAccount(QA));
  });
  afterEach(async () => {
    lambda.destroy();
    cloudwatch.destroy();
    delete process.env.AWS_ENDPOINT_URL;
    await sandbox.close();
  });

  const calls = () =>
    sandbox.requests
      .since(0)
      .filter(one =>
        ['GetMetricData', 'DescribeAlarms'].includes(one.operation),
      )
      .map(one => one.operation);

  const ready = async () => {
    for (let i = 0; i < 50; i++) {
      const { State, LastUpdateStatus } = await lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName: 'claims-api' }),
      );
      if (State === 'Active' && LastUpdateStatus === 'Successful') return;
      await sandbox.clock.advance(1000);
    }
  };

  it('counts real calls through the alias, by the version that served them (INV-17)', async () => {
    const name = 'claims-api';
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Role: `arn:aws:iam::${QA}:role/claims-api`,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: await zip('return 1') },
      }),
    );
    await ready();
    await lambda.send(new PublishVersionCommand({ FunctionName: name }));
    await lambda.send(
      new UpdateFunctionCodeCommand({
        FunctionName: name,
        ZipFile: await zip('throw new Error("no")'),
      }),
    );
    await ready();
    await lambda.send(new PublishVersionCommand({ FunctionName: name }));
    await lambda.send(
      new CreateAliasCommand({
        FunctionName: name,
        Name: 'live',
        FunctionVersion: '1',
      }),
    );
    // A version takes its time to become active, too.
    await sandbox.clock.advance(60_000);
    const invoke = (Qualifier: string) =>
      lambda.send(new InvokeCommand({ FunctionName: name, Qualifier }));
    const from = sandbox.clock.now();
    await invoke('live');
    await invoke('live');
    // Not through the alias: must not count.
    await invoke('2');
    await lambda.send(
      new UpdateAliasCommand({
        FunctionName: name,
        Name: 'live',
        FunctionVersion: '1',
        RoutingConfig: { AdditionalVersionWeights: { 2: 1 } },
      }),
    );
    await invoke('live');

    const { clients } = testAws();
    const metrics = new CloudWatchMetrics(clients, new StackReader(clients));
    const early = await metrics.calls(alias, versions, from, from);
    expect(early).toMatchObject({ candidate: { calls: 0, errors: 0 } });
    expect(calls()).toEqual([]);

    await sandbox.clock.advance(INGESTION_MS + 60_000);
    const now = sandbox.clock.now();
    const reading = await metrics.calls(alias, versions, from, now);
    expect(reading).toMatchObject({
      stable: { calls: 2, errors: 0 },
      candidate: { calls: 1, errors: 1 },
    });
    expect(Date.parse(reading.to)).toBeLessThanOrEqual(
      now.getTime() - INGESTION_MS,
    );
    await metrics.calls(alias, versions, from, now);
    expect(calls()).toEqual(['GetMetricData']);
  });

  it('reads all alarms of an account in one call, keeps no text of them, and says which does not exist', async () => {
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'claims-api-errors',
        AlarmDescription: PLANTED,
        Namespace: 'AWS/Lambda',
        MetricName: 'Errors',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      }),
    );
    await cloudwatch.send(
      new SetAlarmStateCommand({
        AlarmName: 'claims-api-errors',
        StateValue: 'ALARM',
        StateReason: `patient ${PLANTED}`,
      }),
    );
    const { clients } = testAws();
    const metrics = new CloudWatchMetrics(clients, new StackReader(clients));
    const answers = await Promise.all([
      metrics.alarms(alias),
      metrics.alarms({ ...alias, alarms: ['claims-api-errors'] }),
    ]);
    expect(answers).toEqual([
      [
        { name: 'claims-api-errors', state: 'alarm' },
        { name: 'claims-api-slow', state: 'missing' },
      ],
      [{ name: 'claims-api-errors', state: 'alarm' }],
    ]);
    expect(JSON.stringify(answers)).not.toContain(PLANTED);
    expect(calls()).toEqual(['DescribeAlarms']);
  });

  it('throws where CloudWatch does not answer, and never makes up a state (SC-M2)', async () => {
    sandbox.faults.add({
      service: 'cloudwatch',
      operation: 'DescribeAlarms',
      kind: 'deny',
      count: 10,
    });
    const { clients } = testAws();
    await expect(
      new CloudWatchMetrics(clients, new StackReader(clients)).alarms(alias),
    ).rejects.toThrow(/DescribeAlarms/);
  });
});
