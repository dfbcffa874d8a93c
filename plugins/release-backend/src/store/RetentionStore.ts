import { ConflictError } from '@backstage/errors';
import type { EvidenceRecord } from '@careplane/backstage-plugin-release-common';
import type { Knex } from 'knex';
import { baseOf, Link } from './EvidenceChain';
import type { EvidenceStore } from './EvidenceStore';
import { EvidenceRow, fromRow } from './evidenceRows';

/** Rows that one statement deletes at most: others wait for locks meanwhile. */
const BATCH = 500;

/** Where the chain begins now, and the last record that it loses. */
export interface Cut {
  from: Link;
  last: Link;
}

/** Finds and deletes what is older than it has to be kept. */
export class RetentionStore {
  readonly #knex: Knex;
  readonly #evidence: EvidenceStore;

  constructor(knex: Knex, evidence: EvidenceStore) {
    this.#knex = knex;
    this.#evidence = evidence;
  }

  /**
   * The oldest evidence, while all of it is older than `before`; a newer record
   * ends it, for a chain is cut at one place only.
   *
   * @returns it with where the chain began when it was read.
   */
  async oldEvidence(
    before: string,
    limit: number,
  ): Promise<{ from: Link; records: EvidenceRecord[] }> {
    const base = await baseOf(this.#knex);
    const rows = await this.#knex<EvidenceRow>('evidence')
      .where('position', '>', base.position)
      .orderBy('position')
      .limit(limit);
    const end = rows.findIndex(row => row.at >= before);
    const old = end < 0 ? rows : rows.slice(0, end);
    return { from: base, records: old.map(fromRow) };
  }

  /**
   * Deletes evidence up to a record; the chain begins after it from now on.
   *
   * @throws ConflictError where somebody else has cut it meanwhile.
   */
  async cutEvidence(trx: Knex.Transaction, { from, last }: Cut): Promise<void> {
    const cut =
      from.position === 0
        ? await trx('evidence_base')
            .insert({ id: 1, ...last })
            .onConflict('id')
            .ignore()
            .returning('id')
        : await trx('evidence_base')
            .where({ id: 1, ...from })
            .update(last)
            .returning('id');
    if (cut.length !== 1) {
      throw new ConflictError(
        `The chain of evidence no longer begins after position ${from.position}. Nothing was deleted.`,
      );
    }
    await trx('evidence').where('position', '<=', last.position).delete();
  }

  /**
   * Deletes rollouts that ended before then, with their intents and approvals:
   * none with something left to do, none that a hold rests on. What went is
   * counted in evidence of `at`.
   *
   * @returns how many.
   */
  async deleteRollouts(before: string, at: string): Promise<number> {
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
        await trx('takeover').whereIn('rollout_id', ids).delete();
        const rollouts = await trx('rollout').whereIn('id', ids).delete();
        await this.#record(trx, at, 'rollouts', rollouts);
      });
      deleted += ids.length;
    }
  }

  /**
   * Deletes moves that ended before then, and sets and runs of tests that were
   * asked for so.
   * What went is counted in evidence of `at`.
   */
  async deleteMoves(before: string, at: string): Promise<number> {
    return this.#knex.transaction(async trx => {
      const moves = await trx('history').where('to_at', '<', before).delete();
      const sets = await trx('release_set')
        .where('requested_at', '<', before)
        .delete();
      const tests = await trx('stage_test')
        .where('requested_at', '<', before)
        .whereNotIn('state', ['waiting', 'running'])
        .delete();
      await this.#record(trx, at, 'moves', moves);
      await this.#record(trx, at, 'stage-tests', tests);
      await this.#record(trx, at, 'release-sets', sets);
      return moves + sets + tests;
    });
  }

  async #record(
    trx: Knex.Transaction,
    at: string,
    kind: string,
    records: number,
  ): Promise<void> {
    if (!records) return;
    await this.#evidence.append(trx, at, [
      {
        kind: 'records-deleted',
        actor: 'careplane-auto',
        facts: { kind, records },
      },
    ]);
  }

  /**
   * Deletes what was read of targets that nobody reads any more. One that is
   * held, in a rollout, or changed outside of one stays: the next reading
   * must not take that change for what was always there.
   */
  async deleteSnapshots(before: string): Promise<number> {
    return this.#knex('target_snapshot')
      .where('observed_at', '<', before)
      .whereNot('data', 'like', '%"outsideChange":{%')
      .whereNotIn('target_arn', this.#knex('hold').select('target_arn'))
      .whereNotIn(
        'target_arn',
        this.#knex('rollout').whereNull('ended_at').select('target_arn'),
      )
      .delete();
  }
}
