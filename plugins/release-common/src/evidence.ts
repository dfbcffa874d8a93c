/** One link of the hash chain, written in the transaction that changes state. */
export interface EvidenceRecord {
  position: number;
  at: string;
  kind: string;
  actor: string;
  stage?: string;
  entityRef?: string;
  targetArn?: string;
  rolloutId?: string;
  /** Allow-listed facts only. */
  facts: Record<string, string | number | boolean | null>;
  hash: string;
  previousHash: string;
}

export interface AuditQuery {
  stage?: string;
  entityRef?: string;
  actor?: string;
  kind?: string;
  rolloutId?: string;
  from?: string;
  to?: string;
  /** Leaves out what changed nothing: refused attempts and rehearsals. */
  changes?: boolean;
  limit?: number;
  /** Position to continue before. */
  before?: number;
}

export interface AuditPage {
  records: EvidenceRecord[];
  /** Pass as `before` for the next page. */
  next?: number;
  chain: { verified: boolean; checkedAt: string; firstBadPosition?: number };
}
