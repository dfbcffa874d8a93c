import type * as sdk from '@aws-sdk/client-sqs';
import { AwsError, type Operations } from '../../core';
import { page } from '../paging';
import {
  checkAttributes,
  defaultAttributes,
  describeAttributes,
} from './attributes';
import { queueNamed, queueOfUrl, queuesOf, urlOf } from './model';

const NAME = /^[A-Za-z0-9_-]{1,80}$/;

export const queueOperations = {
  CreateQueue(input, { account, region, sandbox }) {
    const name = input.QueueName;
    if (!NAME.test(name)) {
      throw new AwsError(
        'InvalidParameterValue',
        'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
      );
    }
    const given = checkAttributes(input.Attributes);
    const queues = queuesOf(sandbox, account);
    const known = queues.get(name);
    if (known) {
      const differs = Object.entries(given).find(
        ([key, value]) => known.attributes[key] !== value,
      );
      if (differs) {
        throw new AwsError(
          'QueueNameExists',
          `A queue already exists with the same name and a different value for attribute ${differs[0]}`,
        );
      }
      return { QueueUrl: urlOf(sandbox, account, name) };
    }
    const now = sandbox.clock.now().toISOString();
    queues.set(name, {
      name,
      arn: `arn:aws:sqs:${region}:${account}:${name}`,
      attributes: { ...defaultAttributes(), ...given },
      tags: { ...input.tags },
      created: now,
      modified: now,
    });
    return { QueueUrl: urlOf(sandbox, account, name) };
  },

  GetQueueUrl(input, { account, sandbox }) {
    const owner = input.QueueOwnerAWSAccountId ?? account;
    const queue = queueNamed(sandbox, owner, input.QueueName);
    return { QueueUrl: urlOf(sandbox, owner, queue.record.name) };
  },

  ListQueues(input, { account, sandbox }) {
    const names = queuesOf(sandbox, account)
      .keys()
      .filter(name => name.startsWith(input.QueueNamePrefix ?? ''))
      .sort();
    const { items, next } = page(
      names,
      input.NextToken,
      input.MaxResults ?? 1000,
    );
    return {
      QueueUrls: items.map(name => urlOf(sandbox, account, name)),
      NextToken: next,
    };
  },

  GetQueueAttributes(input, { sandbox }) {
    const Attributes = describeAttributes(
      queueOfUrl(sandbox, input.QueueUrl),
      input.AttributeNames,
      sandbox.clock.now().getTime(),
    );
    return Object.keys(Attributes).length > 0 ? { Attributes } : {};
  },

  SetQueueAttributes(input, { sandbox }) {
    const { account, record } = queueOfUrl(sandbox, input.QueueUrl);
    const attributes = {
      ...record.attributes,
      ...checkAttributes(input.Attributes),
    };
    if (attributes.RedrivePolicy === '') delete attributes.RedrivePolicy;
    const modified = sandbox.clock.now().toISOString();
    queuesOf(sandbox, account).set(record.name, {
      ...record,
      attributes,
      modified,
    });
  },

  DeleteQueue(input, { sandbox }) {
    const queue = queueOfUrl(sandbox, input.QueueUrl);
    queue.messages.clear();
    queuesOf(sandbox, queue.account).delete(queue.record.name);
  },

  PurgeQueue(input, { sandbox }) {
    queueOfUrl(sandbox, input.QueueUrl).messages.clear();
  },

  TagQueue(input, { sandbox }) {
    const { account, record } = queueOfUrl(sandbox, input.QueueUrl);
    const tags = { ...record.tags, ...input.Tags };
    queuesOf(sandbox, account).set(record.name, { ...record, tags });
  },

  UntagQueue(input, { sandbox }) {
    const { account, record } = queueOfUrl(sandbox, input.QueueUrl);
    for (const key of input.TagKeys) delete record.tags[key];
    queuesOf(sandbox, account).set(record.name, record);
  },

  ListQueueTags(input, { sandbox }) {
    return { Tags: queueOfUrl(sandbox, input.QueueUrl).record.tags };
  },

  ListDeadLetterSourceQueues(input, { sandbox }) {
    const { account, record } = queueOfUrl(sandbox, input.QueueUrl);
    const sources = queuesOf(sandbox, account)
      .values()
      .filter(other => {
        const policy = other.attributes.RedrivePolicy;
        return policy && JSON.parse(policy).deadLetterTargetArn === record.arn;
      });
    return {
      queueUrls: sources.map(({ name }) => urlOf(sandbox, account, name)),
    };
  },
} satisfies Operations<typeof sdk>;
