import { createHash } from 'node:crypto';
import type { EvidenceRecord } from '@careplane/backstage-plugin-release-common';
import canonicalize from 'canonicalize';

export interface EvidenceRow {
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

/** What the first record of the chain follows. */
export const GENESIS = '0'.repeat(64);

/** SHA-256 over the RFC 8785 form of all fields but the hash itself. */
export function hashOf(record: Omit<EvidenceRecord, 'hash'>): string {
  // JSON drops what is undefined, so stored and fresh records hash alike.
  const text = canonicalize(JSON.parse(JSON.stringify(record))) ?? '';
  return createHash('sha256').update(text).digest('hex');
}

export function toRow(record: EvidenceRecord): EvidenceRow {
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

export function fromRow(row: EvidenceRow): EvidenceRecord {
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
