import { ServiceUnavailableError } from '@backstage/errors';
import type { QuotaGroup } from './quotas';

/**
 * `rollback` calls take the reserved burst and go before all others;
 * `background` calls go when nothing else waits.
 */
export type Lane = 'rollback' | 'normal' | 'background';

interface Waiter {
  since: number;
  start(): void;
  fail(error: Error): void;
}

export interface BucketOptions {
  /** Milliseconds, never going back. */
  now?: () => number;
  /** This process's part of the plan, 0 to 1. */
  share?: () => number;
  /** How long a call waits for its turn before it is refused. Milliseconds. */
  maxWait?: number;
}

/**
 * One quota group's calls in one account and region. The bucket holds
 * `reserve + burst` tokens and refills at `rate × share`. Others than rollbacks
 * leave the reserve alone, and while a rollback waits every refilled token is
 * its: this falls out of one counter with two thresholds.
 */
export class TokenBucket {
  private tokens: number;
  private refilledAt: number;
  private inFlight = 0;
  private readonly queues: Record<Lane, Waiter[]> = {
    rollback: [],
    normal: [],
    background: [],
  };
  private timer: NodeJS.Timeout | undefined;
  private readonly now: () => number;
  private readonly share: () => number;
  private readonly maxWait: number;

  constructor(private readonly group: QuotaGroup, options: BucketOptions = {}) {
    this.now = options.now ?? (() => performance.now());
    this.share = options.share ?? (() => 1);
    this.maxWait = options.maxWait ?? 30_000;
    this.tokens = this.capacity;
    this.refilledAt = this.now();
  }

  /**
   * Waits for a turn. Call the returned function when the call has ended.
   *
   * @throws ServiceUnavailableError when a call that is no rollback would wait
   * too long: the source is shown as stale instead of piling up calls.
   */
  acquire(lane: Lane = 'normal'): Promise<() => void> {
    return new Promise<() => void>((resolve, reject) => {
      this.queues[lane].push({
        since: this.now(),
        start: () => resolve(this.releaser(lane)),
        fail: reject,
      });
      this.pump();
    });
  }

  /** What operators see: fraction of the normal tokens in use, and who waits. */
  usage(): { used: number; waiting: number; inFlight: number } {
    this.refill();
    const free = Math.max(0, this.tokens - this.group.reserve);
    return {
      used: 1 - free / (this.capacity - this.group.reserve),
      waiting: Object.values(this.queues).flat().length,
      inFlight: this.inFlight,
    };
  }

  private get capacity(): number {
    const burst = Math.max(1, this.group.burst * this.share());
    return this.group.reserve + burst;
  }

  private releaser(lane: Lane): () => void {
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      if (lane !== 'rollback') this.inFlight -= 1;
      this.pump();
    };
  }

  private refill() {
    const now = this.now();
    const added =
      ((now - this.refilledAt) / 1000) * this.group.rate * this.share();
    this.tokens = Math.min(this.capacity, this.tokens + Math.max(0, added));
    this.refilledAt = now;
  }

  private pump() {
    this.refill();
    this.dropExpired();
    const { rollback } = this.queues;
    while (rollback.length && this.has(1)) {
      this.tokens -= 1;
      rollback.shift()!.start();
    }
    while (
      !rollback.length &&
      this.next &&
      this.inFlight < this.group.concurrency &&
      this.has(this.group.reserve + 1)
    ) {
      this.tokens -= 1;
      this.inFlight += 1;
      this.next.shift()!.start();
    }
    this.plan();
  }

  /** Whose turn it is when no rollback waits. */
  private get next(): Waiter[] | undefined {
    const { normal, background } = this.queues;
    return [normal, background].find(queue => queue.length > 0);
  }

  /** Sums of fractions must not keep a waiter an extra turn. */
  private has(tokens: number): boolean {
    return this.tokens >= tokens - 1e-6;
  }

  private dropExpired() {
    const { normal, background } = this.queues;
    for (const queue of [normal, background]) {
      while (queue.length && this.now() - queue[0].since >= this.maxWait) {
        queue
          .shift()!
          .fail(
            new ServiceUnavailableError(
              `The planned number of AWS calls (${
                this.group.id
              }) is used up; the call waited ${Math.round(
                this.maxWait / 1000,
              )} s. Facts shown keep their age; try again in a minute.`,
            ),
          );
      }
    }
  }

  private plan() {
    if (this.timer) clearTimeout(this.timer);
    this.timer = undefined;
    const { rollback, normal, background } = this.queues;
    const heads = [normal, background].flatMap(queue => queue.slice(0, 1));
    if (!heads.length && !rollback.length) return;
    const needed = rollback.length ? 1 : this.group.reserve + 1;
    const missing = Math.max(0, needed - this.tokens);
    const perMs = (this.group.rate * this.share()) / 1000;
    let wait = perMs > 0 ? missing / perMs : 1000;
    if (heads.length) {
      const expiry =
        Math.min(...heads.map(head => head.since)) + this.maxWait - this.now();
      // With tokens left, only a free slot can start it: releasing one pumps.
      wait =
        missing === 0 && !rollback.length ? expiry : Math.min(wait, expiry);
    }
    this.timer = setTimeout(() => this.pump(), Math.max(1, Math.ceil(wait)));
    this.timer.unref?.();
  }
}
