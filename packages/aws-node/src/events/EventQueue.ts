import {
  DeleteMessageBatchCommand,
  Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { AwsClients } from '../clients';
import { EventHint, readHint } from './hint';
import { parseQueueUrl } from './queues';

/** SQS's longest; a queue that is empty costs three calls a minute. */
const WAIT_SECONDS = 20;
const BATCH = 10;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

const toEntry = ({ ReceiptHandle }: Message, index: number) =>
  ReceiptHandle ? [{ Id: String(index), ReceiptHandle }] : [];

/**
 * Takes events from one queue with long polls for as long as it runs, and
 * hands their hints over. A message is deleted after use, whether it could be
 * read or not; one that was lost is made up for by polling. Nothing that is
 * wrong with the queue stops anything else: it is tried again, less often.
 */
export class EventQueue {
  readonly #clients: AwsClients;
  readonly #url: string;
  readonly #logger: LoggerService;
  readonly #onHint: (hint: EventHint) => void;
  readonly #stopping = new AbortController();
  #running?: Promise<void>;

  constructor(options: {
    clients: AwsClients;
    url: string;
    logger: LoggerService;
    /** Called at once for each hint; must not throw. */
    onHint: (hint: EventHint) => void;
  }) {
    this.#clients = options.clients;
    this.#url = options.url;
    this.#logger = options.logger;
    this.#onHint = options.onHint;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends a long poll that is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.#take(signal);
        if (failures > 0) this.#logger.info(`Events of ${this.#url} again`);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        const name = error instanceof Error ? error.name : 'Error';
        if (failures === 0) {
          this.#logger.warn(
            `No events from ${
              this.#url
            } (${name}): polling alone keeps things fresh until it answers`,
          );
        }
        const pause = Math.min(
          FIRST_PAUSE_MS * 2 ** failures,
          LONGEST_PAUSE_MS,
        );
        failures += 1;
        await sleep(pause, signal);
      }
    }
  }

  async #take(signal: AbortSignal): Promise<void> {
    const client = this.#clients.read(SQSClient, parseQueueUrl(this.#url));
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#url,
        MaxNumberOfMessages: BATCH,
        WaitTimeSeconds: WAIT_SECONDS,
      }),
      { abortSignal: signal },
    );
    if (Messages.length === 0) return;
    for (const { Body } of Messages) {
      const hint = readHint(Body);
      if (hint) this.#onHint(hint);
      else this.#logger.debug(`A message of ${this.#url} is no event`);
    }
    await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: this.#url,
        Entries: Messages.flatMap(toEntry),
      }),
    );
  }
}

/** Resolves after some time, or as soon as the signal is aborted. */
function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
