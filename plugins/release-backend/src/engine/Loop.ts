import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import PQueue from 'p-queue';
import type { Clock, Stores } from '../store';
import { iso } from './model';
import type { Reconciler } from './Reconciler';
import { Wakeups } from './Wakeups';

const FALLBACK_MS = 1_000;
const BATCH = 20;
const FORWARD_CONCURRENCY = 6;
/** A mass rollback is not to wait for itself either. */
const ROLLBACK_CONCURRENCY = 20;

export interface LoopOptions {
  knex: Knex;
  stores: Stores;
  clock: Clock;
  reconciler: Reconciler;
  logger: LoggerService;
}

interface Run {
  rollback: boolean;
  elsewhere?: boolean;
  started: boolean;
}

/**
 * The engine's own loop: woken in process and by LISTEN/NOTIFY, with polling
 * as the fallback. Rollbacks have a lane of their own: forward steps that wait
 * for a slow or throttled AWS are never before them.
 */
export class Loop {
  readonly #options: LoopOptions;
  readonly #forward = new PQueue({ concurrency: FORWARD_CONCURRENCY });
  readonly #rollbacks = new PQueue({ concurrency: ROLLBACK_CONCURRENCY });
  readonly #runs = new Map<string, Run>();
  #timer?: NodeJS.Timeout;
  #stopped = false;
  #looking = false;
  readonly #wakeups: Wakeups;

  constructor(options: LoopOptions) {
    this.#options = options;
    this.#wakeups = new Wakeups({
      knex: options.knex,
      logger: options.logger,
      heard: () => this.#schedule(0),
    });
  }

  async start(): Promise<void> {
    await this.#wakeups.start();
    this.#schedule(0);
  }

  /** Ends after what is under way has been committed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const lanes = [this.#forward, this.#rollbacks];
    for (const lane of lanes) lane.clear();
    for (const id of this.#runs.keys()) {
      this.#options.reconciler.interrupt(id);
    }
    await Promise.all(lanes.map(lane => lane.onIdle()));
    await this.#wakeups.stop();
  }

  /** Something is due: look now, here and in the other replicas. */
  wake(): void {
    this.#schedule(0);
    this.#wakeups.tell();
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
    const { stores, clock, logger } = this.#options;
    try {
      // Those under way are still due: they must not hide the others.
      const due = await stores.rollouts.due(
        iso(await clock.now()),
        BATCH + this.#runs.size,
      );
      for (const { id, rollback } of due) this.#run(id, rollback);
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

  #run(id: string, rollback: boolean): void {
    const { reconciler, logger } = this.#options;
    const under = this.#runs.get(id);
    if (under && (under.rollback || !rollback)) return;
    if (under?.started) {
      // It was turned back: its forward step is to stop reading.
      reconciler.interrupt(id);
      return;
    }
    const run: Run = { rollback, started: false };
    this.#runs.set(id, run);
    const lane = rollback ? this.#rollbacks : this.#forward;
    lane
      .add(async () => {
        if (this.#runs.get(id) !== run) return;
        run.started = true;
        run.elsewhere = !(await reconciler.tick(id));
      })
      .catch(error => logger.warn(`Rollout ${id}: ${error.name}`))
      .finally(() => {
        if (this.#runs.get(id) !== run) return;
        if (!run.elsewhere) {
          this.#runs.delete(id);
          this.#schedule(0);
          return;
        }
        // Another replica has it: not to be asked for again at once.
        setTimeout(() => this.#runs.delete(id), FALLBACK_MS).unref();
      });
  }
}
