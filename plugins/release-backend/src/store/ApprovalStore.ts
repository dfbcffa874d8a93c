import { isDatabaseConflictError } from '@backstage/backend-plugin-api';
import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';

export interface Approval {
  id: number;
  planHash: string;
  person: string;
  decision: 'approved' | 'declined';
  comment?: string;
  at: string;
  consumedAt?: string;
}

/** Consents, bound to the hash of a plan and used once (INV-30). */
export class ApprovalStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async of(rolloutId: string): Promise<Approval[]> {
    const rows = await this.#knex('approval')
      .where({ rollout_id: rolloutId })
      .orderBy('id');
    return rows.map(row => ({
      id: Number(row.id),
      planHash: row.plan_hash,
      person: row.person,
      decision: row.decision,
      comment: row.comment ?? undefined,
      at: row.at,
      consumedAt: row.consumed_at ?? undefined,
    }));
  }

  /** @throws ConflictError when the person has already decided on this plan. */
  async insert(
    trx: Knex.Transaction,
    rolloutId: string,
    approval: Omit<Approval, 'id' | 'consumedAt'>,
  ): Promise<void> {
    try {
      await trx('approval').insert({
        rollout_id: rolloutId,
        plan_hash: approval.planHash,
        person: approval.person,
        decision: approval.decision,
        comment: approval.comment ?? null,
        at: approval.at,
      });
    } catch (error) {
      if (isDatabaseConflictError(error)) {
        throw new ConflictError(
          'You have decided on this plan already; a decision is not changed. Ask for a new rollout.',
        );
      }
      throw error;
    }
  }

  /** @throws ConflictError when one of them was used before. */
  async consume(
    trx: Knex.Transaction,
    ids: number[],
    at: string,
  ): Promise<void> {
    const used = await trx('approval')
      .whereIn('id', ids)
      .whereNull('consumed_at')
      .update({ consumed_at: at });
    if (used !== ids.length) {
      throw new ConflictError('An approval was used before.');
    }
  }
}
