import { randomUUID } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import type { Sandbox } from '../../core';
import { ship } from '../delivery/courier';
import { matches } from '../eventbridge/pattern';
import {
  accountOf,
  subscriptionsOf,
  type SubscriptionRecord,
  type TopicRecord,
} from './model';

export interface Publication {
  message: string;
  subject?: string;
  attributes?: Record<string, MessageAttributeValue>;
}

/** Sends a message to every confirmed subscription whose filter it passes. */
export function publish(
  sandbox: Sandbox,
  topic: TopicRecord,
  publication: Publication,
): string {
  const id = randomUUID();
  const account = accountOf(topic.arn);
  const subscriptions = subscriptionsOf(sandbox, account)
    .values()
    .filter(one => one.topicArn === topic.arn && one.confirmed)
    .filter(one => passes(one, publication));
  for (const subscription of subscriptions) {
    ship(sandbox, {
      arn: subscription.endpoint,
      input: bodyFor(sandbox, subscription, topic, publication, id),
      account,
      sender: 'sns.amazonaws.com',
      deadLetterArn: deadLetterOf(subscription),
    });
  }
  return id;
}

function passes(
  subscription: SubscriptionRecord,
  { attributes, message }: Publication,
): boolean {
  const { FilterPolicy, FilterPolicyScope } = subscription.attributes;
  if (!FilterPolicy) return true;
  const policy = JSON.parse(FilterPolicy);
  if (FilterPolicyScope === 'MessageBody') {
    try {
      return matches(policy, JSON.parse(message));
    } catch {
      return false;
    }
  }
  const values = Object.entries(attributes ?? {}).map(([name, attribute]) => [
    name,
    attribute.DataType === 'Number'
      ? Number(attribute.StringValue)
      : attribute.StringValue,
  ]);
  return matches(policy, Object.fromEntries(values));
}

function deadLetterOf({ attributes }: SubscriptionRecord) {
  return attributes.RedrivePolicy
    ? JSON.parse(attributes.RedrivePolicy).deadLetterTargetArn
    : undefined;
}

function bodyFor(
  sandbox: Sandbox,
  subscription: SubscriptionRecord,
  topic: TopicRecord,
  { message, subject, attributes = {} }: Publication,
  id: string,
): string {
  const { protocol, attributes: settings, arn } = subscription;
  if (protocol === 'sqs' && settings.RawMessageDelivery === 'true') {
    return message;
  }
  const unsubscribe = `${sandbox.url}/?Action=Unsubscribe&SubscriptionArn=${arn}`;
  const notification = {
    Type: 'Notification',
    MessageId: id,
    TopicArn: topic.arn,
    ...(subject === undefined ? {} : { Subject: subject }),
    Message: message,
    Timestamp: sandbox.clock.now().toISOString(),
    SignatureVersion: '1',
    Signature: 'sandbox',
  };
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      { Type: value.DataType, Value: value.StringValue },
    ]),
  );
  if (protocol === 'lambda') {
    const record = {
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: arn,
      Sns: {
        ...notification,
        Subject: subject ?? null,
        SigningCertUrl: sandbox.url,
        UnsubscribeUrl: unsubscribe,
        MessageAttributes,
      },
    };
    return JSON.stringify({ Records: [record] });
  }
  return JSON.stringify({
    ...notification,
    SigningCertURL: sandbox.url,
    UnsubscribeURL: unsubscribe,
    ...(Object.keys(attributes).length > 0 ? { MessageAttributes } : {}),
  });
}
