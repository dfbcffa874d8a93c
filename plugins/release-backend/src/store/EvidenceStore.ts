import type {
  AuditPage,
  AuditQuery,
  EvidenceRecord,
} from '@careplane/backstage-plugin-release-common';
import type { Knex } from 'knex';
import type { EvidenceDraft } from '../engine/model';
import { EvidenceChain, Link } from './EvidenceChain';
import { EvidenceRow, fromRow, hashOf, toRow } from './evidenceRows';
import { safeFacts } from './safeFacts';

const EXPORT_PAGE = 1000;
/** Kinds of records of what moved nothing and let nothing move. */
const NO_CHANGES = ['denied', 'rollback-rehearsed'];

/**
 * The hash chain of what happened. A record's hash is SHA-256 over the
 * RFC 8785 form of all its other fields, the hash before it included. Records
 * are appended only inside the transaction that changes state (INV-33;
 * 45 CFR 164.312(b)).
 */
export class EvidenceStore {
  readonly #knex: Knex;
  readonly #chain: EvidenceChain;
  #verdict?: AuditPage['chain'];

  constructor(knex: Knex) {
    this.#knex = knex;
    this.#chain = new EvidenceChain(knex);
  }

  /** Appends in the caller's transaction; the head row orders writers. */
  async append(
    trx: Knex.Transaction,
    at: string,
    drafts: EvidenceDraft[],
  ): Promise<void> {
    if (!drafts.length) return;
    // An update first: it locks the head on both engines.
    await trx('evidence_head')
      .where({ id: 1 })
      .update({ position: trx.raw('position + ?', [drafts.length]) });
    const head = await trx('evidence_head').where({ id: 1 }).first();
    let position = Number(head.position) - drafts.length;
    let previousHash: string = head.hash;
    for (const draft of drafts) {
      position += 1;
      const record = {
        position,
        at,
        kind: draft.kind,
        actor: draft.actor,
        stage: draft.stage,
        entityRef: draft.entityRef,
        targetArn: draft.targetArn,
        rolloutId: draft.rolloutId,
        facts: safeFacts(draft.facts),
        previousHash,
      };
      const hash = hashOf(record);
      await trx('evidence').insert(toRow({ ...record, hash }));
      previousHash = hash;
    }
    await trx('evidence_head').where({ id: 1 }).update({ hash: previousHash });
  }

  async ofRollout(rolloutId: string): Promise<EvidenceRecord[]> {
    const rows = await this.#knex<EvidenceRow>('evidence')
      .where({ rollout_id: rolloutId })
      .orderBy('position')
      .limit(1000);
    return rows.map(fromRow);
  }

  /** All entities that evidence was ever recorded about. */
  async entityRefs(): Promise<string[]> {
    // From one to the next by the index: years of records are not read.
    const found = await this.#knex
      .withRecursive('known', query =>
        query
          .min({ ref: 'entity_ref' })
          .from('evidence')
          .unionAll(next =>
            next
              .select({
                ref: this.#knex('evidence')
                  .min('entity_ref')
                  .where('entity_ref', '>', this.#knex.ref('known.ref')),
              })
              .from('known')
              .whereNotNull('known.ref'),
          ),
      )
      .select('ref')
      .from('known')
      .whereNotNull('ref');
    return found.map((row: { ref: string }) => row.ref);
  }

  /** Newest first; `entityRefs` limits to what the caller may see. */
  async query(
    query: AuditQuery,
    entityRefs?: string[],
  ): Promise<{ records: EvidenceRecord[]; next?: number }> {
    const limit = Math.min(Math.max(query.limit ?? 50, 1), 200);
    return this.#page(query, limit, entityRefs);
  }

  async #page(
    query: AuditQuery,
    limit: number,
    entityRefs?: string[],
  ): Promise<{ records: EvidenceRecord[]; next?: number }> {
    const select = this.#knex<EvidenceRow>('evidence').orderBy(
      'position',
      'desc',
    );
    if (query.stage) select.where({ stage: query.stage });
    if (query.entityRef) select.where({ entity_ref: query.entityRef });
    if (query.actor) select.where({ actor: query.actor });
    if (query.kind) select.where({ kind: query.kind });
    if (query.changes) select.whereNotIn('kind', NO_CHANGES);
    if (query.rolloutId) select.where({ rollout_id: query.rolloutId });
    if (query.from) select.where('at', '>=', query.from);
    if (query.to) select.where('at', '<', query.to);
    if (query.before) select.where('position', '<', query.before);
    if (entityRefs) select.whereIn('entity_ref', entityRefs);
    const rows = await select.limit(limit + 1);
    const records = rows.slice(0, limit).map(fromRow);
    return {
      records,
      next: rows.length > limit ? records[limit - 1].position : undefined,
    };
  }

  /** All that fits, newest first, a page at a time: years do not fit in memory. */
  async *pages(
    query: AuditQuery,
    entityRefs?: string[],
  ): AsyncGenerator<EvidenceRecord[]> {
    let before: number | undefined = query.before;
    do {
      const page: { records: EvidenceRecord[]; next?: number } =
        await this.#page({ ...query, before }, EXPORT_PAGE, entityRefs);
      if (page.records.length) yield page.records;
      before = page.next;
    } while (before !== undefined);
  }

  /** The last record, by position and hash. */
  async head(): Promise<Link> {
    const row = await this.#knex('evidence_head').where({ id: 1 }).first();
    return { position: Number(row.position), hash: row.hash };
  }

  /** Recomputes the whole chain. */
  verify(now: string): Promise<AuditPage['chain']> {
    return this.#chain.verify(now);
  }

  /** The last verdict, at most `maxAgeMs` old, so that a page stays quick. */
  async verdict(nowMs: number, maxAgeMs = 60_000): Promise<AuditPage['chain']> {
    const last = this.#verdict;
    if (last && Math.abs(nowMs - Date.parse(last.checkedAt)) < maxAgeMs) {
      return last;
    }
    this.#verdict = await this.#chain.check(new Date(nowMs).toISOString());
    return this.#verdict;
  }
}
