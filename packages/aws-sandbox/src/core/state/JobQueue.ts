import { randomUUID } from 'node:crypto';
import type { Collection, Jobs, SandboxClock, SandboxLog } from '../types';

/** Node's timers overflow above this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How long `advance` waits for a job before it lets the next one begin. */
const PATIENCE_MS = 20;

const pause = (milliseconds: number) =>
  new Promise<void>(resolve => {
    setTimeout(resolve, milliseconds);
  });

interface Job {
  id: string;
  kind: string;
  at: number;
  /** Order among jobs of the same moment. */
  sequence: number;
  /** Was due as soon as it was scheduled. */
  atOnce?: boolean;
  payload: object;
}

/**
 * Virtual time and the work that waits for it. A job stays on disk until its
 * handler has ended, so a killed process runs it again: handlers must bear it.
 */
export class JobQueue implements Jobs, SandboxClock {
  private readonly handlers = new Map<
    string,
    (payload: never) => Promise<void>
  >();
  private readonly running = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private started = false;
  private moving = false;
  private advancing: Promise<void> = Promise.resolve();
  /** What the collection holds: it is looked through at every move of time. */
  private readonly waiting: Map<string, Job>;
  private sequence: number;
  private shift: number;

  constructor(
    private readonly jobs: Collection<Job>,
    private readonly settings: Collection<number>,
    private readonly log: SandboxLog,
  ) {
    this.shift = settings.get('offset') ?? 0;
    this.waiting = new Map(jobs.entries());
    this.sequence = Math.max(0, ...jobs.values().map(job => job.sequence));
  }

  get offset() {
    return this.shift;
  }

  now() {
    return new Date(Date.now() + this.shift);
  }

  handle<T extends object>(kind: string, run: (payload: T) => Promise<void>) {
    if (this.handlers.has(kind)) {
      throw new Error(`Jobs of kind ${kind} have a handler already`);
    }
    this.handlers.set(kind, run as (payload: never) => Promise<void>);
  }

  schedule(kind: string, at: Date, payload: object): string {
    const id = randomUUID();
    this.sequence += 1;
    this.jobs.set(id, {
      id,
      kind,
      at: at.getTime(),
      sequence: this.sequence,
      atOnce: at.getTime() <= this.now().getTime() || undefined,
      payload,
    });
    const job = this.jobs.get(id);
    if (job) this.waiting.set(id, job);
    this.wake();
    return id;
  }

  cancel(id: string) {
    this.remove(id);
    this.wake();
  }

  /** Begins to run jobs; before that, handlers can still be registered. */
  start() {
    this.started = true;
    this.wake();
  }

  async stop() {
    this.started = false;
    clearTimeout(this.timer);
    await Promise.allSettled(this.running.values());
  }

  async idle() {
    for (;;) {
      const due = this.due(this.now().getTime());
      if (due.length === 0 && this.running.size === 0) return;
      await Promise.all([
        ...due.map(job => this.run(job)),
        ...this.running.values(),
      ]);
    }
  }

  beginAt(moment: Date) {
    if (this.waiting.size > 0) {
      throw new Error('Time can be set only while no work waits for it');
    }
    this.moveTo(moment.getTime() - Date.now());
  }

  advance(milliseconds: number): Promise<void> {
    if (!(milliseconds >= 0)) {
      return Promise.reject(new Error('Virtual time only moves forward'));
    }
    this.advancing = this.advancing.then(async () => {
      const last = this.shift + milliseconds;
      const target = Date.now() + last;
      this.moving = true;
      try {
        for (;;) {
          // Real time passes as well: it may bring what running jobs wait for,
          // but not one more turn of a job that takes longer than its period.
          const next = this.due(Math.max(target, this.now().getTime())).find(
            job =>
              !this.running.has(job.id) &&
              (job.at <= target || job.atOnce || this.running.size > 0),
          );
          if (next) {
            this.moveTo(Math.max(this.shift, next.at - Date.now()));
            void this.run(next);
          } else if (this.running.size === 0) {
            break;
          }
          // A job may itself wait for another, so none holds up those behind it.
          await Promise.race([...this.running.values(), pause(PATIENCE_MS)]);
        }
        this.moveTo(Math.max(this.shift, last));
      } finally {
        this.moving = false;
      }
      this.wake();
    });
    return this.advancing;
  }

  private moveTo(offset: number) {
    this.shift = offset;
    this.settings.set('offset', offset);
  }

  /** Jobs up to a moment that have a handler, earliest first. */
  private due(until: number): Job[] {
    return [...this.waiting.values()]
      .filter(job => job.at <= until && this.handlers.has(job.kind))
      .sort((a, b) => a.at - b.at || a.sequence - b.sequence);
  }

  private remove(id: string) {
    this.jobs.delete(id);
    this.waiting.delete(id);
  }

  private run(job: Job): Promise<void> {
    const already = this.running.get(job.id);
    if (already) return already;
    const handler = this.handlers.get(job.kind);
    const run = Promise.resolve()
      .then(() => handler?.(job.payload as never))
      .catch(error => {
        this.log.warn(`Job ${job.kind} failed: ${error?.stack ?? error}`);
      })
      .finally(() => {
        this.running.delete(job.id);
        this.remove(job.id);
      });
    this.running.set(job.id, run);
    return run;
  }

  private wake() {
    clearTimeout(this.timer);
    if (!this.started || this.moving) return;
    const now = this.now().getTime();
    for (const job of this.due(now)) void this.run(job);
    const waiting = [...this.waiting.values()]
      .filter(job => job.at > now)
      .map(job => job.at);
    if (waiting.length === 0) return;
    const delay = Math.min(...waiting) - now;
    this.timer = setTimeout(
      () => this.wake(),
      Math.min(delay, LONGEST_TIMER_MS),
    );
    this.timer.unref();
  }
}
