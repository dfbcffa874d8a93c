import * as aws from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import { startSandbox } from '../../startSandbox';
import { clientOptions } from '../../testing';
import type { RunningSandbox } from '../../core';

const ACCOUNT = '111111111111';

describe('SNS', () => {
  let sandbox: RunningSandbox;
  let sns: aws.SNSClient;
  let queues: sqs.SQSClient;
  let TopicArn = '';

  beforeEach(async () => {
    sandbox = await startSandbox();
    sns = new aws.SNSClient(clientOptions(sandbox.url, ACCOUNT));
    queues = new sqs.SQSClient(clientOptions(sandbox.url, ACCOUNT));
    const made = await sns.send(
      new aws.CreateTopicCommand({
        Name: 'pages',
        Tags: [{ Key: 'a', Value: 'b' }],
      }),
    );
    TopicArn = made.TopicArn ?? '';
  });

  afterEach(async () => {
    sns.destroy();
    queues.destroy();
    await sandbox.close();
  });

  const subscribed = async (name: string, Attributes = {}) => {
    await queues.send(new sqs.CreateQueueCommand({ QueueName: name }));
    const { SubscriptionArn } = await sns.send(
      new aws.SubscribeCommand({
        TopicArn,
        Protocol: 'sqs',
        Endpoint: `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`,
        Attributes,
      }),
    );
    return SubscriptionArn;
  };
  const received = async (name: string) => {
    await sandbox.jobs.idle();
    const { Messages = [] } = await queues.send(
      new sqs.ReceiveMessageCommand({
        QueueUrl: `${sandbox.url}/${ACCOUNT}/${name}`,
        MaxNumberOfMessages: 10,
      }),
    );
    return Messages.map(message => message.Body);
  };

  it('brings a message to each queue, wrapped or raw, that its filter lets through', async () => {
    await subscribed('wrapped');
    await subscribed('raw', { RawMessageDelivery: 'true' });
    await subscribed('prod', {
      RawMessageDelivery: 'true',
      FilterPolicy: '{"stage":["prod"]}',
    });
    const publish = (Message: string, stage: string) => ({
      TopicArn,
      Message,
      Subject: 'Page',
      MessageAttributes: {
        stage: { DataType: 'String', StringValue: stage },
      },
    });
    const { MessageId } = await sns.send(
      new aws.PublishCommand(publish('one', 'qa')),
    );
    const { Successful } = await sns.send(
      new aws.PublishBatchCommand({
        TopicArn,
        PublishBatchRequestEntries: [{ Id: 'x', ...publish('two', 'prod') }],
      }),
    );
    expect(Successful).toHaveLength(1);
    const wrapped = (await received('wrapped')).map(body =>
      JSON.parse(body ?? ''),
    );
    expect(wrapped).toHaveLength(2);
    expect(wrapped).toContainEqual(
      expect.objectContaining({
        Type: 'Notification',
        MessageId,
        TopicArn,
        Subject: 'Page',
        Message: 'one',
        MessageAttributes: { stage: { Type: 'String', Value: 'qa' } },
      }),
    );
    expect((await received('raw')).sort()).toEqual(['one', 'two']);
    expect(await received('prod')).toEqual(['two']);
  });

  it('lists and changes topics and subscriptions, and waits for who must confirm', async () => {
    const SubscriptionArn = await subscribed('mine');
    await expect(
      sns.send(
        new aws.SubscribeCommand({
          TopicArn,
          Protocol: 'email',
          Endpoint: 'on-call@telehealth.example',
        }),
      ),
    ).resolves.toMatchObject({ SubscriptionArn: 'pending confirmation' });
    await sns.send(
      new aws.SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: 'RawMessageDelivery',
        AttributeValue: 'true',
      }),
    );
    await expect(
      sns.send(new aws.GetSubscriptionAttributesCommand({ SubscriptionArn })),
    ).resolves.toMatchObject({
      Attributes: { RawMessageDelivery: 'true', PendingConfirmation: 'false' },
    });
    await sns.send(
      new aws.SetTopicAttributesCommand({
        TopicArn,
        AttributeName: 'DisplayName',
        AttributeValue: 'Pages',
      }),
    );
    await expect(
      sns.send(new aws.GetTopicAttributesCommand({ TopicArn })),
    ).resolves.toMatchObject({
      Attributes: {
        DisplayName: 'Pages',
        SubscriptionsConfirmed: '1',
        SubscriptionsPending: '1',
      },
    });
    await expect(
      sns.send(new aws.ListSubscriptionsByTopicCommand({ TopicArn })),
    ).resolves.toMatchObject({
      Subscriptions: [
        { SubscriptionArn },
        { SubscriptionArn: 'PendingConfirmation' },
      ],
    });
    await sns.send(new aws.UnsubscribeCommand({ SubscriptionArn }));
    await expect(
      sns.send(new aws.ListSubscriptionsCommand({})),
    ).resolves.toMatchObject({ Subscriptions: [{ Protocol: 'email' }] });
    await sns.send(new aws.DeleteTopicCommand({ TopicArn }));
    await expect(
      sns.send(new aws.ListTopicsCommand({})),
    ).resolves.toMatchObject({ Topics: [] });
    await expect(
      sns.send(new aws.PublishCommand({ TopicArn, Message: 'x' })),
    ).rejects.toMatchObject({ name: 'NotFoundException' });
  });
});
