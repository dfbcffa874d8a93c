import type * as sdk from '@aws-sdk/client-sqs';
import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import { AwsError, type Operations, type Sandbox } from '../../core';
import { queueOfUrl } from './model';
import { heldBy, receive } from './receiving';
import { put } from './sending';
import { arrived } from './waiting';

const BATCH = 10;
const LONGEST_VISIBILITY = 43_200;

/** Runs one entry after another; one that fails does not stop the others. */
function batch<E extends { Id: string | undefined }, R extends object>(
  entries: readonly E[],
  run: (entry: E) => R,
): { Successful: (R & { Id: string })[]; Failed: BatchResultErrorEntry[] } {
  if (entries.length === 0) {
    throw new AwsError(
      'EmptyBatchRequest',
      'There should be at least one entry in the request.',
    );
  }
  if (entries.length > BATCH) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${BATCH}. You have sent ${entries.length}.`,
    );
  }
  if (new Set(entries.map(entry => entry.Id)).size !== entries.length) {
    throw new AwsError(
      'BatchEntryIdsNotDistinct',
      'Two or more batch entries in the request have the same Id.',
    );
  }
  const Successful: (R & { Id: string })[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  for (const entry of entries) {
    const Id = entry.Id ?? '';
    try {
      Successful.push({ Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { code: Code, message: Message } = error;
      Failed.push({ Id, Code, Message, SenderFault: true });
    }
  }
  return { Successful, Failed };
}

function remove(sandbox: Sandbox, url: string, handle: string) {
  const queue = queueOfUrl(sandbox, url);
  const message = heldBy(queue, handle);
  if (message) queue.messages.delete(message.id);
  return {};
}

function changeVisibility(
  sandbox: Sandbox,
  url: string,
  handle: string,
  seconds: number,
) {
  if (!(seconds >= 0 && seconds <= LONGEST_VISIBILITY)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and ${LONGEST_VISIBILITY}.`,
    );
  }
  const queue = queueOfUrl(sandbox, url);
  const message = heldBy(queue, handle);
  const now = sandbox.clock.now().getTime();
  if (!message || message.visibleAt <= now) {
    throw new AwsError(
      'MessageNotInflight',
      'The message referred to is not in flight.',
    );
  }
  queue.messages.set(message.id, {
    ...message,
    visibleAt: now + seconds * 1000,
  });
  if (seconds === 0) arrived(queue.record.arn);
  return {};
}

export const messageOperations = {
  SendMessage(input, context) {
    return put(context, queueOfUrl(context.sandbox, input.QueueUrl), input);
  },

  SendMessageBatch(input, context) {
    const queue = queueOfUrl(context.sandbox, input.QueueUrl);
    return batch(input.Entries, entry =>
      put(context, queue, { ...entry, MessageBody: entry.MessageBody ?? '' }),
    );
  },

  async ReceiveMessage(input, { sandbox }) {
    const Messages = await receive(
      sandbox,
      () => queueOfUrl(sandbox, input.QueueUrl),
      input,
    );
    return Messages.length > 0 ? { Messages } : {};
  },

  DeleteMessage(input, { sandbox }) {
    remove(sandbox, input.QueueUrl, input.ReceiptHandle);
  },

  DeleteMessageBatch(input, { sandbox }) {
    return batch(input.Entries, entry =>
      remove(sandbox, input.QueueUrl, entry.ReceiptHandle ?? ''),
    );
  },

  ChangeMessageVisibility(input, { sandbox }) {
    const { QueueUrl, ReceiptHandle, VisibilityTimeout } = input;
    changeVisibility(sandbox, QueueUrl, ReceiptHandle, VisibilityTimeout);
  },

  ChangeMessageVisibilityBatch(input, { sandbox }) {
    return batch(input.Entries, entry =>
      changeVisibility(
        sandbox,
        input.QueueUrl,
        entry.ReceiptHandle ?? '',
        entry.VisibilityTimeout ?? 0,
      ),
    );
  },
} satisfies Operations<typeof sdk>;
