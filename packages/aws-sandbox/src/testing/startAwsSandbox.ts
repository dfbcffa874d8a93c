import type { RunningSandbox } from '../core';
import { startSandbox, type StartSandboxOptions } from '../startSandbox';
import { clientOptions } from './clientOptions';

export interface AwsSandboxOptions extends StartSandboxOptions {
  /** A new, empty sandbox for each test, which is the default, or one for all. */
  fresh?: 'each test' | 'once';
}

type ClientClass<T> = new (options: ReturnType<typeof clientOptions>) => T;

/** A sandbox that begins and ends with the tests of a file or `describe`. */
export interface AwsSandbox
  extends Pick<
    RunningSandbox,
    'url' | 'clock' | 'jobs' | 'faults' | 'quotas' | 'requests' | 'trail'
  > {
  /** An SDK client as an account's administrator; destroyed with the sandbox. */
  client<T extends { destroy(): void }>(
    Client: ClientClass<T>,
    account?: string,
  ): T;
  /** The sandbox itself. */
  readonly running: RunningSandbox;
}

interface Hooks {
  beforeEach(run: () => Promise<void>): void;
  afterEach(run: () => Promise<void>): void;
  beforeAll(run: () => Promise<void>): void;
  afterAll(run: () => Promise<void>): void;
}

/**
 * One line in a test file, outside of `it`: starts a sandbox before the tests
 * and stops it after them.
 *
 * @throws an Error outside of Jest (use `startSandbox` there), and when it is
 * used before the first test runs.
 */
export function startAwsSandbox(options: AwsSandboxOptions = {}): AwsSandbox {
  const { fresh = 'each test', ...rest } = options;
  const hooks = globalThis as unknown as Partial<Hooks>;
  const isOnce = fresh === 'once';
  const before = isOnce ? hooks.beforeAll : hooks.beforeEach;
  const after = isOnce ? hooks.afterAll : hooks.afterEach;
  if (!before || !after) {
    throw new Error(
      'startAwsSandbox() belongs into a Jest file, outside of a test; elsewhere use startSandbox()',
    );
  }
  let current: RunningSandbox | undefined;
  let clients: { destroy(): void }[] = [];
  const running = () => {
    if (current) return current;
    throw new Error(
      'The sandbox runs only while tests do: use it inside of it(), beforeEach() or beforeAll()',
    );
  };
  before(async () => {
    current = await startSandbox(rest);
  });
  after(async () => {
    const ending = current;
    clients.forEach(client => client.destroy());
    clients = [];
    current = undefined;
    await ending?.close();
  });
  return {
    client(Client, account) {
      const client = new Client(clientOptions(running().url, account));
      clients.push(client);
      return client;
    },
    get running() {
      return running();
    },
    get url() {
      return running().url;
    },
    get clock() {
      return running().clock;
    },
    get jobs() {
      return running().jobs;
    },
    get faults() {
      return running().faults;
    },
    get quotas() {
      return running().quotas;
    },
    get requests() {
      return running().requests;
    },
    get trail() {
      return running().trail;
    },
  };
}
