import { string, boolean, number, free, list, ref, opened } from './parts';

/** Evidence and its chain. */
export const audit = {
  EvidenceRecord: opened(
    {
      position: number,
      at: string,
      kind: string,
      actor: string,
      stage: string,
      entityRef: string,
      targetArn: string,
      rolloutId: string,
      facts: free,
      hash: string,
      previousHash: string,
    },
    'position',
    'at',
    'kind',
    'actor',
    'facts',
    'hash',
    'previousHash',
  ),
  AuditPage: opened(
    {
      records: list(ref('EvidenceRecord')),
      next: number,
      chain: opened(
        { verified: boolean, checkedAt: string, firstBadPosition: number },
        'verified',
        'checkedAt',
      ),
    },
    'records',
    'chain',
  ),
};
