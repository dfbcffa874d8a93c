import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { isPostgres } from '../store';

const CHANNEL = 'careplane_release';
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

const nameOf = (error: unknown) =>
  error instanceof Error ? error.name : 'Error';

interface Connection {
  on(event: 'notification' | 'error' | 'end', listener: () => void): void;
  query(sql: string): Promise<unknown>;
}

/**
 * What replicas tell one another over LISTEN/NOTIFY of PostgreSQL: something
 * is due. A connection that is lost, as in a failover, is made again; what was
 * told meanwhile was not heard, so that coming back counts as being told. With
 * another database nothing is told, and whoever waits polls.
 *
 * https://www.postgresql.org/docs/current/sql-listen.html
 */
export class Wakeups {
  readonly #knex: Knex;
  readonly #logger: LoggerService;
  readonly #heard: () => void;
  #connection?: Connection;
  #retry?: NodeJS.Timeout;
  #failures = 0;
  #stopped = false;

  constructor(options: {
    knex: Knex;
    logger: LoggerService;
    heard: () => void;
  }) {
    this.#knex = options.knex;
    this.#logger = options.logger;
    this.#heard = options.heard;
  }

  async start(): Promise<void> {
    if (isPostgres(this.#knex)) await this.#connect();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection) await this.#knex.client.destroyRawConnection(connection);
  }

  tell(): void {
    if (!isPostgres(this.#knex)) return;
    this.#knex.raw(`notify ${CHANNEL}`).then(undefined, error => {
      // Every replica polls, too.
      this.#logger.debug(`NOTIFY failed: ${nameOf(error)}`);
    });
  }

  async #connect(): Promise<void> {
    try {
      const connection: Connection =
        await this.#knex.client.acquireRawConnection();
      if (this.#stopped) {
        await this.#knex.client.destroyRawConnection(connection);
        return;
      }
      this.#connection = connection;
      connection.on('notification', this.#heard);
      connection.on('error', () => this.#lost(connection, 'error'));
      connection.on('end', () => this.#lost(connection, 'end'));
      await connection.query(`listen ${CHANNEL}`);
      this.#failures = 0;
      this.#heard();
    } catch (error) {
      this.#lost(this.#connection, nameOf(error));
    }
  }

  #lost(connection: Connection | undefined, why: string): void {
    if (this.#stopped || connection !== this.#connection) return;
    this.#connection = undefined;
    const delayMs = Math.min(
      FIRST_RETRY_MS * 2 ** this.#failures,
      LAST_RETRY_MS,
    );
    this.#failures += 1;
    this.#logger.warn(
      `Replicas do not hear of one another (${why}): polling, and listening again in ${
        delayMs / 1000
      } s`,
    );
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), delayMs);
  }
}
