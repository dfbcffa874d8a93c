import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  FreezeWindow,
  GateResult,
  Stage,
} from '@careplane/backstage-plugin-release-common';
import type { Knex } from 'knex';
import { Clock, Heartbeats, isPostgres, Stores } from '../store';
import { Executor } from './Executor';
import { Loop } from './Loop';
import type { RolloutRecord } from './model';
import { Carriers, Observer } from './Observer';
import { Reconciler } from './Reconciler';
import { targetOfRecord } from './targetOfRecord';

const BEAT_MS = 10_000;

export interface EngineOptions {
  knex: Knex;
  stores: Stores;
  clock: Clock;
  stages: Stage[];
  logger: LoggerService;
  /** Name of this process among replicas. */
  owner: string;
  carriers: Carriers & { setShare?(share: number): void };
  gates: (record: RolloutRecord) => Promise<GateResult[]>;
  freezeAt?: (stage: string, now: number) => FreezeWindow | undefined;
  mayApprove: (person: string, stage: string) => Promise<boolean>;
  /** `release.maxUnattended`. */
  maxUnattendedMs?: number;
  onChange?: (record: RolloutRecord) => void;
}

/** The release engine of one process: reconciler, loop and heartbeat. */
export class Engine {
  readonly #options: EngineOptions;
  readonly #loop: Loop;
  readonly #heartbeats: Heartbeats;
  #beating?: NodeJS.Timeout;

  constructor(options: EngineOptions) {
    this.#options = options;
    const { knex, stores, clock, logger, stages, carriers } = options;
    this.#heartbeats = new Heartbeats(knex);
    const reconciler = new Reconciler({
      stores,
      clock,
      logger,
      owner: options.owner,
      targetOf: record => targetOfRecord(record, stages),
      onChange: options.onChange,
      executor: new Executor(carriers),
      observer: new Observer({
        carriers,
        stores,
        gates: options.gates,
        freezeAt: options.freezeAt,
        mayApprove: options.mayApprove,
        maxUnattendedMs: options.maxUnattendedMs,
      }),
    });
    this.#loop = new Loop({ knex, stores, clock, reconciler, logger });
  }

  async start(): Promise<void> {
    const { knex, stores } = this.#options;
    // The one replica needs to wait for nobody: its predecessor is gone.
    if (!isPostgres(knex)) await stores.leases.freeAll();
    await this.#beat();
    this.#beating = setInterval(() => this.#beat(), BEAT_MS);
    await this.#loop.start();
  }

  /** Ends after what is under way has been committed. */
  async stop(): Promise<void> {
    clearInterval(this.#beating);
    await this.#loop.stop();
    await this.#heartbeats.end(this.#options.owner).catch(() => {
      // Without it the others count this process for half a minute more.
    });
  }

  /** Something is due: look now, here and in the other replicas. */
  wake(): void {
    this.#loop.wake();
  }

  async #beat(): Promise<void> {
    const { owner, carriers, logger } = this.#options;
    try {
      carriers.setShare?.(await this.#heartbeats.beat(owner));
    } catch (error) {
      // Without an answer the budgets fall to their configured minimum.
      const name = error instanceof Error ? error.name : 'Error';
      logger.warn(`Live processes could not be counted: ${name}`);
    }
  }
}
