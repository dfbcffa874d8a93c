import type { Knex } from 'knex';
import { isPostgres } from './migrate';

/** The engine's only source of time, in milliseconds since 1970. */
export interface Clock {
  now(): Promise<number>;
}

/**
 * The database's time plus an offset kept in the database (INV-28). The offset
 * exists for tests and the local demo; elsewhere anything but zero is refused.
 */
export class DatabaseClock implements Clock {
  readonly #knex: Knex;
  readonly #movable: boolean;

  constructor(options: { knex: Knex; movable: boolean }) {
    this.#knex = options.knex;
    this.#movable = options.movable;
  }

  /** @throws Error where an offset is set and clocks may not be moved. */
  async now(): Promise<number> {
    const row = await this.#knex('clock_offset')
      .where({ id: 1 })
      .select(
        'offset_ms',
        isPostgres(this.#knex)
          ? this.#knex.raw(
              '(extract(epoch from clock_timestamp()) * 1000) as now_ms',
            )
          : this.#knex.raw('? as now_ms', [Date.now()]),
      )
      .first();
    const offset = Number(row.offset_ms);
    if (offset !== 0 && !this.#movable) {
      throw new Error(
        'The clock of the release engine has an offset, which only tests and the local demo may have. Set clock_offset.offset_ms to 0.',
      );
    }
    return Math.floor(Number(row.now_ms)) + offset;
  }

  /** Moves the clock; for tests and the local demo. */
  async setOffset(offsetMs: number): Promise<void> {
    if (!this.#movable) throw new Error('This clock may not be moved.');
    await this.#knex('clock_offset')
      .where({ id: 1 })
      .update({ offset_ms: offsetMs });
  }
}
