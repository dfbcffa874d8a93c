import fs from 'node:fs';
import path from 'node:path';
import { shimFolders, type Collection, type Sandbox } from '../../core';
import { BuildRun } from './BuildRun';
import type { BuildRecord } from './model';

/** How many builds run at once; others wait as QUEUED. */
const PARALLEL_BUILDS = 2;

const queues = new WeakMap<Sandbox, BuildQueue>();

/** The builds of a sandbox that wait or run. */
export class BuildQueue {
  readonly #waiting: BuildRecord[] = [];
  readonly #running = new Map<string, BuildRun>();
  readonly #listeners: ((build: BuildRecord) => void)[] = [];
  readonly #ends = new Set<Promise<void>>();
  #closing = false;

  private constructor(private readonly sandbox: Sandbox) {
    sandbox.onClose(() => this.#close());
  }

  static of(sandbox: Sandbox): BuildQueue {
    const queue = queues.get(sandbox) ?? new BuildQueue(sandbox);
    queues.set(sandbox, queue);
    return queue;
  }

  /** Calls `listener` after each build has ended. */
  onEnd(listener: (build: BuildRecord) => void) {
    this.#listeners.push(listener);
  }

  add(build: BuildRecord) {
    this.#waiting.push(build);
    setImmediate(() => this.#next());
  }

  /** Ends a build by a person's wish. Nothing happens where it has ended. */
  stop(build: BuildRecord) {
    const run = this.#running.get(build.id);
    if (run) {
      run.interrupt('STOPPED', 'Build was stopped.');
      return;
    }
    const index = this.#waiting.findIndex(other => other.id === build.id);
    if (index < 0) return;
    this.#waiting.splice(index, 1);
    this.#end(
      finish(
        build,
        'STOPPED',
        'BUILD_STOPPED',
        'Build was stopped.',
        this.#now(),
      ),
    );
  }

  /**
   * Ends the builds that an earlier process of the sandbox left behind. Call
   * it before the port opens.
   */
  failInterrupted() {
    for (const account of this.sandbox.accounts('codebuild', 'builds')) {
      for (const build of buildsOf(this.sandbox, account).values()) {
        if (build.status !== 'IN_PROGRESS') continue;
        this.#end(
          finish(
            build,
            'FAILED',
            'INTERNAL_SERVICE_ERROR',
            'The sandbox ended while this build ran. Start the build again.',
            this.#now(),
          ),
        );
      }
    }
    fs.rmSync(path.join(this.sandbox.dataDir, 'builds'), {
      recursive: true,
      force: true,
    });
  }

  #next() {
    if (this.#closing || this.#running.size >= PARALLEL_BUILDS) return;
    const queued = this.#waiting.shift();
    if (!queued) return;
    const phases = queued.phases.map(phase =>
      phase.type === 'QUEUED'
        ? { ...phase, status: 'SUCCEEDED' as const, end: this.#now() }
        : phase,
    );
    const save = (build: BuildRecord) => {
      // What a closing sandbox does to a build is told at the next start.
      if (!this.#closing)
        buildsOf(this.sandbox, build.account).set(build.id, build);
    };
    const run = new BuildRun(
      this.sandbox,
      { ...queued, phases },
      toolFolders(),
      save,
    );
    this.#running.set(queued.id, run);
    const end = run
      .run()
      .catch(error => {
        this.sandbox.log.warn(
          `Build ${queued.id} broke: ${error?.stack ?? error}`,
        );
        return finish(
          buildsOf(this.sandbox, queued.account).get(queued.id) ?? queued,
          'FAULT',
          'INTERNAL_SERVICE_ERROR',
          String(error?.message ?? error),
          this.#now(),
        );
      })
      .then(build => {
        this.#running.delete(queued.id);
        this.#ends.delete(end);
        if (this.#closing) return;
        this.#end(build);
        this.#next();
      });
    this.#ends.add(end);
    this.#next();
  }

  #end(build: BuildRecord) {
    buildsOf(this.sandbox, build.account).set(build.id, build);
    for (const listener of this.#listeners) listener(build);
  }

  async #close() {
    this.#closing = true;
    for (const run of this.#running.values()) {
      run.interrupt('STOPPED', 'The sandbox ended.');
    }
    await Promise.all(this.#ends);
  }

  #now() {
    return this.sandbox.clock.now().toISOString();
  }
}

export function buildsOf(
  sandbox: Sandbox,
  account: string,
): Collection<BuildRecord> {
  return sandbox.store<BuildRecord>('codebuild', account, 'builds');
}

/** The build as ended by something other than its commands. */
function finish(
  build: BuildRecord,
  status: 'STOPPED' | 'FAILED' | 'FAULT',
  statusCode: string,
  message: string,
  now: string,
): BuildRecord {
  const phases = build.phases.map(phase =>
    phase.status || phase.type === 'COMPLETED'
      ? phase
      : { ...phase, status, end: now, contexts: [{ statusCode, message }] },
  );
  return {
    ...build,
    status,
    end: now,
    phases: [...phases, { type: 'COMPLETED', start: now }],
  };
}

/** What comes first on a build's PATH: shims, and the node that runs us. */
function toolFolders(): string[] {
  return [...shimFolders(), path.dirname(process.execPath)].filter(folder =>
    fs.existsSync(folder),
  );
}
