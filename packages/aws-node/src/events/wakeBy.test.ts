import {
  EventBridgeClient,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import { DefaultAwsAccounts } from '../accounts';
import { DefaultAwsBudgets } from '../budgets';
import { DefaultAwsClients } from '../clients';
import { readHint } from './hint';
import { parseQueueUrl, readQueueUrls } from './queues';
import { WakeUp, wakeByEvents } from './wakeBy';

const ACCOUNT = '222222222222';
const PIPELINE = `arn:aws:codepipeline:us-east-1:${ACCOUNT}:visit-api`;
jest.setTimeout(60_000);

describe('waking by events', () => {
  let sandbox: RunningSandbox;
  let url: string;
  let stop: () => Promise<void>;
  let woken: WakeUp[];
  const logger = mockServices.logger.mock();
  const access = {
    region: 'us-east-1',
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'x' },
  };
  const as = { account: ACCOUNT };

  beforeEach(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
    url = `${sandbox.url}/${ACCOUNT}/wake-ups`;
    woken = [];
  });
  afterEach(async () => {
    await stop();
    delete process.env.AWS_ENDPOINT_URL;
    await sandbox.close();
  });

  const makeQueue = () =>
    sandbox.call('sqs', 'CreateQueue', { QueueName: 'wake-ups' }, as);

  function start(wake = async (one: WakeUp) => void woken.push(one)) {
    const clients = new DefaultAwsClients(
      DefaultAwsAccounts.fromConfig(
        new ConfigReader({
          aws: {
            mainAccount: { accessKeyId: ACCOUNT, secretAccessKey: 'x' },
            accountDefaults: { roleName: 'careplane-read' },
          },
        }),
      ),
      new DefaultAwsBudgets({ minimumShare: 1, maxWaitMs: 5_000 }),
      { version: '0', guard: () => {} },
    );
    const config = new ConfigReader({
      delivery: { events: { queueUrl: url } },
    });
    stop = wakeByEvents({ plugin: 'delivery', config, clients, logger, wake });
  }

  async function until(done: () => boolean | Promise<boolean>) {
    for (let look = 0; look < 200; look += 1) {
      if (await done()) return;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    throw new Error(`It never came to that: ${JSON.stringify(woken)}`);
  }

  const left = async () => {
    const sqs = new SQSClient(access);
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
    );
    sqs.destroy();
    return (
      Number(Attributes?.ApproximateNumberOfMessages) +
      Number(Attributes?.ApproximateNumberOfMessagesNotVisible)
    );
  };

  it('makes many events about one thing one wake-up, and none of what it cannot read', async () => {
    await makeQueue();
    await sandbox.call(
      'eventbridge',
      'PutRule',
      { Name: 'all', EventPattern: '{"source":["test"]}' },
      as,
    );
    await sandbox.call(
      'eventbridge',
      'PutTargets',
      {
        Rule: 'all',
        Targets: [
          { Id: '1', Arn: `arn:aws:sqs:us-east-1:${ACCOUNT}:wake-ups` },
        ],
      },
      as,
    );
    const sqs = new SQSClient(access);
    for (const MessageBody of ['not JSON', '[]', '{"detail":7}', 'null']) {
      await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
    }
    start();
    const events = new EventBridgeClient(access);
    for (let count = 0; count < 4; count += 1) {
      await events.send(
        new PutEventsCommand({
          Entries: [
            {
              Source: 'test',
              DetailType: 'x',
              Detail: '{"mrn":"MRN-0042-PLANTED"}',
              Resources: [PIPELINE],
            },
          ],
        }),
      );
    }
    await until(() => woken.length > 0);
    await until(async () => (await left()) === 0);
    expect(woken[0]).toEqual({
      accountId: ACCOUNT,
      region: 'us-east-1',
      arn: PIPELINE,
    });
    expect(woken.length).toBeLessThanOrEqual(2);
    const asked = sandbox.requests
      .since(0)
      .filter(call => call.operation === 'ReceiveMessage' && !call.errorCode);
    expect(asked.every(call => /careplane-read/.test(call.principal))).toBe(
      true,
    );
    expect(JSON.stringify(woken)).not.toContain('PLANTED');
    sqs.destroy();
    events.destroy();
  });

  it('goes on after a queue that was not there, and after a wake-up that failed', async () => {
    let fails = true;
    start(async one => {
      woken.push(one);
      if (fails) throw new Error('no');
    });
    await until(() => logger.warn.mock.calls.length > 0);
    await makeQueue();
    const send = (pipeline: string) =>
      sandbox.call(
        'sqs',
        'SendMessage',
        {
          QueueUrl: url,
          MessageBody: JSON.stringify({
            account: ACCOUNT,
            region: 'us-east-1',
            source: 'aws.codepipeline',
            detail: { pipeline },
          }),
        },
        as,
      );
    await send('visit-api');
    await until(() => woken.length === 1);
    fails = false;
    await send('claims-api');
    await until(() => woken.length === 2);
    expect(woken[1].arn).toBe(
      `arn:aws:codepipeline:us-east-1:${ACCOUNT}:claims-api`,
    );
  });

  it('ends while it waits', async () => {
    await makeQueue();
    start();
    await until(() =>
      sandbox.requests.since(0).some(call => call.service === 'sts'),
    );
    await stop();
    // The long poll was given up, not waited for.
    expect(
      sandbox.requests
        .since(0)
        .filter(call => call.operation === 'ReceiveMessage'),
    ).toEqual([]);
  });
});

describe('what an event names', () => {
  const event = (source: string, detail: object, resources: string[] = []) =>
    readHint(
      JSON.stringify({
        account: ACCOUNT,
        region: 'us-east-1',
        source,
        resources,
        detail,
      }),
    );

  it.each<[string, string, object, string]>([
    [
      'an alias by name',
      'aws.lambda',
      { requestParameters: { functionName: 'f', name: 'live' } },
      `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f:live`,
    ],
    [
      'an alias by ARN',
      'aws.lambda',
      {
        requestParameters: {
          functionName: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f`,
          name: 'live',
        },
      },
      `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f:live`,
    ],
    [
      'a service',
      'aws.ecs',
      { requestParameters: { cluster: 'careplane', service: 'web' } },
      `arn:aws:ecs:us-east-1:${ACCOUNT}:service/careplane/web`,
    ],
    [
      'a repository',
      'aws.ecr',
      { 'repository-name': 'web' },
      `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/web`,
    ],
  ])('is %s', (_, source, detail, arn) => {
    expect(event(source, detail)?.arns).toEqual([arn]);
  });

  it('is a stack by name or id, and anything of the account for alarms', () => {
    const id = `arn:aws:cloudformation:us-east-1:${ACCOUNT}:stack/svc-web/1-2`;
    expect(event('aws.cloudformation', { 'stack-id': id })?.stacks).toEqual([
      'svc-web',
    ]);
    expect(
      event('aws.cloudformation', { requestParameters: { stackName: 'svc-a' } })
        ?.stacks,
    ).toEqual(['svc-a']);
    expect(event('aws.cloudwatch', {})?.wide).toBe(true);
    const wrapped = JSON.stringify({
      Type: 'Notification',
      Message: JSON.stringify({ account: '1', region: 'r', source: 's' }),
    });
    expect(readHint(wrapped)).toMatchObject({ accountId: '1', arns: [] });
  });

  it('is read from queues whose URLs say where they are', () => {
    expect(
      parseQueueUrl(`https://sqs.eu-west-1.amazonaws.com/${ACCOUNT}/wake-ups`),
    ).toEqual({ accountId: ACCOUNT, region: 'eu-west-1' });
    expect(() =>
      readQueueUrls(
        new ConfigReader({ release: { events: { queueUrls: ['nowhere'] } } }),
        'release',
      ),
    ).toThrow("'release.events' names no queue");
    expect(readQueueUrls(new ConfigReader({}), 'release')).toEqual([]);
  });
});
