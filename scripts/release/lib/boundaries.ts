import { AsyncLocalStorage } from 'node:async_hooks';
import type { AwsClients } from '@careplane/aws-node';
import type { Knex } from 'knex';
import type { Stores } from '../../../plugins/release-backend/src/store';
import type { Change } from '../../../plugins/release-backend/src/store/Stores';

export type When = 'before' | 'inside' | 'after';

/** A place where a process can die: one call to AWS or one write of the database. */
export interface Boundary {
  /** Steps of the rollout that were committed before it; waiting is none. */
  progress: number;
  kind: 'intent' | 'commit' | 'record' | 'aws-read' | 'aws-write';
  name: string;
  /** Count of this name since the last step. */
  nth: number;
  /** State of the rollout when it was first met. */
  state: string;
  /** Comes only where AWS is not ready at the first look. */
  poll: boolean;
}

export const keyOf = (point: Pick<Boundary, 'progress' | 'name' | 'nth'>) =>
  `${point.progress}/${point.name}/${point.nth}`;

/** These come whether or not something had to be waited for. */
const MOVES: Boundary['kind'][] = ['intent', 'aws-write', 'commit'];
/** A commit that only says when to look again. */
const WAIT = 'commit wait';
/** One look reads a thing at most this often; what comes later is a poll. */
const LOOKS = 2;

interface Running {
  wrote: boolean;
  depth: number;
}

/**
 * Finds the boundaries of one rollout by the ports that it goes through: every
 * method of the stores and every command of every SDK client, so that a new
 * call is met without being listed anywhere.
 */
export class Boundaries {
  readonly met = new Map<string, Boundary>();
  state = '';
  /** Told at each boundary; a promise that never ends stops the rollout there. */
  reach: (point: Boundary, when: When) => Promise<void> = async () => {};
  #progress = 0;
  #polling = false;
  #counts = new Map<string, number>();
  readonly #running = new AsyncLocalStorage<Running>();

  /** Work of the rollout: only what happens in it is a boundary. */
  follow<T>(run: () => Promise<T>): Promise<T> {
    return this.#running.run({ wrote: false, depth: 0 }, run);
  }

  aws(clients: AwsClients): AwsClients {
    const instrument = <C>(client: C, service: string): C =>
      new Proxy(client as object, {
        get: (target, key) => {
          const value = Reflect.get(target, key, target);
          if (key !== 'send') return bound(value, target);
          return (command: object) => {
            const operation = command.constructor.name.replace(/Command$/, '');
            const read = /^(Get|List|Describe|BatchGet|Head)/.test(operation);
            return this.#around(
              read ? 'aws-read' : 'aws-write',
              `${service}:${operation}`,
              () => value.call(target, command),
            );
          };
        },
      }) as C;
    const serviceOf = (client: { name: string }) =>
      client.name.replace(/Client$/, '').toLowerCase();
    return {
      budgets: clients.budgets,
      read: (client, ...rest) =>
        instrument(clients.read(client, ...rest), serviceOf(client)),
      write: (client, ...rest) =>
        instrument(clients.write(client, ...rest), serviceOf(client)),
    };
  }

  stores(knex: Knex, stores: Stores): Stores {
    knex.on('query', ({ sql }: { sql: string }) => {
      const running = this.#running.getStore();
      if (running && !/^\s*(select|begin|commit|rollback|pragma)/i.test(sql)) {
        running.wrote = true;
      }
    });
    // The last write of a transaction: what dies here was never committed.
    const { evidence } = stores;
    const append = evidence.append.bind(evidence);
    evidence.append = async (...args) => {
      await append(...args);
      await this.#inside?.();
    };
    const instrument = <T extends object>(target: T, name: string): T =>
      new Proxy(target, {
        get: (of, key) => {
          const value = Reflect.get(of, key, of);
          if (typeof value === 'object' && value !== null) {
            return instrument(value, `${String(key)}.`);
          }
          if (typeof value !== 'function') return value;
          return (...args: unknown[]) => {
            const run = () => value.apply(of, args);
            if (key === 'commit') return this.#commit(args[0] as Change, run);
            return this.#around('record', `${name}${String(key)}`, run);
          };
        },
      });
    return instrument(stores, '');
  }

  #inside?: () => Promise<void>;

  async #commit(change: Change, run: () => Promise<unknown>) {
    const { newIntent, evidence, rollout } = change;
    const kinds = evidence.map(draft => draft.kind).join('+');
    const name = newIntent
      ? `intent ${newIntent.intent.step}`
      : kinds
      ? `commit ${kinds}`
      : WAIT;
    const result = await this.#around(
      newIntent ? 'intent' : 'commit',
      name,
      run,
    );
    if (rollout) this.state = rollout.state;
    if (kinds) {
      this.#progress += 1;
      this.#counts.clear();
    }
    this.#polling = !kinds;
    return result;
  }

  async #around<T>(
    kind: Boundary['kind'],
    name: string,
    run: () => Promise<T>,
  ): Promise<T> {
    const outer = this.#running.getStore();
    // What a port does within itself is part of it.
    if (!outer || outer.depth > 0) return run();
    const nth = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, nth);
    const point: Boundary = {
      progress: this.#progress,
      kind,
      name,
      nth,
      state: this.state,
      poll: name === WAIT || (this.#polling && !MOVES.includes(kind)),
    };
    await this.reach(point, 'before');
    const running: Running = { wrote: kind !== 'record', depth: 1 };
    const committing = kind === 'intent' || kind === 'commit';
    if (committing) this.#inside = () => this.reach(point, 'inside');
    let result: T;
    try {
      result = await this.#running.run(running, run);
    } finally {
      if (committing) this.#inside = undefined;
    }
    if (running.wrote && nth <= (this.#polling ? 1 : LOOKS)) {
      this.met.set(keyOf(point), point);
    }
    await this.reach(point, 'after');
    return result;
  }
}

const bound = (value: unknown, target: object) =>
  typeof value === 'function' ? value.bind(target) : value;
