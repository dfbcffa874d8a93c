import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import PQueue from 'p-queue';
import { Clock, isPostgres, Stores } from '../store';
import { iso } from './model';
import type { Reconciler } from './Reconciler';

const CHANNEL = 'careplane_release';
const FALLBACK_MS = 1_000;
const BATCH = 20;

export interface LoopOptions {
  knex: Knex;
  stores: Stores;
  clock: Clock;
  reconciler: Reconciler;
  logger: LoggerService;
  concurrency?: number;
}

/**
 * The engine's own loop: woken in process and by LISTEN/NOTIFY, with polling
 * as the fallback. Rollbacks are taken first.
 */
export class Loop {
  readonly #options: LoopOptions;
  readonly #queue: PQueue;
  readonly #running = new Set<string>();
  #timer?: NodeJS.Timeout;
  #stopped = false;
  #looking = false;
  #listener?: { connection: unknown; release: () => Promise<void> };

  constructor(options: LoopOptions) {
    this.#options = options;
    this.#queue = new PQueue({ concurrency: options.concurrency ?? 6 });
  }

  async start(): Promise<void> {
    await this.#listen();
    this.#schedule(0);
  }

  /** Ends after what is under way has been committed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#queue.clear();
    await this.#queue.onIdle();
    await this.#listener?.release();
  }

  /** Something is due: look now, here and in the other replicas. */
  wake(): void {
    this.#schedule(0);
    const { knex } = this.#options;
    if (isPostgres(knex)) {
      knex.raw(`notify ${CHANNEL}`).then(undefined, () => {
        // The fallback poll finds it within a second.
      });
    }
  }

  #schedule(delayMs: number): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), delayMs);
  }

  async #look(): Promise<void> {
    if (this.#looking) {
      this.#schedule(100);
      return;
    }
    this.#looking = true;
    const { stores, clock, reconciler, logger } = this.#options;
    try {
      const ids = await stores.rollouts.due(iso(await clock.now()), BATCH);
      for (const [index, id] of ids.entries()) {
        if (this.#running.has(id)) continue;
        this.#running.add(id);
        this.#queue
          .add(() => reconciler.tick(id), { priority: BATCH - index })
          .catch(error => logger.warn(`Rollout ${id}: ${error.name}`))
          .finally(() => this.#running.delete(id));
      }
    } catch (error) {
      logger.warn(
        `The release loop could not read what is due: ${
          error instanceof Error ? error.name : 'Error'
        }`,
      );
    } finally {
      this.#looking = false;
      this.#schedule(FALLBACK_MS);
    }
  }

  async #listen(): Promise<void> {
    const { knex, logger } = this.#options;
    if (!isPostgres(knex)) return;
    try {
      const connection = await knex.client.acquireRawConnection();
      connection.on('notification', () => this.#schedule(0));
      connection.on('error', () => {
        this.#listener = undefined;
      });
      await connection.query(`listen ${CHANNEL}`);
      this.#listener = {
        connection,
        release: () => knex.client.destroyRawConnection(connection),
      };
    } catch (error) {
      logger.warn(
        `LISTEN is not available; polling instead: ${
          error instanceof Error ? error.name : 'Error'
        }`,
      );
    }
  }
}
