import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Clock, Stores } from '../store';
import type { Lease } from '../store/LeaseStore';

interface Options {
  stores: Stores;
  clock: Clock;
  logger: LoggerService;
  /** Name of this process among replicas. */
  owner: string;
  ttlMs: number;
}

/**
 * The lease of a poller's lane. A sweep may take longer than a lease lasts, so
 * it is prolonged while the sweep goes on; once it is lost, another replica
 * reads the lane and this one stops (INV-04). What a late reading still writes
 * is refused by the version of its target.
 */
export class PollLease {
  readonly #lease: Lease;
  readonly #o: Options;
  readonly #timer: NodeJS.Timeout;
  #renewedAt: number;
  #lost = false;

  private constructor(lease: Lease, now: number, options: Options) {
    this.#lease = lease;
    this.#o = options;
    this.#renewedAt = now;
    // One reading may hang for longer than a lease lasts.
    this.#timer = setInterval(() => this.#renew(), options.ttlMs / 3);
    this.#timer.unref();
  }

  /** Undefined while another replica has the lane. */
  static async take(
    lane: string,
    options: Options,
  ): Promise<PollLease | undefined> {
    const { stores, clock, owner, ttlMs } = options;
    const now = await clock.now();
    const lease = await stores.leases.take(`poll:${lane}`, owner, now, ttlMs);
    return lease && new PollLease(lease, now, options);
  }

  /** Asked before each reading. */
  async holds(): Promise<boolean> {
    if (this.#lost) return false;
    const now = await this.#o.clock.now();
    if (now - this.#renewedAt >= this.#o.ttlMs / 3) await this.#renew();
    return !this.#lost;
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#o.stores.leases.release(this.#lease);
  }

  async #renew(): Promise<void> {
    const { stores, clock, ttlMs, logger } = this.#o;
    const { resource } = this.#lease;
    try {
      const now = await clock.now();
      if (await stores.leases.renew(this.#lease, now, ttlMs)) {
        this.#renewedAt = now;
        return;
      }
      this.#lost = true;
      logger.warn(`${resource}: another replica has its lease now.`);
    } catch (error) {
      const name = error instanceof Error ? error.name : 'Error';
      logger.warn(`${resource}: its lease was not renewed: ${name}`);
    }
  }
}
