import type { Sandbox } from '../../core';
import { ExecutionFile } from './ExecutionFile';
import {
  executionsOf,
  isOpen,
  pipelinesOf,
  type ExecutionRecord,
} from './model';
import { Step } from './Step';

const TICK = 'codepipeline.tick';

const engines = new WeakMap<Sandbox, Engine>();

/**
 * Moves executions forward. It is level-triggered: `tick` reads what is stored,
 * does what follows from it and writes that down before and after each step, so
 * an execution goes on after a restart from where it was.
 *
 * What may enter a stage is the execution mode's affair, see `stages.ts`.
 *
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html
 */
export class Engine {
  readonly #turns = new Map<string, Promise<void>>();
  readonly #timers = new Map<string, { job: string; at: number }>();
  #closing = false;

  private constructor(private readonly sandbox: Sandbox) {
    sandbox.onClose(async () => {
      this.#closing = true;
      await Promise.all(this.#turns.values());
    });
  }

  static of(sandbox: Sandbox): Engine {
    const engine = engines.get(sandbox) ?? new Engine(sandbox);
    engines.set(sandbox, engine);
    return engine;
  }

  /** Registers the engine's jobs and takes up what an earlier process left. */
  begin() {
    this.sandbox.jobs.handle<{ account: string; pipeline: string }>(
      TICK,
      ({ account, pipeline }) => this.tick(account, pipeline),
    );
    for (const account of this.sandbox.accounts('codepipeline', 'pipelines')) {
      for (const { name } of pipelinesOf(this.sandbox, account).values()) {
        if (this.#open(account, name).length > 0) this.wake(account, name, 0);
      }
    }
  }

  /** Looks at a pipeline's executions after `delay` milliseconds at the latest. */
  wake(account: string, pipeline: string, delay = 0) {
    if (this.#closing) return;
    const key = `${account}/${pipeline}`;
    const at = this.sandbox.clock.now().getTime() + delay;
    const waiting = this.#timers.get(key);
    if (waiting && waiting.at <= at) return;
    if (waiting) this.sandbox.jobs.cancel(waiting.job);
    const job = this.sandbox.jobs.schedule(TICK, new Date(at), {
      account,
      pipeline,
    });
    this.#timers.set(key, { job, at });
  }

  /** Moves every open execution of a pipeline as far as it goes now. */
  tick(account: string, pipeline: string): Promise<void> {
    const key = `${account}/${pipeline}`;
    this.#timers.delete(key);
    const turn = (this.#turns.get(key) ?? Promise.resolve())
      .then(() => this.#turn(account, pipeline))
      .catch(error =>
        this.sandbox.log.warn(`Pipeline ${key}: ${error?.stack ?? error}`),
      )
      .finally(() => {
        if (this.#turns.get(key) === turn) this.#turns.delete(key);
      });
    this.#turns.set(key, turn);
    return turn;
  }

  async #turn(account: string, pipeline: string) {
    let again = Infinity;
    for (let moved = true; moved && !this.#closing; ) {
      moved = false;
      again = Infinity;
      // The furthest goes first, so that it makes room for those behind it.
      for (const { id } of this.#open(account, pipeline)) {
        const step = new Step(
          new ExecutionFile(this.sandbox, account, pipeline, id),
        );
        while (!this.#closing && (await step.run())) moved = true;
        again = Math.min(again, step.again);
      }
    }
    if (Number.isFinite(again)) this.wake(account, pipeline, again);
  }

  #open(account: string, pipeline: string): ExecutionRecord[] {
    return executionsOf(this.sandbox, account, pipeline)
      .values()
      .filter(isOpen)
      .sort((a, b) => b.stage - a.stage || a.sequence - b.sequence);
  }
}
