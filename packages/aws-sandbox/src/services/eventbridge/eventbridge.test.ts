import * as eb from '@aws-sdk/client-eventbridge';
import {
  CreateTopicCommand,
  ListTopicsCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import { startSandbox } from '../../startSandbox';
import { clientOptions } from '../../testing';
import type { RunningSandbox } from '../../core';
import { matches } from './pattern';

const ACCOUNT = '222222222222';
const arnOf = (name: string) => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;

describe('EventBridge', () => {
  let sandbox: RunningSandbox;
  let events: eb.EventBridgeClient;
  let queues: sqs.SQSClient;

  beforeAll(async () => {
    sandbox = await startSandbox();
    events = new eb.EventBridgeClient(clientOptions(sandbox.url, ACCOUNT));
    queues = new sqs.SQSClient(clientOptions(sandbox.url, ACCOUNT));
  });

  afterAll(async () => {
    events.destroy();
    queues.destroy();
    await sandbox.close();
  });

  const queue = async (QueueName: string) =>
    (await queues.send(new sqs.CreateQueueCommand({ QueueName }))).QueueUrl;

  const rule = async (Name: string, pattern: object, target: object) => {
    await events.send(
      new eb.PutRuleCommand({ Name, EventPattern: JSON.stringify(pattern) }),
    );
    return events.send(
      new eb.PutTargetsCommand({
        Rule: Name,
        Targets: [{ Id: '1', Arn: arnOf(Name), ...target }],
      }),
    );
  };

  const received = async (name: string) => {
    await sandbox.jobs.idle();
    const { Messages = [] } = await queues.send(
      new sqs.ReceiveMessageCommand({
        QueueUrl: `${sandbox.url}/${ACCOUNT}/${name}`,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 2,
      }),
    );
    return Messages.map(message => JSON.parse(message.Body ?? ''));
  };

  it('brings an event that fits a rule to its queue, and no other', async () => {
    await queue('own');
    await rule('own', { source: ['careplane'] }, {});
    const { FailedEntryCount, Entries } = await events.send(
      new eb.PutEventsCommand({
        Entries: [
          { Source: 'careplane', DetailType: 'x', Detail: '{"state":"a"}' },
          { Source: 'other', DetailType: 'x', Detail: '{}' },
          { Source: 'aws.lambda', DetailType: 'x', Detail: '{}' },
          { Source: 'careplane', DetailType: 'x', Detail: 'not JSON' },
        ],
      }),
    );
    expect(FailedEntryCount).toBe(2);
    expect(Entries?.map(entry => entry.ErrorCode)).toEqual([
      undefined,
      undefined,
      'NotAuthorizedForSourceException',
      'MalformedDetail',
    ]);
    const got = await received('own');
    expect(got).toEqual([
      {
        version: '0',
        id: Entries?.[0].EventId,
        'detail-type': 'x',
        source: 'careplane',
        account: ACCOUNT,
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        region: 'us-east-1',
        resources: [],
        detail: { state: 'a' },
      },
    ]);
  });

  it('passes on calls as CloudTrail records them, without their payload', async () => {
    await queue('calls');
    await rule(
      'calls',
      {
        'detail-type': ['AWS API Call via CloudTrail'],
        detail: { eventName: ['CreateTopic'], errorCode: [{ exists: false }] },
      },
      {},
    );
    const sns = new SNSClient(clientOptions(sandbox.url, ACCOUNT));
    await sns.send(new CreateTopicCommand({ Name: 'pages' }));
    sns.destroy();
    const [event] = await received('calls');
    expect(event).toMatchObject({
      source: 'aws.sns',
      detail: {
        eventSource: 'sns.amazonaws.com',
        eventName: 'CreateTopic',
        requestParameters: { name: 'pages' },
        recipientAccountId: ACCOUNT,
      },
    });
  });

  it('passes on calls that only read to a rule that asks for them, and to no other', async () => {
    await queue('writes');
    await queue('reads');
    const EventPattern = JSON.stringify({
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: { eventName: ['ListTopics', 'CreateTopic'] },
    });
    for (const [Name, State] of [
      ['writes', 'ENABLED'],
      ['reads', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'],
    ] as const) {
      await events.send(new eb.PutRuleCommand({ Name, EventPattern, State }));
      await events.send(
        new eb.PutTargetsCommand({
          Rule: Name,
          Targets: [{ Id: '1', Arn: arnOf(Name) }],
        }),
      );
      const { State: kept } = await events.send(
        new eb.DescribeRuleCommand({ Name }),
      );
      expect(kept).toBe(State);
    }
    const sns = new SNSClient(clientOptions(sandbox.url, ACCOUNT));
    await sns.send(new ListTopicsCommand({}));
    await sns.send(new CreateTopicCommand({ Name: 'read-of' }));
    sns.destroy();
    const namesIn = async (name: string) =>
      (await received(name)).map(({ detail }) => detail.eventName).sort();
    expect(await namesIn('reads')).toEqual(['CreateTopic', 'ListTopics']);
    expect(await namesIn('writes')).toEqual(['CreateTopic']);
  });

  it('sends to a target what its input, path or transformer says', async () => {
    await queue('shaped');
    const target = { Arn: arnOf('shaped') };
    const { FailedEntries } = await rule(
      'shaped',
      { source: ['shape'] },
      { InputPath: '$.detail' },
    ).then(() =>
      events.send(
        new eb.PutTargetsCommand({
          Rule: 'shaped',
          Targets: [
            { Id: 'constant', ...target, Input: '{"fixed":true}' },
            {
              Id: 'made',
              ...target,
              InputTransformer: {
                InputPathsMap: { state: '$.detail.state', all: '$.detail' },
                InputTemplate:
                  '{"said":"it is <state>","state":<state>,"all":<all>}',
              },
            },
            { Id: 'kinesis', Arn: 'arn:aws:kinesis:us-east-1:1:stream/x' },
          ],
        }),
      ),
    );
    expect(FailedEntries).toMatchObject([{ TargetId: 'kinesis' }]);
    await events.send(
      new eb.PutEventsCommand({
        Entries: [
          { Source: 'shape', DetailType: 'x', Detail: '{"state":"up"}' },
        ],
      }),
    );
    const got = await received('shaped');
    expect(got).toHaveLength(3);
    expect(got).toEqual(
      expect.arrayContaining([
        { state: 'up' },
        { fixed: true },
        { said: 'it is up', state: 'up', all: { state: 'up' } },
      ]),
    );
  });

  it('brings what a target refuses for good to its dead-letter queue', async () => {
    await queue('dead');
    await rule(
      'dead',
      { source: ['lost'] },
      {
        Arn: arnOf('nobody'),
        DeadLetterConfig: { Arn: arnOf('dead') },
      },
    );
    await events.send(
      new eb.PutEventsCommand({
        Entries: [{ Source: 'lost', DetailType: 'x', Detail: '{}' }],
      }),
    );
    expect(await received('dead')).toMatchObject([{ source: 'lost' }]);
  });

  it('describes, lists, disables and deletes rules', async () => {
    await queue('brief');
    await rule('brief', { source: ['brief'] }, {});
    await events.send(new eb.DisableRuleCommand({ Name: 'brief' }));
    await expect(
      events.send(new eb.DescribeRuleCommand({ Name: 'brief' })),
    ).resolves.toMatchObject({ State: 'DISABLED' });
    await events.send(
      new eb.PutEventsCommand({
        Entries: [{ Source: 'brief', DetailType: 'x', Detail: '{}' }],
      }),
    );
    await events.send(new eb.EnableRuleCommand({ Name: 'brief' }));
    await expect(
      events.send(new eb.ListRulesCommand({ NamePrefix: 'brief' })),
    ).resolves.toMatchObject({ Rules: [{ Name: 'brief', State: 'ENABLED' }] });
    const named = new eb.ListRuleNamesByTargetCommand({
      TargetArn: arnOf('brief'),
    });
    await expect(events.send(named)).resolves.toMatchObject({
      RuleNames: ['brief'],
    });
    const remove = new eb.DeleteRuleCommand({ Name: 'brief' });
    await expect(events.send(remove)).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await events.send(
      new eb.RemoveTargetsCommand({ Rule: 'brief', Ids: ['1'] }),
    );
    await expect(
      events.send(new eb.ListTargetsByRuleCommand({ Rule: 'brief' })),
    ).resolves.toMatchObject({ Targets: [] });
    await events.send(remove);
    await expect(
      events.send(new eb.DescribeRuleCommand({ Name: 'brief' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(
      events.send(new eb.ListEventBusesCommand({})),
    ).resolves.toMatchObject({ EventBuses: [{ Name: 'default' }] });
    await expect(
      events.send(new eb.DescribeEventBusCommand({ Name: 'partner' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const pages = await queues.send(
      new sqs.ReceiveMessageCommand({
        QueueUrl: `${sandbox.url}/${ACCOUNT}/brief`,
      }),
    );
    expect(pages.Messages ?? []).toEqual([]);
  });

  it.each<[string, object, unknown, boolean]>([
    ['a value of a list', { a: ['x', 'y'] }, { a: 'y' }, true],
    ['any value of an array', { a: ['x'] }, { a: ['z', 'x'] }, true],
    ['another value', { a: ['x'] }, { a: 'z' }, false],
    ['a missing field', { a: { b: ['x'] } }, { a: 1 }, false],
    ['null', { a: [null] }, { a: null }, true],
    ['a prefix', { a: [{ prefix: 'ab' }] }, { a: 'abc' }, true],
    [
      'a prefix in any case',
      { a: [{ prefix: { 'equals-ignore-case': 'AB' } }] },
      { a: 'abc' },
      true,
    ],
    ['a suffix', { a: [{ suffix: 'bc' }] }, { a: 'abc' }, true],
    ['a wildcard', { a: [{ wildcard: 'a*.c' }] }, { a: 'abb.c' }, true],
    [
      'a wildcard taken literally',
      { a: [{ wildcard: 'a.c' }] },
      { a: 'abc' },
      false,
    ],
    ['absence', { a: [{ exists: false }] }, {}, true],
    ['anything but', { a: [{ 'anything-but': ['x'] }] }, { a: 'y' }, true],
    [
      'anything but a prefix',
      { a: [{ 'anything-but': { prefix: 'x' } }] },
      { a: 'xy' },
      false,
    ],
    ['a range', { a: [{ numeric: ['>', 1, '<=', 2] }] }, { a: 2 }, true],
    ['out of a range', { a: [{ numeric: ['>', 1, '<', 2] }] }, { a: 2 }, false],
    ['one of several', { $or: [{ a: ['x'] }, { b: ['y'] }] }, { b: 'y' }, true],
  ])('matches %s as AWS does', (_, pattern, event, expected) => {
    expect(matches(pattern as never, event)).toBe(expected);
  });

  it('tells whether a pattern fits, and refuses one that is not valid', async () => {
    const test = (pattern: object) =>
      events.send(
        new eb.TestEventPatternCommand({
          EventPattern: JSON.stringify(pattern),
          Event: JSON.stringify({ source: 'x' }),
        }),
      );
    await expect(test({ source: ['x'] })).resolves.toMatchObject({
      Result: true,
    });
    for (const bad of [{ source: 'x' }, { source: [] }, { a: [{ odd: 1 }] }]) {
      await expect(test(bad)).rejects.toMatchObject({
        name: 'InvalidEventPatternException',
      });
    }
  });
});
