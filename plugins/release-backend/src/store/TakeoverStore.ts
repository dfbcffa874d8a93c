import type { Knex } from 'knex';

/** A rollback that turned an active rollout, and by which request. */
export interface Takeover {
  rolloutId: string;
  requestedBy: string;
  idempotencyKey: string;
  requestHash: string;
}

interface Row {
  requested_by: string;
  idempotency_key: string;
  request_hash: string;
  rollout_id: string;
}

/**
 * The requests of rollbacks that turned a rollout of another request. The same
 * request twice turns it once (SC-X20).
 */
export class TakeoverStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async insert(trx: Knex.Transaction, takeover: Takeover): Promise<void> {
    await trx<Row>('takeover')
      .insert({
        requested_by: takeover.requestedBy,
        idempotency_key: takeover.idempotencyKey,
        request_hash: takeover.requestHash,
        rollout_id: takeover.rolloutId,
      })
      .onConflict(['requested_by', 'idempotency_key'])
      .ignore();
  }

  async findByKey(
    requestedBy: string,
    idempotencyKey: string,
  ): Promise<Takeover | undefined> {
    const row = await this.#knex<Row>('takeover')
      .where({ requested_by: requestedBy, idempotency_key: idempotencyKey })
      .first();
    return (
      row && {
        rolloutId: row.rollout_id,
        requestedBy: row.requested_by,
        idempotencyKey: row.idempotency_key,
        requestHash: row.request_hash,
      }
    );
  }
}
