import type { Knex } from 'knex';

export interface Lease {
  resource: string;
  owner: string;
  /** Grows with each taking; a commit with an older one is refused (INV-04). */
  fencingToken: number;
}

/** Leases with fencing tokens: who works on what, until when. */
export class LeaseStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  /**
   * Takes a lease that is free or run out.
   *
   * @returns undefined while somebody else has it.
   */
  async take(
    resource: string,
    owner: string,
    nowMs: number,
    ttlMs: number,
  ): Promise<Lease | undefined> {
    const now = new Date(nowMs).toISOString();
    const expires = new Date(nowMs + ttlMs).toISOString();
    await this.#knex('lease')
      .insert({ resource, owner: '', fencing_token: 0, expires_at: '' })
      .onConflict('resource')
      .ignore();
    return this.#knex.transaction(async trx => {
      const taken = await trx('lease')
        .where({ resource })
        .andWhere(either =>
          either.where('expires_at', '<=', now).orWhere('owner', ''),
        )
        .update({
          owner,
          expires_at: expires,
          fencing_token: trx.raw('fencing_token + 1'),
        });
      if (!taken) return undefined;
      const row = await trx('lease').where({ resource }).first();
      return { resource, owner, fencingToken: Number(row.fencing_token) };
    });
  }

  /** Whether the lease is still this one; prolongs it when it is. */
  async renew(lease: Lease, nowMs: number, ttlMs: number): Promise<boolean> {
    const renewed = await this.#knex('lease')
      .where({
        resource: lease.resource,
        owner: lease.owner,
        fencing_token: lease.fencingToken,
      })
      .update({ expires_at: new Date(nowMs + ttlMs).toISOString() });
    return renewed === 1;
  }

  /**
   * Frees every lease. Only where this process is the one replica (SQLite):
   * what is held at its start was held by a process that is gone.
   */
  async freeAll(): Promise<void> {
    await this.#knex('lease').update({ owner: '', expires_at: '' });
  }

  async release(lease: Lease): Promise<void> {
    await this.#knex('lease')
      .where({ resource: lease.resource, fencing_token: lease.fencingToken })
      .update({ owner: '', expires_at: '' });
  }
}
