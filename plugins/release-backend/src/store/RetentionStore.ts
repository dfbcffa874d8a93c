import type { EvidenceRecord } from '@careplane/backstage-plugin-release-common';
import type { Knex } from 'knex';
import { baseOf, Link } from './EvidenceChain';
import { EvidenceRow, fromRow } from './evidenceRows';

/** Rows that one statement deletes at most: others wait for locks meanwhile. */
const BATCH = 500;

/** Finds and deletes what is older than it has to be kept. */
export class RetentionStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  /**
   * The oldest evidence, while all of it is older than `before`; a newer record
   * ends it, for a chain is cut at one place only.
   */
  async oldEvidence(before: string, limit: number): Promise<EvidenceRecord[]> {
    const base = await baseOf(this.#knex);
    const rows = await this.#knex<EvidenceRow>('evidence')
      .where('position', '>', base.position)
      .orderBy('position')
      .limit(limit);
    const end = rows.findIndex(row => row.at >= before);
    return (end < 0 ? rows : rows.slice(0, end)).map(fromRow);
  }

  /** Deletes evidence up to a record; the chain begins after it from now on. */
  async cutEvidence(trx: Knex.Transaction, last: Link): Promise<void> {
    await trx('evidence_base')
      .insert({ id: 1, position: last.position, hash: last.hash })
      .onConflict('id')
      .merge();
    await trx('evidence').where('position', '<=', last.position).delete();
  }

  /**
   * Deletes rollouts that ended before then, with their intents and approvals:
   * none with something left to do, none that a hold rests on.
   *
   * @returns how many.
   */
  async deleteRollouts(before: string): Promise<number> {
    let deleted = 0;
    for (;;) {
      const ids: string[] = await this.#knex('rollout')
        .where('ended_at', '<', before)
        .whereNull('next_run_at')
        .whereNull('review_due')
        .whereNotIn('id', this.#knex('hold').select('rollout_id'))
        .limit(BATCH)
        .pluck('id');
      if (!ids.length) return deleted;
      await this.#knex.transaction(async trx => {
        await trx('intent').whereIn('rollout_id', ids).delete();
        await trx('approval').whereIn('rollout_id', ids).delete();
        await trx('rollout').whereIn('id', ids).delete();
      });
      deleted += ids.length;
    }
  }

  /** Deletes moves that ended before then, and sets that were asked for so. */
  async deleteMoves(before: string): Promise<number> {
    return (
      (await this.#knex('history').where('to_at', '<', before).delete()) +
      (await this.#knex('release_set')
        .where('requested_at', '<', before)
        .delete())
    );
  }

  /**
   * Deletes what was read of targets that nobody reads any more. One that is
   * held, or in a rollout, stays.
   */
  async deleteSnapshots(before: string): Promise<number> {
    return this.#knex('target_snapshot')
      .where('observed_at', '<', before)
      .whereNotIn('target_arn', this.#knex('hold').select('target_arn'))
      .whereNotIn(
        'target_arn',
        this.#knex('rollout').whereNull('ended_at').select('target_arn'),
      )
      .delete();
  }
}
