import { randomBytes } from 'node:crypto';
import type { Message, ReceiveMessageCommandInput } from '@aws-sdk/client-sqs';
import { AwsError, type Sandbox } from '../../core';
import { md5, md5OfAttributes } from './md5';
import { queueOfArn, type MessageRecord, type Queue } from './model';
import { nextSequence } from './sending';
import { arrived, mayHaveArrived } from './waiting';

const closed = new WeakSet<Sandbox>();

/** Ends long polls when the sandbox ends. */
export function endWithSandbox(sandbox: Sandbox) {
  sandbox.onClose(() => {
    closed.add(sandbox);
  });
}

/** Takes up to `MaxNumberOfMessages`, waiting for the first if asked to. */
export async function receive(
  sandbox: Sandbox,
  find: () => Queue,
  input: ReceiveMessageCommandInput,
): Promise<Message[]> {
  const queue = find();
  const max = within('MaxNumberOfMessages', input.MaxNumberOfMessages ?? 1, {
    from: 1,
    to: 10,
  });
  const wait = within(
    'WaitTimeSeconds',
    input.WaitTimeSeconds ?? queue.number('ReceiveMessageWaitTimeSeconds'),
    { from: 0, to: 20 },
  );
  const deadline = sandbox.clock.now().getTime() + wait * 1000;
  for (;;) {
    const taken = take(sandbox, find(), max, input.VisibilityTimeout);
    const over = sandbox.clock.now().getTime() >= deadline;
    if (taken.length > 0 || over || closed.has(sandbox)) {
      return taken.map(message => toMessage(message, input));
    }
    await mayHaveArrived(queue.record.arn);
  }
}

function within(
  name: string,
  value: number,
  { from, to }: { from: number; to: number },
): number {
  if (value >= from && value <= to) return value;
  throw new AwsError(
    'InvalidParameterValue',
    `Value ${value} for parameter ${name} is invalid. Reason: Must be >= ${from} and <= ${to}, if provided.`,
  );
}

function take(
  sandbox: Sandbox,
  queue: Queue,
  max: number,
  visibility: number | undefined,
): MessageRecord[] {
  const now = sandbox.clock.now().getTime();
  const seconds = visibility ?? queue.number('VisibilityTimeout');
  const taken: MessageRecord[] = [];
  for (const message of queue.live()) {
    if (taken.length === max) break;
    if (message.visibleAt > now) continue;
    if (toDeadLetters(sandbox, queue, message)) continue;
    const received: MessageRecord = {
      ...message,
      receives: message.receives + 1,
      firstReceivedAt: message.firstReceivedAt ?? now,
      visibleAt: now + seconds * 1000,
      handle: `${message.id}.${randomBytes(12).toString('base64url')}`,
    };
    queue.messages.set(message.id, received);
    taken.push(received);
  }
  return taken;
}

/** A message that was received `maxReceiveCount` times goes to the other queue. */
function toDeadLetters(
  sandbox: Sandbox,
  queue: Queue,
  message: MessageRecord,
): boolean {
  const { redrive } = queue;
  if (!redrive || message.receives < redrive.receives) return false;
  const other = queueOfArn(sandbox, redrive.arn);
  if (!other) return false;
  const now = sandbox.clock.now().getTime();
  other.messages.set(message.id, {
    ...message,
    sequence: nextSequence(),
    visibleAt: now,
    handle: undefined,
    deadLetterSource: queue.record.arn,
  });
  queue.messages.delete(message.id);
  arrived(other.record.arn);
  return true;
}

function toMessage(
  message: MessageRecord,
  input: ReceiveMessageCommandInput,
): Message {
  const asked = [
    ...(input.AttributeNames ?? []),
    ...(input.MessageSystemAttributeNames ?? []),
  ] as string[];
  const system: Record<string, string> = {
    SenderId: message.sender,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? ''),
    ...(message.deadLetterSource && {
      DeadLetterQueueSourceArn: message.deadLetterSource,
    }),
  };
  const Attributes = Object.fromEntries(
    Object.entries(system).filter(
      ([name]) => asked.includes('All') || asked.includes(name),
    ),
  );
  const wanted = input.MessageAttributeNames ?? [];
  const attributes = Object.fromEntries(
    Object.entries(message.attributes).filter(([name]) =>
      wanted.some(
        pattern =>
          pattern === 'All' ||
          pattern === name ||
          (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1))),
      ),
    ),
  );
  const isEmpty = (value: object) => Object.keys(value).length === 0;
  return {
    MessageId: message.id,
    ReceiptHandle: message.handle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(isEmpty(Attributes) ? {} : { Attributes }),
    ...(isEmpty(attributes)
      ? {}
      : {
          MD5OfMessageAttributes: md5OfAttributes(attributes),
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, value]) => [
              name,
              {
                ...value,
                BinaryValue: value.BinaryValue
                  ? Buffer.from(value.BinaryValue, 'base64')
                  : undefined,
              },
            ]),
          ),
        }),
  };
}

/** The message of a receipt handle; undefined when it is gone or was taken again. */
export function heldBy(
  queue: Queue,
  handle: string,
): MessageRecord | undefined {
  const [id] = handle.split('.');
  if (!/^[0-9a-f-]{36}$/.test(id) || !handle.includes('.')) {
    throw new AwsError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
    );
  }
  const message = queue.messages.get(id);
  return message?.handle === handle ? message : undefined;
}
