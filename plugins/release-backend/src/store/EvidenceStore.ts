import { createHash } from 'node:crypto';
import type {
  AuditPage,
  AuditQuery,
  EvidenceRecord,
} from '@careplane/backstage-plugin-release-common';
import canonicalize from 'canonicalize';
import type { Knex } from 'knex';
import type { EvidenceDraft } from '../engine/model';
import { safeFacts } from './safeFacts';

interface EvidenceRow {
  position: number;
  at: string;
  kind: string;
  actor: string;
  stage: string | null;
  entity_ref: string | null;
  target_arn: string | null;
  rollout_id: string | null;
  facts: string;
  hash: string;
  previous_hash: string;
}

const GENESIS = '0'.repeat(64);
const CHUNK = 1000;

/**
 * The hash chain of what happened. A record's hash is SHA-256 over the
 * RFC 8785 form of all its other fields, the hash before it included. Records
 * are appended only inside the transaction that changes state (INV-33;
 * 45 CFR 164.312(b)).
 */
export class EvidenceStore {
  readonly #knex: Knex;
  #verdict?: AuditPage['chain'];

  constructor(knex: Knex) {
    this.#knex = knex;
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
    const rows = await this.#knex<EvidenceRow>('evidence')
      .whereNotNull('entity_ref')
      .distinct('entity_ref');
    return rows.map(row => String(row.entity_ref));
  }

  /** Newest first; `entityRefs` limits to what the caller may see. */
  async query(
    query: AuditQuery,
    entityRefs?: string[],
  ): Promise<{ records: EvidenceRecord[]; next?: number }> {
    const limit = Math.min(Math.max(query.limit ?? 50, 1), 200);
    const select = this.#knex<EvidenceRow>('evidence').orderBy(
      'position',
      'desc',
    );
    if (query.stage) select.where({ stage: query.stage });
    if (query.entityRef) select.where({ entity_ref: query.entityRef });
    if (query.actor) select.where({ actor: query.actor });
    if (query.kind) select.where({ kind: query.kind });
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

  /**
   * Recomputes the chain from its first record.
   *
   * @returns the first position whose record does not fit, if there is one.
   */
  async verify(now: string): Promise<AuditPage['chain']> {
    let position = 0;
    let previousHash = GENESIS;
    for (;;) {
      const rows = await this.#knex<EvidenceRow>('evidence')
        .where('position', '>', position)
        .orderBy('position')
        .limit(CHUNK);
      for (const row of rows) {
        const { hash, ...record } = fromRow(row);
        const fits =
          record.position === position + 1 &&
          record.previousHash === previousHash &&
          hash === hashOf(record);
        if (!fits) {
          return {
            verified: false,
            checkedAt: now,
            firstBadPosition: position + 1,
          };
        }
        position = record.position;
        previousHash = hash;
      }
      if (rows.length < CHUNK) break;
    }
    return (await this.#isTail(position))
      ? { verified: true, checkedAt: now }
      : { verified: false, checkedAt: now, firstBadPosition: position + 1 };
  }

  /** Whether nothing was cut off behind `position`; writers may go on. */
  async #isTail(position: number): Promise<boolean> {
    const head = await this.#knex('evidence_head').where({ id: 1 }).first();
    if (Number(head.position) === position) return true;
    const after = await this.#knex<EvidenceRow>('evidence')
      .where({ position: position + 1 })
      .first();
    return Boolean(after);
  }

  /** The last verdict, at most `maxAgeMs` old, so that a page stays quick. */
  async verdict(nowMs: number, maxAgeMs = 60_000): Promise<AuditPage['chain']> {
    const last = this.#verdict;
    if (last && Math.abs(nowMs - Date.parse(last.checkedAt)) <= maxAgeMs) {
      return last;
    }
    this.#verdict = await this.verify(new Date(nowMs).toISOString());
    return this.#verdict;
  }
}

function hashOf(record: Omit<EvidenceRecord, 'hash'>): string {
  // JSON drops what is undefined, so stored and fresh records hash alike.
  const text = canonicalize(JSON.parse(JSON.stringify(record))) ?? '';
  return createHash('sha256').update(text).digest('hex');
}

function toRow(record: EvidenceRecord): EvidenceRow {
  return {
    position: record.position,
    at: record.at,
    kind: record.kind,
    actor: record.actor,
    stage: record.stage ?? null,
    entity_ref: record.entityRef ?? null,
    target_arn: record.targetArn ?? null,
    rollout_id: record.rolloutId ?? null,
    facts: JSON.stringify(record.facts),
    hash: record.hash,
    previous_hash: record.previousHash,
  };
}

function fromRow(row: EvidenceRow): EvidenceRecord {
  return {
    position: Number(row.position),
    at: row.at,
    kind: row.kind,
    actor: row.actor,
    stage: row.stage ?? undefined,
    entityRef: row.entity_ref ?? undefined,
    targetArn: row.target_arn ?? undefined,
    rolloutId: row.rollout_id ?? undefined,
    facts: JSON.parse(row.facts),
    hash: row.hash,
    previousHash: row.previous_hash,
  };
}
