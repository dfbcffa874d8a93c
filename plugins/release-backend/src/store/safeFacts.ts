import type { EvidenceDraft } from '../engine/model';

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

/**
 * What looks like a person's number: a Social Security number, or a medical
 * record number with its label (identifiers of 45 CFR 164.514(b)(2)(i)).
 */
const IDENTIFIERS = [
  /\b\d{3}[-\s.]\d{2}[-\s.]\d{4}\b/,
  /\b(?:MRN|SSN|medical record(?: number)?)\b\W*(?:(?:is|was|no\.?|nr\.?|number)\W*)*[A-Z]*\d{4,}/i,
  /\b(?:patient|member)(?:\W?id)?\b\W+(?:(?:is|was|no\.?|nr\.?|number|id)\W*)*[A-Z]*\d{4,}/i,
];

/** Whether a text holds what looks like an identifier of a patient. */
export function holdsIdentifier(text: string): boolean {
  return IDENTIFIERS.some(pattern => pattern.test(text));
}

/** Replaces what looks like an identifier of a patient. */
export function withoutIdentifiers(text: string): string {
  return IDENTIFIERS.reduce(
    (result, pattern) =>
      result.replace(new RegExp(pattern, `${pattern.flags}g`), '[removed]'),
    text,
  );
}

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

/**
 * JSON in which no text holds what looks like an identifier of a patient.
 * ARNs stay as they are: they are names that AWS compares.
 */
export function toSafeJson(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    typeof part === 'string' && !part.startsWith('arn:')
      ? withoutIdentifiers(part)
      : part,
  );
}
