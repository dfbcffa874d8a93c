import { ConflictError } from '@backstage/errors';
import type { ReleaseSetRequest } from '@careplane/backstage-plugin-release-common';
import type { Knex } from 'knex';
import { toSafeJson } from './safeFacts';

/** The stored facts of a release set. */
export interface ReleaseSetRecord {
  id: string;
  /** Compare-and-swap of the row. */
  version: number;
  stage: string;
  kind: 'promote' | 'rollback';
  requestedBy: string;
  requestedAt: string;
  idempotencyKey: string;
  requestHash: string;
  reason?: string;
  /** Asked for by a program and not yet confirmed in the browser. */
  awaitsConfirmation?: boolean;
  /** Every member has its rollout: the first may have their turn. */
  opened?: boolean;
  stopped?: { by: string; at: string };
  /** In their order. */
  members: {
    request: ReleaseSetRequest['members'][number];
    order: number;
    /** The component's name. */
    name: string;
    entityRef: string;
    /** Chosen before it is opened, so that a crash between loses nothing. */
    rolloutId: string;
    /** Why it was not opened. */
    problem?: string;
  }[];
}

interface Row {
  id: string;
  requested_by: string;
  idempotency_key: string;
  request_hash: string;
  stage: string;
  requested_at: string;
  version: number;
  data: string;
}

/** Release sets, one row each. */
export class SetStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async insert(trx: Knex.Transaction, set: ReleaseSetRecord): Promise<void> {
    await trx<Row>('release_set').insert(toRow(set));
  }

  /** @throws ConflictError when somebody else changed the set first. */
  async update(trx: Knex.Transaction, set: ReleaseSetRecord): Promise<void> {
    const next = { ...set, version: set.version + 1 };
    const updated = await trx<Row>('release_set')
      .where({ id: set.id, version: set.version })
      .update(toRow(next));
    if (updated !== 1) {
      throw new ConflictError(
        'The release set has changed since it was read. Read it again.',
      );
    }
  }

  async find(id: string): Promise<ReleaseSetRecord | undefined> {
    const row = await this.#knex<Row>('release_set').where({ id }).first();
    return row && fromRow(row);
  }

  async findByKey(
    requestedBy: string,
    idempotencyKey: string,
  ): Promise<ReleaseSetRecord | undefined> {
    const row = await this.#knex<Row>('release_set')
      .where({ requested_by: requestedBy, idempotency_key: idempotencyKey })
      .first();
    return row && fromRow(row);
  }

  /** Newest first. */
  async list(limit: number): Promise<ReleaseSetRecord[]> {
    const rows = await this.#knex<Row>('release_set')
      .orderBy([
        { column: 'requested_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(limit);
    return rows.map(fromRow);
  }
}

function toRow(set: ReleaseSetRecord): Row {
  return {
    id: set.id,
    requested_by: set.requestedBy,
    idempotency_key: set.idempotencyKey,
    request_hash: set.requestHash,
    stage: set.stage,
    requested_at: set.requestedAt,
    version: set.version,
    data: toSafeJson(set),
  };
}

function fromRow(row: Row): ReleaseSetRecord {
  return {
    ...(JSON.parse(row.data) as ReleaseSetRecord),
    version: Number(row.version),
  };
}
