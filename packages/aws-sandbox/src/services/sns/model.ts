import { AwsError, type Collection, type Sandbox } from '../../core';

export interface TopicRecord {
  name: string;
  arn: string;
  attributes: Record<string, string>;
  tags: Record<string, string>;
}

export interface SubscriptionRecord {
  arn: string;
  topicArn: string;
  protocol: string;
  endpoint: string;
  owner: string;
  attributes: Record<string, string>;
  /** SQS and Lambda confirm at once; who reads mail never does here. */
  confirmed: boolean;
}

export function topicsOf(
  sandbox: Sandbox,
  account: string,
): Collection<TopicRecord> {
  return sandbox.store<TopicRecord>('sns', account, 'topics');
}

/** Kept in the topic's account. */
export function subscriptionsOf(
  sandbox: Sandbox,
  account: string,
): Collection<SubscriptionRecord> {
  return sandbox.store<SubscriptionRecord>('sns', account, 'subscriptions');
}

export const accountOf = (arn: string) => arn.split(':')[4] ?? '';

/** @throws AwsError NotFound */
export function requireTopic(
  sandbox: Sandbox,
  arn: string | undefined,
): TopicRecord {
  const found = arn && topicsOf(sandbox, accountOf(arn)).get(arn);
  if (found) return found;
  throw new AwsError('NotFoundException', 'Topic does not exist');
}

/** @throws AwsError NotFound */
export function requireSubscription(
  sandbox: Sandbox,
  arn: string,
): SubscriptionRecord {
  const found = subscriptionsOf(sandbox, accountOf(arn)).get(arn);
  if (found) return found;
  throw new AwsError('NotFoundException', 'Subscription does not exist');
}
