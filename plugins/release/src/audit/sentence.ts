import { parseEntityRef } from '@backstage/catalog-model';
import {
  EvidenceRecord,
  shortRevision,
  STATE_LABELS,
} from '@careplane/backstage-plugin-release-common';

/** First of these facts that a record has, as text. */
export function fact(
  record: EvidenceRecord,
  ...names: string[]
): string | undefined {
  for (const name of names) {
    const value = record.facts[name];
    if (value !== undefined && value !== null && value !== '') {
      return String(value);
    }
  }
  return undefined;
}

/** People whose approvals let it go on, or who decided just now. */
export function approversOf(record: EvidenceRecord): string[] {
  const people = fact(record, 'approvedBy', 'approver')?.split(', ') ?? [];
  return record.kind === 'act-approve' ? [record.actor] : people;
}

/** From what to what: the version with the revision that it is there. */
export function moveOf(record: EvidenceRecord): string | undefined {
  const side = (version?: string, revision?: string) => {
    const short = revision && shortRevision(revision);
    if (!version || !short) return version ?? short;
    return `${version} (${short})`;
  };
  const from = side(fact(record, 'fromVersion'), fact(record, 'fromRevision'));
  const to = side(fact(record, 'toVersion'), fact(record, 'toRevision'));
  if (!to) return undefined;
  return from ? `${from} → ${to}` : `→ ${to}`;
}

/** An attempt that was refused. */
export const isDenied = (record: EvidenceRecord): boolean =>
  record.kind === 'denied';

/** What came out, in words: of the AWS call, or the state it led to. */
export function outcomeOf(record: EvidenceRecord): string {
  if (isDenied(record)) return 'Nothing was changed';
  const state = fact(record, 'state');
  const label = STATE_LABELS[state as keyof typeof STATE_LABELS];
  return fact(record, 'outcome') ?? label ?? state ?? '–';
}

/** The component's name, for a row's first words. */
export function serviceOf(record: EvidenceRecord): string {
  return record.entityRef ? parseEntityRef(record.entityRef).name : '';
}

/** Facts as one auditor-ready paragraph that can be pasted elsewhere. */
export function asParagraph(record: EvidenceRecord): string {
  const facts = Object.entries(record.facts)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
  return [
    `${record.at}: ${record.kind}`,
    [serviceOf(record), record.stage].filter(Boolean).join(' '),
    `by ${record.actor}.`,
    facts && `Facts: ${facts}.`,
    `Record ${record.position}, hash ${record.hash}, previous ${record.previousHash}.`,
  ]
    .filter(Boolean)
    .join(' ');
}

const COLUMNS = [
  'position',
  'at',
  'kind',
  'actor',
  'stage',
  'entityRef',
  'targetArn',
  'rolloutId',
  'hash',
  'previousHash',
] as const;

function csvCell(value: unknown): string {
  const text = value === undefined || value === null ? '' : String(value);
  // A leading sign would make a spreadsheet run the text as a formula.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replace(/"/g, '""')}"`;
}

/** The first line of a CSV file of records (RFC 4180). */
export const csvHeader = [...COLUMNS, 'facts'].join(',');

/** Records as lines of CSV, each after a line break; facts as one JSON column. */
export const csvLines = (records: EvidenceRecord[]): string =>
  records
    .map(record =>
      [
        ...COLUMNS.map(column => csvCell(record[column])),
        csvCell(JSON.stringify(record.facts)),
      ].join(','),
    )
    .map(line => `\r\n${line}`)
    .join('');
