import type { Knex } from 'knex';
import type { IntentRecord } from '../engine/model';

interface IntentRow {
  rollout_id: string;
  seq: number;
  step: string;
  api: string;
  before_json: string;
  after_json: string;
  written_at: string;
  sends: number;
  accepted_at: string | null;
  request_id: string | null;
  outcome: string | null;
  observed_json: string | null;
  observed_at: string | null;
  error: string | null;
}

/** AWS writes, recorded before the call and completed after it (INV-02). */
export class IntentStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async of(rolloutId: string): Promise<IntentRecord[]> {
    const rows = await this.#knex<IntentRow>('intent')
      .where({ rollout_id: rolloutId })
      .orderBy('seq');
    return rows.map(fromRow);
  }

  /** Writes an intent; the unique key refuses a second one of the same seq. */
  async insert(
    trx: Knex.Transaction,
    rolloutId: string,
    intent: IntentRecord,
  ): Promise<void> {
    await trx('intent').insert(toRow(rolloutId, intent));
  }

  async update(
    trx: Knex.Transaction,
    rolloutId: string,
    intent: IntentRecord,
  ): Promise<void> {
    await trx('intent')
      .where({ rollout_id: rolloutId, seq: intent.seq })
      .update(toRow(rolloutId, intent));
  }

  /** What AWS answered, kept even where the rollout has changed meanwhile. */
  async answered(
    rolloutId: string,
    seq: number,
    answer: { acceptedAt?: string; requestId?: string; error?: string },
  ): Promise<void> {
    await this.#knex('intent')
      .where({ rollout_id: rolloutId, seq })
      .update({
        accepted_at: answer.acceptedAt ?? null,
        request_id: answer.requestId ?? null,
        error: answer.error ?? null,
      });
  }
}

function toRow(rolloutId: string, intent: IntentRecord): IntentRow {
  return {
    rollout_id: rolloutId,
    seq: intent.seq,
    step: intent.step,
    api: intent.api,
    before_json: JSON.stringify(intent.before),
    after_json: JSON.stringify(intent.after),
    written_at: intent.writtenAt,
    sends: intent.sends,
    accepted_at: intent.acceptedAt ?? null,
    request_id: intent.requestId ?? null,
    outcome: intent.outcome ?? null,
    observed_json: intent.observed ? JSON.stringify(intent.observed) : null,
    observed_at: intent.observedAt ?? null,
    error: intent.error ?? null,
  };
}

function fromRow(row: IntentRow): IntentRecord {
  return {
    seq: Number(row.seq),
    step: row.step,
    api: row.api,
    before: JSON.parse(row.before_json),
    after: JSON.parse(row.after_json),
    writtenAt: row.written_at,
    sends: Number(row.sends),
    acceptedAt: row.accepted_at ?? undefined,
    requestId: row.request_id ?? undefined,
    outcome: (row.outcome as IntentRecord['outcome']) ?? undefined,
    observed: row.observed_json ? JSON.parse(row.observed_json) : undefined,
    observedAt: row.observed_at ?? undefined,
    error: row.error ?? undefined,
  };
}
