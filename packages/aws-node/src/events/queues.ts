import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/**
 * URLs of the queues that wake a plugin: `<plugin>.events.queueUrl`, or
 * `<plugin>.events.queueUrls` with one per account. None where neither is set.
 *
 * @throws InputError for what is not the URL of a queue.
 */
export function readQueueUrls(config: Config, plugin: string): string[] {
  const events = config.getOptionalConfig(`${plugin}.events`);
  const one = events?.getOptionalString('queueUrl');
  const many = events?.getOptionalStringArray('queueUrls') ?? [];
  const urls = [...new Set([...(one ? [one] : []), ...many])];
  for (const url of urls) {
    try {
      parseQueueUrl(url);
    } catch (error) {
      throw new InputError(`'${plugin}.events' names no queue`, error);
    }
  }
  return urls;
}

/**
 * Where a queue is, by its URL
 * (`https://sqs.<region>.amazonaws.com/<account>/<name>`). The region is
 * missing where the URL does not tell; the account's is used then.
 *
 * @throws InputError when it is not the URL of a queue.
 */
export function parseQueueUrl(url: string): {
  accountId: string;
  region?: string;
} {
  const match =
    /^https?:\/\/([^/]+)\/(\d{12})\/[A-Za-z0-9_-]{1,80}(\.fifo)?$/.exec(url);
  if (!match) throw new InputError(`'${url}' is not the URL of an SQS queue.`);
  const region = /^sqs\.([a-z0-9-]+)\./.exec(match[1])?.[1];
  return { accountId: match[2], ...(region && { region }) };
}
