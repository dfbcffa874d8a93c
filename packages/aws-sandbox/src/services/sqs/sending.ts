import { randomUUID } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { AwsError, type CallContext } from '../../core';
import { arrived } from './waiting';
import { md5, md5OfAttributes } from './md5';
import type { MessageAttribute, Queue } from './model';

export interface NewMessage {
  MessageBody: string;
  DelaySeconds?: number;
  MessageAttributes?: Record<string, MessageAttributeValue>;
}

/** Puts one message into a queue. */
export function put(
  context: CallContext,
  queue: Queue,
  message: NewMessage,
): { MessageId: string; MD5OfMessageBody: string } & {
  MD5OfMessageAttributes?: string;
} {
  const attributes = toAttributes(message.MessageAttributes);
  const size = Buffer.byteLength(message.MessageBody);
  if (size === 0) {
    throw new AwsError(
      'MissingParameter',
      'The request must contain the parameter MessageBody.',
    );
  }
  const limit = queue.number('MaximumMessageSize');
  if (size > limit) {
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
    );
  }
  const now = context.sandbox.clock.now().getTime();
  const delay = message.DelaySeconds ?? queue.number('DelaySeconds');
  const id = randomUUID();
  const { messages } = queue;
  messages.set(id, {
    id,
    sequence: nextSequence(),
    body: message.MessageBody,
    attributes,
    sender: context.principal.arn,
    sentAt: now,
    visibleAt: now + delay * 1000,
    receives: 0,
  });
  arrived(queue.record.arn);
  return {
    MessageId: id,
    MD5OfMessageBody: md5(message.MessageBody),
    MD5OfMessageAttributes: md5OfAttributes(attributes),
  };
}

let last = 0;

/** Grows over restarts too. */
export function nextSequence(): number {
  last = Math.max(last + 1, Date.now() * 1000);
  return last;
}

function toAttributes(
  given: Record<string, MessageAttributeValue> | undefined,
): Record<string, MessageAttribute> {
  return Object.fromEntries(
    Object.entries(given ?? {}).map(([name, value]) => {
      const { DataType, StringValue, BinaryValue } = value;
      if (!/^(String|Number|Binary)(\.|$)/.test(DataType ?? '')) {
        throw new AwsError(
          'InvalidParameterValue',
          `The type of message (user) attribute '${name}' is invalid.`,
        );
      }
      return [
        name,
        {
          DataType: DataType as string,
          StringValue,
          BinaryValue:
            BinaryValue && Buffer.from(BinaryValue).toString('base64'),
        },
      ];
    }),
  );
}
