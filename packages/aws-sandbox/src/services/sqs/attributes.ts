import { AwsError } from '../../core';
import type { Queue } from './model';

/** Attribute, its default, and the range where it is a number. */
const SETTABLE: Record<
  string,
  { initial?: string; from?: number; to?: number }
> = {
  DelaySeconds: { initial: '0', from: 0, to: 900 },
  MaximumMessageSize: { initial: '1048576', from: 1024, to: 1_048_576 },
  MessageRetentionPeriod: { initial: '345600', from: 60, to: 1_209_600 },
  ReceiveMessageWaitTimeSeconds: { initial: '0', from: 0, to: 20 },
  VisibilityTimeout: { initial: '30', from: 0, to: 43_200 },
  Policy: {},
  RedrivePolicy: {},
  RedriveAllowPolicy: {},
  KmsMasterKeyId: {},
  KmsDataKeyReusePeriodSeconds: { from: 60, to: 86_400 },
  SqsManagedSseEnabled: { initial: 'true' },
};

export function defaultAttributes(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(SETTABLE).flatMap(([name, { initial }]) =>
      initial === undefined ? [] : [[name, initial]],
    ),
  );
}

/** @throws AwsError InvalidAttributeName, InvalidAttributeValue */
export function checkAttributes(
  given: Partial<Record<string, string>> | undefined,
): Record<string, string> {
  const checked: Record<string, string> = {};
  for (const [name, value] of Object.entries(given ?? {})) {
    const rule = SETTABLE[name];
    if (!rule) {
      throw new AwsError(
        'InvalidAttributeName',
        name === 'FifoQueue'
          ? 'The sandbox has standard queues only, no FIFO queues.'
          : `Unknown Attribute ${name}.`,
      );
    }
    if (value === undefined) continue;
    if (!isValid(name, value, rule)) {
      throw new AwsError(
        'InvalidAttributeValue',
        `Invalid value for the parameter ${name}.`,
      );
    }
    checked[name] = value;
  }
  return checked;
}

function isValid(
  name: string,
  value: string,
  { from, to }: { from?: number; to?: number },
): boolean {
  if (from !== undefined && to !== undefined) {
    return /^\d+$/.test(value) && Number(value) >= from && Number(value) <= to;
  }
  if (name !== 'RedrivePolicy' || value === '') return true;
  try {
    const policy = JSON.parse(value);
    const count = Number(policy.maxReceiveCount);
    return (
      /^arn:aws:sqs:/.test(policy.deadLetterTargetArn) &&
      count >= 1 &&
      count <= 1000
    );
  } catch {
    return false;
  }
}

/** What GetQueueAttributes answers: what was set, and what is counted now. */
export function describeAttributes(
  queue: Queue,
  names: readonly string[] | undefined,
  now: number,
): Record<string, string> {
  const live = queue.live();
  const waiting = live.filter(message => message.visibleAt > now);
  const seconds = (at: string) => String(Math.floor(Date.parse(at) / 1000));
  const all: Record<string, string> = {
    QueueArn: queue.record.arn,
    ApproximateNumberOfMessages: String(live.length - waiting.length),
    ApproximateNumberOfMessagesNotVisible: String(
      waiting.filter(message => message.receives > 0).length,
    ),
    ApproximateNumberOfMessagesDelayed: String(
      waiting.filter(message => message.receives === 0).length,
    ),
    CreatedTimestamp: seconds(queue.record.created),
    LastModifiedTimestamp: seconds(queue.record.modified),
    ...queue.record.attributes,
  };
  const asked = names ?? [];
  for (const name of asked) {
    if (name !== 'All' && !(name in all) && !(name in SETTABLE)) {
      throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    }
  }
  if (asked.includes('All')) return all;
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => asked.includes(name)),
  );
}
