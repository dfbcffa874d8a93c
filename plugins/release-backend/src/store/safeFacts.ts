import {
  holdsIdentifier,
  toSafeJson,
  withoutIdentifiers,
} from '@careplane/backstage-plugin-delivery-common';
import type { EvidenceDraft } from '../engine/model';

export { holdsIdentifier, toSafeJson, withoutIdentifiers };

/**
 * Names of facts that may be recorded. Whatever is not listed is left out, so
 * that no payload, environment value, log line or free text of AWS can get
 * into a record (45 CFR 164.312(b), 164.502(b): minimum necessary).
 */
const ALLOWED = new Set([
  'act',
  'api',
  'approvedBy',
  'approver',
  'asked',
  'bakeSeconds',
  'candidateCalls',
  'candidateErrors',
  'changeSet',
  'checks',
  'component',
  'contentHash',
  'deadlineAt',
  'deployment',
  'durationMs',
  'executionId',
  'file',
  'fromRevision',
  'fromVersion',
  'gate',
  'gates',
  'guarded',
  'hash',
  'kind',
  'liveValue',
  'observedCandidate',
  'observedStable',
  'observedWeight',
  'outcome',
  'pipeline',
  'planHash',
  'position',
  'quarantine',
  'reason',
  'records',
  'releaseId',
  'requestId',
  'requestedBy',
  'requestedWeight',
  'revision',
  'rule',
  'seq',
  'source',
  'stableCalls',
  'stableErrors',
  'state',
  'strategy',
  'summary',
  'tasksNotRun',
  'toRevision',
  'toVersion',
  'verdict',
  'via',
  'writer',
  'writtenAt',
  'error',
]);

/** Keeps listed facts only, shortened and without identifiers. */
export function safeFacts(
  facts: EvidenceDraft['facts'],
): EvidenceDraft['facts'] {
  return Object.fromEntries(
    Object.entries(facts)
      .filter(([name]) => ALLOWED.has(name))
      .map(([name, value]) => [
        name,
        typeof value === 'string'
          ? withoutIdentifiers(value).slice(0, 500)
          : value,
      ]),
  );
}
