import type { Knex } from 'knex';
import { isPostgres } from './migrate';

/** A process that has not been seen for this long is dead. Milliseconds. */
export const ALIVE_MS = 30_000;

/**
 * Counts live backend processes, which share the AWS call budgets equally.
 * Time is the database's own: a moved engine clock kills nobody.
 */
export class Heartbeats {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** Says that `process` lives. @returns its share: 1 on SQLite, one replica. */
  async beat(process: string): Promise<number> {
    if (!isPostgres(this.#knex)) return 1;
    const { rows } = await this.#knex.raw(
      'select (extract(epoch from clock_timestamp()) * 1000)::bigint as now_ms',
    );
    return this.beatAt(process, Number(rows[0].now_ms));
  }

  /** As {@link beat}, at a time that the caller knows. */
  async beatAt(process: string, nowMs: number): Promise<number> {
    await this.#knex('heartbeat')
      .insert({ process, seen_at: nowMs })
      .onConflict('process')
      .merge();
    await this.#knex('heartbeat')
      .where('seen_at', '<', nowMs - ALIVE_MS)
      .delete();
    const alive = await this.#knex('heartbeat').count({ count: '*' }).first();
    return 1 / Math.max(1, Number(alive?.count ?? 1));
  }

  /** The process ends: the others may have its share. */
  async end(process: string): Promise<void> {
    await this.#knex('heartbeat').where({ process }).delete();
  }
}
