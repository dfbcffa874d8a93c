import {
  DatabaseService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import { toSafeJson } from '@careplane/backstage-plugin-delivery-common';
import type { Knex } from 'knex';

/** Names one resource of one provider. */
export interface SnapshotKey {
  provider: string;
  key: string;
}

/** What went wrong at the last reading, without anything that may be secret. */
export interface SnapshotError {
  /** Name of the Backstage error. */
  name: string;
  message: string;
  missingPermission?: string;
  deniedTo?: string;
}

/** Last known facts of a resource. All times are ISO 8601 in UTC. */
export interface Snapshot extends SnapshotKey {
  items?: unknown[];
  asOf?: string;
  attemptedAt?: string;
  nextPollAt: string;
  /** Readings that failed since the last good one. */
  failures: number;
  error?: SnapshotError;
}

interface Row {
  provider: string;
  key: string;
  items: string | null;
  as_of: string | null;
  attempted_at: string | null;
  next_poll_at: string;
  failures: number;
  error: string | null;
  lease_owner: string | null;
  lease_until: string | null;
  seen_at: string;
}

const TABLE = 'snapshots';
/** SQLite allows 32766 bindings a statement; two to ten are used per key. */
const BATCH = 500;

function toSnapshot(row: Row): Snapshot {
  return {
    provider: row.provider,
    key: row.key,
    items: row.items === null ? undefined : JSON.parse(row.items),
    asOf: row.as_of ?? undefined,
    attemptedAt: row.attempted_at ?? undefined,
    nextPollAt: row.next_poll_at,
    failures: Number(row.failures),
    error: row.error === null ? undefined : JSON.parse(row.error),
  };
}

function* batches<T>(items: T[]): Generator<T[]> {
  for (let at = 0; at < items.length; at += BATCH) {
    yield items.slice(at, at + BATCH);
  }
}

/**
 * Snapshots in SQLite or PostgreSQL. A reading is claimed by a lease on its
 * row, so that replicas share the work, and only the holder may write it.
 */
export class SnapshotStore {
  readonly #db: Knex;

  private constructor(db: Knex) {
    this.#db = db;
  }

  /** Runs the migrations, unless the backend is told to skip them. */
  static async create(database: DatabaseService): Promise<SnapshotStore> {
    const db = await database.getClient();
    if (!database.migrations?.skip) {
      await db.migrate.latest({
        directory: resolvePackagePath(
          '@careplane/backstage-plugin-delivery-backend',
          'migrations',
        ),
      });
    }
    return new SnapshotStore(db);
  }

  /** Makes resources known; new ones are due at once. */
  async track(keys: SnapshotKey[], now: Date): Promise<void> {
    const at = now.toISOString();
    // PostgreSQL refuses to touch a row twice in one statement.
    const unique = new Map(
      keys.map(one => [`${one.provider} ${one.key}`, one]),
    );
    for (const batch of batches([...unique.values()])) {
      await this.#db<Row>(TABLE)
        .insert(
          batch.map(({ provider, key }) => ({
            provider,
            key,
            next_poll_at: at,
            failures: 0,
            seen_at: at,
          })),
        )
        .onConflict(['provider', 'key'])
        .merge(['seen_at']);
    }
  }

  /** Snapshots of the given resources; unknown ones are left out. */
  async get(keys: SnapshotKey[]): Promise<Snapshot[]> {
    const found: Snapshot[] = [];
    for (const batch of batches(keys)) {
      const rows = await this.#db<Row>(TABLE).whereIn(
        ['provider', 'key'],
        batch.map(({ provider, key }) => [provider, key]),
      );
      found.push(...rows.map(toSnapshot));
    }
    return found;
  }

  /** Resources that should be read at `now`, the longest waiting first. */
  async due(now: Date): Promise<SnapshotKey[]> {
    const at = now.toISOString();
    return this.#db<Row>(TABLE)
      .select('provider', 'key')
      .where('next_poll_at', '<=', at)
      .andWhere(free =>
        free.whereNull('lease_until').orWhere('lease_until', '<', at),
      )
      .orderBy('next_poll_at');
  }

  /**
   * Takes the right to read a resource.
   *
   * @param options.unlessReadSince - a reading that began after this time is
   *   shared instead.
   * @returns false when somebody reads it now, or has just read it.
   */
  async claim(
    { provider, key }: SnapshotKey,
    options: { owner: string; now: Date; until: Date; unlessReadSince: Date },
  ): Promise<boolean> {
    const at = options.now.toISOString();
    const changed = await this.#db<Row>(TABLE)
      .where({ provider, key })
      .andWhere(free =>
        free.whereNull('lease_until').orWhere('lease_until', '<', at),
      )
      .andWhere(old =>
        old
          .whereNull('attempted_at')
          .orWhere('attempted_at', '<=', options.unlessReadSince.toISOString()),
      )
      .update({
        lease_owner: options.owner,
        lease_until: options.until.toISOString(),
        attempted_at: at,
      });
    return Number(changed) === 1;
  }

  /** Writes good facts. Nothing happens when the lease was lost meanwhile. */
  async succeed(
    { provider, key }: SnapshotKey,
    options: {
      owner: string;
      items: unknown[];
      asOf: Date;
      nextPollAt: Date;
    },
  ): Promise<void> {
    await this.#db<Row>(TABLE)
      .where({ provider, key, lease_owner: options.owner })
      .update({
        // A tag is free text, too.
        items: toSafeJson(options.items),
        as_of: options.asOf.toISOString(),
        next_poll_at: options.nextPollAt.toISOString(),
        failures: 0,
        error: null,
        lease_owner: null,
        lease_until: null,
      });
  }

  /** Records a failed reading; the last good facts stay. */
  async fail(
    { provider, key }: SnapshotKey,
    options: { owner: string; error: SnapshotError; nextPollAt: Date },
  ): Promise<void> {
    await this.#db<Row>(TABLE)
      .where({ provider, key, lease_owner: options.owner })
      .update({
        next_poll_at: options.nextPollAt.toISOString(),
        failures: this.#db.raw('failures + 1'),
        error: JSON.stringify(options.error),
        lease_owner: null,
        lease_until: null,
      });
  }

  /** Forgets resources that no entity has named since `before`. */
  async prune(before: Date): Promise<number> {
    return this.#db<Row>(TABLE)
      .where('seen_at', '<', before.toISOString())
      .delete();
  }
}
