import type {
  EvidenceRecord,
  RolloutState,
} from '@careplane/backstage-plugin-release-common';
import {
  ACT_LABELS,
  ROLLOUT_ACT_LABELS,
  STATE_LABELS,
} from '@careplane/backstage-plugin-release-common';
import { approversOf, fact, isDenied, moveOf } from './sentence';

/** The records of one rollout, or one record that belongs to none; newest first. */
export interface AuditGroup {
  id: string;
  rolloutId?: string;
  records: EvidenceRecord[];
}

/** What one line says of a group, read from its records alone. */
export interface AuditSummary {
  /** The newest record: it has the state that the rollout is in. */
  latest: EvidenceRecord;
  kind?: 'promote' | 'rollback';
  move?: string;
  requestedBy: string;
  approvers: string[];
  state?: RolloutState;
  /** The AWS writes, newest first; a call without request id was not answered. */
  calls: EvidenceRecord[];
}

/** Records (newest first) by rollout, in the order of their newest record. */
export function groupRecords(records: EvidenceRecord[]): AuditGroup[] {
  const groups = new Map<string, AuditGroup>();
  for (const record of records) {
    // What was refused is no part of what became of the rollout.
    const rolloutId = isDenied(record) ? undefined : record.rolloutId;
    const id = rolloutId ?? `record-${record.position}`;
    const group = groups.get(id);
    if (group) group.records.push(record);
    else groups.set(id, { id, rolloutId, records: [record] });
  }
  return [...groups.values()];
}

/** The first that `read` finds, from the newest record on. */
function newest<T>(
  records: EvidenceRecord[],
  read: (record: EvidenceRecord) => T | undefined,
): T | undefined {
  for (const record of records) {
    const found = read(record);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function summaryOf({ records }: AuditGroup): AuditSummary {
  const kind = newest(records, record => fact(record, 'kind'));
  const state = newest(records, record => fact(record, 'state'));
  return {
    latest: records[0],
    kind: kind === 'promote' || kind === 'rollback' ? kind : undefined,
    move: newest(records, moveOf),
    requestedBy:
      newest(records, record => fact(record, 'requestedBy')) ??
      records[records.length - 1].actor,
    approvers: [...new Set(records.flatMap(approversOf))],
    state: state && state in STATE_LABELS ? (state as RolloutState) : undefined,
    calls: records.filter(record => fact(record, 'api')),
  };
}

const MOVES_TRAFFIC =
  /UpdateAlias|UpdateService$|CreateDeployment|StopDeployment/;

/** The call that users felt: the newest that moved traffic, else the newest. */
export function telling(calls: EvidenceRecord[]): EvidenceRecord | undefined {
  return (
    calls.find(record => MOVES_TRAFFIC.test(fact(record, 'api') ?? '')) ??
    calls[0]
  );
}

const KINDS: Record<string, string> = {
  'aws-write-observed': 'AWS write',
  'promote-requested': 'Promote requested',
  'rollback-requested': 'Rollback requested',
  'stack-settled': 'Stack settled',
};

const ACTS: Record<string, string | undefined> = {
  ...ROLLOUT_ACT_LABELS,
  ...ACT_LABELS,
};

/** What a record is, in words: "Approve", "Hold set", "Denied: lift a hold". */
export function kindWords(record: EvidenceRecord): string {
  const { kind } = record;
  if (isDenied(record)) {
    const asked = fact(record, 'asked', 'act') ?? '';
    return ['Denied', ACTS[asked] ?? asked].filter(Boolean).join(': ');
  }
  if (KINDS[kind]) return KINDS[kind];
  const state = kind
    .replace(/^rollout-/, '')
    .toUpperCase()
    .replace(/-/g, '_') as RolloutState;
  if (kind.startsWith('rollout-') && STATE_LABELS[state]) {
    return STATE_LABELS[state];
  }
  const words = kind.replace(/^act-/, '').replace(/-/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
