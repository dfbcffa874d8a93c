import * as aws from '@aws-sdk/client-sqs';
import { startSandbox } from '../../startSandbox';
import { clientOptions } from '../../testing';
import type { RunningSandbox } from '../../core';

describe('SQS', () => {
  let sandbox: RunningSandbox;
  let sqs: aws.SQSClient;
  let QueueUrl = '';

  beforeEach(async () => {
    sandbox = await startSandbox();
    sqs = new aws.SQSClient(clientOptions(sandbox.url));
    const made = await sqs.send(
      new aws.CreateQueueCommand({
        QueueName: 'wake-ups',
        Attributes: { VisibilityTimeout: '40' },
        tags: { team: 'platform' },
      }),
    );
    QueueUrl = made.QueueUrl ?? '';
  });

  afterEach(async () => {
    sqs.destroy();
    await sandbox.close();
  });

  const send = (MessageBody: string, more = {}) =>
    sqs.send(new aws.SendMessageCommand({ QueueUrl, MessageBody, ...more }));
  const receive = async (more = {}) => {
    const { Messages = [] } = await sqs.send(
      new aws.ReceiveMessageCommand({ QueueUrl, ...more }),
    );
    return Messages;
  };
  const bodies = async (more = {}) =>
    (await receive({ MaxNumberOfMessages: 10, ...more })).map(
      message => message.Body,
    );
  const attributes = async (url = QueueUrl) => {
    const { Attributes } = await sqs.send(
      new aws.GetQueueAttributesCommand({
        QueueUrl: url,
        AttributeNames: ['All'],
      }),
    );
    return Attributes ?? {};
  };

  it('hides a message that was received until its visibility timeout, by the clock of the sandbox', async () => {
    await send('one');
    const [first] = await receive();
    expect(first).toMatchObject({ Body: 'one' });
    expect(await bodies()).toEqual([]);
    expect(await attributes()).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '1',
      VisibilityTimeout: '40',
    });

    await sandbox.clock.advance(41_000);
    const [again] = await receive({ MessageSystemAttributeNames: ['All'] });
    expect(again.Attributes).toMatchObject({ ApproximateReceiveCount: '2' });

    // The first receipt handle is out of date and deletes nothing.
    await sqs.send(
      new aws.DeleteMessageCommand({
        QueueUrl,
        ReceiptHandle: first.ReceiptHandle,
      }),
    );
    await sqs.send(
      new aws.ChangeMessageVisibilityCommand({
        QueueUrl,
        ReceiptHandle: again.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    const [last] = await receive();
    expect(last.Body).toBe('one');
    await sqs.send(
      new aws.DeleteMessageCommand({
        QueueUrl,
        ReceiptHandle: last.ReceiptHandle,
      }),
    );
    await sandbox.clock.advance(41_000);
    expect(await bodies()).toEqual([]);
  });

  it('answers a long poll when a message comes, and with nothing when its time is over', async () => {
    const waiting = bodies({ WaitTimeSeconds: 20 });
    await send('late');
    await expect(waiting).resolves.toEqual(['late']);

    const empty = bodies({ WaitTimeSeconds: 20 });
    await new Promise(resolve => setTimeout(resolve, 100));
    await sandbox.clock.advance(20_000);
    await expect(empty).resolves.toEqual([]);
  });

  it('keeps a delayed message back and forgets one that is too old', async () => {
    await send('later', { DelaySeconds: 60 });
    expect(await bodies()).toEqual([]);
    expect(await attributes()).toMatchObject({
      ApproximateNumberOfMessagesDelayed: '1',
    });
    await sandbox.clock.advance(60_000);
    expect(await bodies({ VisibilityTimeout: 0 })).toEqual(['later']);
    await sandbox.clock.advance(4 * 24 * 3_600_000);
    expect(await bodies()).toEqual([]);
  });

  it('moves what was received too often to the dead-letter queue', async () => {
    const dead = await sqs.send(
      new aws.CreateQueueCommand({ QueueName: 'dead' }),
    );
    const { QueueArn } = await attributes(dead.QueueUrl);
    await sqs.send(
      new aws.SetQueueAttributesCommand({
        QueueUrl,
        Attributes: {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: QueueArn,
            maxReceiveCount: 2,
          }),
        },
      }),
    );
    const sources = await sqs.send(
      new aws.ListDeadLetterSourceQueuesCommand({ QueueUrl: dead.QueueUrl }),
    );
    expect(sources.queueUrls).toEqual([QueueUrl]);

    await send('poison');
    for (const expected of [['poison'], ['poison'], []]) {
      expect(await bodies()).toEqual(expected);
      await sandbox.clock.advance(41_000);
    }
    const [found] = await receive({
      QueueUrl: dead.QueueUrl,
      MessageSystemAttributeNames: ['DeadLetterQueueSourceArn'],
    });
    expect(found).toMatchObject({
      Body: 'poison',
      Attributes: {
        DeadLetterQueueSourceArn: 'arn:aws:sqs:us-east-1:111111111111:wake-ups',
      },
    });
  });

  it('takes batches entry by entry and says which one failed', async () => {
    const sent = await sqs.send(
      new aws.SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          {
            Id: 'a',
            MessageBody: 'first',
            MessageAttributes: {
              kind: { DataType: 'String', StringValue: 'x' },
              raw: { DataType: 'Binary', BinaryValue: Buffer.from('y') },
            },
          },
          {
            Id: 'b',
            MessageBody: 'second',
            MessageAttributes: { kind: { DataType: 'Odd' } },
          },
        ],
      }),
    );
    expect(sent.Failed).toMatchObject([
      { Id: 'b', Code: 'InvalidParameterValue', SenderFault: true },
    ]);
    const [message] = await receive({ MessageAttributeNames: ['All'] });
    expect(message.MessageAttributes).toMatchObject({
      kind: { StringValue: 'x' },
    });
    expect(
      Buffer.from(message.MessageAttributes?.raw.BinaryValue ?? []).toString(),
    ).toBe('y');
    const changed = await sqs.send(
      new aws.ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: [
          {
            Id: 'a',
            ReceiptHandle: message.ReceiptHandle,
            VisibilityTimeout: 10,
          },
        ],
      }),
    );
    expect(changed.Successful).toMatchObject([{ Id: 'a' }]);
    const deleted = await sqs.send(
      new aws.DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'a', ReceiptHandle: message.ReceiptHandle },
          { Id: 'b', ReceiptHandle: 'nonsense' },
        ],
      }),
    );
    expect(deleted).toMatchObject({
      Successful: [{ Id: 'a' }],
      Failed: [{ Id: 'b', Code: 'ReceiptHandleIsInvalid' }],
    });
  });

  it('finds, lists, tags, purges and deletes queues, each in its account', async () => {
    const named = new aws.GetQueueUrlCommand({ QueueName: 'wake-ups' });
    await expect(sqs.send(named)).resolves.toMatchObject({ QueueUrl });
    await sqs.send(
      new aws.TagQueueCommand({ QueueUrl, Tags: { phi: 'none' } }),
    );
    await sqs.send(new aws.UntagQueueCommand({ QueueUrl, TagKeys: ['team'] }));
    await expect(
      sqs.send(new aws.ListQueueTagsCommand({ QueueUrl })),
    ).resolves.toMatchObject({ Tags: { phi: 'none' } });
    const other = new aws.SQSClient(clientOptions(sandbox.url, '222222222222'));
    await expect(
      other.send(new aws.ListQueuesCommand({})),
    ).resolves.not.toHaveProperty('QueueUrls.0');
    await expect(other.send(named)).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
    await send('x');
    await sqs.send(new aws.PurgeQueueCommand({ QueueUrl }));
    expect(await bodies()).toEqual([]);
    await sqs.send(new aws.DeleteQueueCommand({ QueueUrl }));
    await expect(sqs.send(named)).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
    other.destroy();
  });

  it("refuses with AWS's own errors what SQS refuses", async () => {
    await expect(
      sqs.send(
        new aws.CreateQueueCommand({
          QueueName: 'wake-ups',
          Attributes: { VisibilityTimeout: '1' },
        }),
      ),
    ).rejects.toMatchObject({ name: 'QueueNameExists' });
    await expect(receive({ MaxNumberOfMessages: 11 })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    await expect(
      sqs.send(
        new aws.SetQueueAttributesCommand({
          QueueUrl,
          Attributes: { VisibilityTimeout: '43201' },
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidAttributeValue' });
    await expect(
      sqs.send(new aws.SendMessageBatchCommand({ QueueUrl, Entries: [] })),
    ).rejects.toMatchObject({ name: 'EmptyBatchRequest' });
    await expect(
      sqs.send(
        new aws.CreateQueueCommand({
          QueueName: 'ordered',
          Attributes: { FifoQueue: 'true' },
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidAttributeName' });
  });
});
