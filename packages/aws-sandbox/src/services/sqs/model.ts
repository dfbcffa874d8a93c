import { AwsError, type Collection, type Sandbox } from '../../core';

export interface QueueRecord {
  name: string;
  arn: string;
  /** What CreateQueue and SetQueueAttributes were given, and the defaults. */
  attributes: Record<string, string>;
  tags: Record<string, string>;
  /** ISO 8601. */
  created: string;
  modified: string;
}

export interface MessageRecord {
  id: string;
  /** Order of sending within the queue. */
  sequence: number;
  body: string;
  attributes: Record<string, MessageAttribute>;
  /** ARN or id of who sent it. */
  sender: string;
  /** Milliseconds on the sandbox's clock. */
  sentAt: number;
  visibleAt: number;
  firstReceivedAt?: number;
  receives: number;
  /** The newest receipt handle; an older one deletes nothing. */
  handle?: string;
  /** Of the queue that it was in before a redrive. */
  deadLetterSource?: string;
}

export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  /** Base64. */
  BinaryValue?: string;
}

/** One queue with its messages. */
export class Queue {
  constructor(
    private readonly sandbox: Sandbox,
    readonly account: string,
    readonly record: QueueRecord,
  ) {}

  get messages(): Collection<MessageRecord> {
    return this.sandbox.store<MessageRecord>(
      'sqs',
      this.account,
      `messages of ${this.record.name}`,
    );
  }

  number(attribute: string): number {
    return Number(this.record.attributes[attribute] ?? 0);
  }

  /** Where a message goes that was received too often. */
  get redrive(): { arn: string; receives: number } | undefined {
    const text = this.record.attributes.RedrivePolicy;
    if (!text) return undefined;
    const policy = JSON.parse(text) as {
      deadLetterTargetArn: string;
      maxReceiveCount: number | string;
    };
    return {
      arn: policy.deadLetterTargetArn,
      receives: Number(policy.maxReceiveCount),
    };
  }

  /** In the order of sending, without what is older than the retention. */
  live(): MessageRecord[] {
    const { messages } = this;
    const oldest =
      this.sandbox.clock.now().getTime() -
      this.number('MessageRetentionPeriod') * 1000;
    const all = messages.values();
    for (const message of all) {
      if (message.sentAt < oldest) messages.delete(message.id);
    }
    return all
      .filter(message => message.sentAt >= oldest)
      .sort((a, b) => a.sequence - b.sequence);
  }
}

export function queuesOf(
  sandbox: Sandbox,
  account: string,
): Collection<QueueRecord> {
  return sandbox.store<QueueRecord>('sqs', account, 'queues');
}

const gone = () =>
  new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');

/** By `https://…/<account>/<name>`, whatever the host. */
export function queueOfUrl(sandbox: Sandbox, url: string): Queue {
  const match = /\/(\d{12})\/([^/]+)\/?$/.exec(url);
  if (!match) {
    throw new AwsError(
      'InvalidAddress',
      `The address ${url} is not valid for this endpoint.`,
    );
  }
  return queueNamed(sandbox, match[1], match[2]);
}

export function queueNamed(
  sandbox: Sandbox,
  account: string,
  name: string,
): Queue {
  const record = queuesOf(sandbox, account).get(name);
  if (!record) throw gone();
  return new Queue(sandbox, account, record);
}

export function queueOfArn(sandbox: Sandbox, arn: string): Queue | undefined {
  const match = /^arn:aws:sqs:[a-z0-9-]+:(\d{12}):([^:]+)$/.exec(arn);
  const record = match && queuesOf(sandbox, match[1]).get(match[2]);
  return record ? new Queue(sandbox, match[1], record) : undefined;
}

export const urlOf = (sandbox: Sandbox, account: string, name: string) =>
  `${sandbox.url}/${account}/${name}`;
