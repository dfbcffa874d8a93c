import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-sns';
import { AwsError, defineService } from '../../core';
import { kindOfTarget } from '../delivery/targets';
import { parsePattern } from '../eventbridge/pattern';
import { page } from '../paging';
import {
  requireSubscription,
  requireTopic,
  accountOf,
  subscriptionsOf,
  topicsOf,
  type SubscriptionRecord,
} from './model';
import { publish } from './publish';

const NAME = /^[A-Za-z0-9_-]{1,256}$/;
const PENDING = 'PendingConfirmation';

const invalid = (message: string) =>
  new AwsError('InvalidParameterException', `Invalid parameter: ${message}`);

const describe = (one: SubscriptionRecord) => ({
  SubscriptionArn: one.confirmed ? one.arn : PENDING,
  Owner: one.owner,
  Protocol: one.protocol,
  Endpoint: one.endpoint,
  TopicArn: one.topicArn,
});

function checkFilter(name: string | undefined, value: string | undefined) {
  if (name !== 'FilterPolicy' || !value) return;
  try {
    parsePattern(value);
  } catch (error) {
    throw invalid(`FilterPolicy: ${(error as Error).message}`);
  }
}

/** SNS: topics whose messages go to queues and functions. */
export default defineService({
  id: 'sns',
  sdk,
  operations: {
    CreateTopic(input, { account, region, sandbox }) {
      const name = input.Name;
      if (!NAME.test(name)) throw invalid('Topic Name');
      const arn = `arn:aws:sns:${region}:${account}:${name}`;
      const topics = topicsOf(sandbox, account);
      if (!topics.has(arn)) {
        const tags = (input.Tags ?? []).map(({ Key, Value }) => [
          Key ?? '',
          Value ?? '',
        ]);
        topics.set(arn, {
          name,
          arn,
          attributes: { ...input.Attributes },
          tags: Object.fromEntries(tags),
        });
      }
      return { TopicArn: arn };
    },

    DeleteTopic(input, { sandbox }) {
      const account = accountOf(input.TopicArn);
      topicsOf(sandbox, account).delete(input.TopicArn);
      const subscriptions = subscriptionsOf(sandbox, account);
      for (const one of subscriptions.values()) {
        if (one.topicArn === input.TopicArn) subscriptions.delete(one.arn);
      }
    },

    ListTopics(input, { account, sandbox }) {
      const arns = topicsOf(sandbox, account).keys().sort();
      const { items, next } = page(arns, input.NextToken);
      return {
        Topics: items.map(TopicArn => ({ TopicArn })),
        NextToken: next,
      };
    },

    GetTopicAttributes(input, { sandbox }) {
      const topic = requireTopic(sandbox, input.TopicArn);
      const account = accountOf(topic.arn);
      const count = subscriptionsOf(sandbox, account)
        .values()
        .filter(one => one.topicArn === topic.arn);
      const confirmed = count.filter(one => one.confirmed).length;
      return {
        Attributes: {
          TopicArn: topic.arn,
          Owner: account,
          SubscriptionsConfirmed: String(confirmed),
          SubscriptionsPending: String(count.length - confirmed),
          SubscriptionsDeleted: '0',
          ...topic.attributes,
        },
      };
    },

    SetTopicAttributes(input, { sandbox }) {
      const topic = requireTopic(sandbox, input.TopicArn);
      topic.attributes[input.AttributeName] = input.AttributeValue ?? '';
      topicsOf(sandbox, accountOf(topic.arn)).set(topic.arn, topic);
    },

    Subscribe(input, { account, sandbox }) {
      const topic = requireTopic(sandbox, input.TopicArn);
      const { Protocol: protocol, Endpoint: endpoint = '' } = input;
      const reached = protocol === 'sqs' || protocol === 'lambda';
      if (reached && kindOfTarget(endpoint) !== protocol) {
        throw invalid(`${protocol} endpoint ARN`);
      }
      checkFilter('FilterPolicy', input.Attributes?.FilterPolicy);
      const subscriptions = subscriptionsOf(sandbox, accountOf(topic.arn));
      const known = subscriptions
        .values()
        .find(
          one =>
            one.topicArn === topic.arn &&
            one.protocol === protocol &&
            one.endpoint === endpoint,
        );
      const record = known ?? {
        arn: `${topic.arn}:${randomUUID()}`,
        topicArn: topic.arn,
        protocol,
        endpoint,
        owner: account,
        attributes: { ...input.Attributes },
        confirmed: reached,
      };
      subscriptions.set(record.arn, record);
      const shown = record.confirmed || input.ReturnSubscriptionArn;
      return { SubscriptionArn: shown ? record.arn : 'pending confirmation' };
    },

    Unsubscribe(input, { sandbox }) {
      const arn = input.SubscriptionArn;
      subscriptionsOf(sandbox, accountOf(arn)).delete(arn);
    },

    ListSubscriptions(input, { account, sandbox }) {
      const all = subscriptionsOf(sandbox, account).values();
      const { items, next } = page(all, input.NextToken);
      return { Subscriptions: items.map(describe), NextToken: next };
    },

    ListSubscriptionsByTopic(input, { sandbox }) {
      const { arn } = requireTopic(sandbox, input.TopicArn);
      const all = subscriptionsOf(sandbox, accountOf(arn))
        .values()
        .filter(one => one.topicArn === arn);
      const { items, next } = page(all, input.NextToken);
      return { Subscriptions: items.map(describe), NextToken: next };
    },

    GetSubscriptionAttributes(input, { sandbox }) {
      const one = requireSubscription(sandbox, input.SubscriptionArn);
      return {
        Attributes: {
          SubscriptionArn: one.arn,
          TopicArn: one.topicArn,
          Owner: one.owner,
          Protocol: one.protocol,
          Endpoint: one.endpoint,
          PendingConfirmation: String(!one.confirmed),
          ...(one.confirmed && { ConfirmationWasAuthenticated: 'true' }),
          ...one.attributes,
        },
      };
    },

    SetSubscriptionAttributes(input, { sandbox }) {
      const one = requireSubscription(sandbox, input.SubscriptionArn);
      checkFilter(input.AttributeName, input.AttributeValue);
      one.attributes[input.AttributeName] = input.AttributeValue ?? '';
      subscriptionsOf(sandbox, accountOf(one.topicArn)).set(one.arn, one);
    },

    Publish(input, { sandbox }) {
      const topic = requireTopic(sandbox, input.TopicArn ?? input.TargetArn);
      if (input.Message === '') throw invalid('Empty message');
      const MessageId = publish(sandbox, topic, {
        message: input.Message,
        subject: input.Subject,
        attributes: input.MessageAttributes,
      });
      return { MessageId };
    },

    PublishBatch(input, { sandbox }) {
      const topic = requireTopic(sandbox, input.TopicArn);
      const Successful = input.PublishBatchRequestEntries.map(entry => ({
        Id: entry.Id,
        MessageId: publish(sandbox, topic, {
          message: entry.Message ?? '',
          subject: entry.Subject,
          attributes: entry.MessageAttributes,
        }),
      }));
      return { Successful, Failed: [] };
    },
  },
  trail: { except: ['Publish', 'PublishBatch'] },
});
