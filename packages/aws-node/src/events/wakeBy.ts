import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import type { AwsClients } from '../clients';
import { EventQueue } from './EventQueue';
import type { EventHint } from './hint';
import { readQueueUrls } from './queues';
import { Wakeups } from './Wakeups';

/** One thing to look at: a resource, a stack, or the whole account. */
export interface WakeUp {
  accountId: string;
  region: string;
  arn?: string;
  stack?: string;
}

function wakeUpsOf(hint: EventHint): WakeUp[] {
  const { accountId, region } = hint;
  return [
    ...hint.arns.map(arn => ({ accountId, region, arn })),
    ...hint.stacks.map(stack => ({ accountId, region, stack })),
    ...(hint.wide ? [{ accountId, region }] : []),
  ];
}

/**
 * Wakes a plugin by the events of its queues (`<plugin>.events` in config),
 * many hints about one thing being one wake-up. Does nothing without a queue.
 *
 * @returns what ends it.
 */
export function wakeByEvents(options: {
  plugin: string;
  config: Config;
  clients: AwsClients;
  logger: LoggerService;
  wake: (one: WakeUp) => Promise<void>;
}): () => Promise<void> {
  const { plugin, config, clients, logger } = options;
  const wakeUps = new Wakeups({
    act: async key => {
      try {
        await options.wake(JSON.parse(key) as WakeUp);
      } catch (error) {
        const name = error instanceof Error ? error.name : 'Error';
        logger.warn(`A wake-up was not followed (${name}); polling goes on`);
      }
    },
  });
  const queues = readQueueUrls(config, plugin).map(
    url =>
      new EventQueue({
        clients,
        url,
        logger,
        onHint: hint => {
          for (const one of wakeUpsOf(hint)) wakeUps.hint(JSON.stringify(one));
        },
      }),
  );
  for (const queue of queues) queue.start();
  return async () => {
    await Promise.all(queues.map(queue => queue.stop()));
    wakeUps.stop();
  };
}
