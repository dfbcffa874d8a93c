import type { Block } from '@careplane/backstage-plugin-delivery-common';
import type { Snapshot, SnapshotError } from './store/SnapshotStore';

/** Everything that decides how one block of an entity is shown. */
export interface BlockInput {
  /** What the block is about, as used in messages: `Pipelines` … */
  subject: string;
  /** Annotations of which any one configures the block. */
  annotations: string[];
  /** Why the annotations could not be read. */
  annotationError?: string;
  /** One entry per resource that the entity names; undefined: never read. */
  snapshots: (Snapshot | undefined)[];
  now: Date;
  /** Time between two readings, in milliseconds. */
  intervalMs: number;
}

type KnownState = 'ok' | 'empty' | 'pending' | 'stale' | 'denied' | 'error';

interface Judged {
  state: KnownState;
  error?: SnapshotError;
  snapshot?: Snapshot;
}

/** The most serious state of several resources is the state of their block. */
const SEVERITY: KnownState[] = [
  'error',
  'denied',
  'stale',
  'pending',
  'ok',
  'empty',
];

/** Facts older than this many intervals are no longer called current. */
const STALE_AFTER_INTERVALS = 3;

/** Errors that waiting does not mend: they count at once. */
const LASTING = new Set([
  'NotFoundError',
  'InputError',
  'AuthenticationError',
  'NotImplementedError',
]);

function judge(
  snapshot: Snapshot | undefined,
  now: Date,
  intervalMs: number,
): Judged {
  if (!snapshot?.attemptedAt) return { state: 'pending', snapshot };
  const { error, asOf, items } = snapshot;
  if (error?.name === 'NotAllowedError') {
    return { state: 'denied', error, snapshot };
  }
  if (error && (LASTING.has(error.name) || !asOf)) {
    return { state: 'error', error, snapshot };
  }
  if (!asOf) return { state: 'pending', snapshot };
  const age = now.getTime() - Date.parse(asOf);
  if (age > STALE_AFTER_INTERVALS * intervalMs) {
    return { state: 'stale', error, snapshot };
  }
  return { state: items?.length ? 'ok' : 'empty', error, snapshot };
}

function messageFor(
  { state, error }: Judged,
  subject: string,
): string | undefined {
  switch (state) {
    case 'pending':
      return `${subject} are configured and have not been read yet. The first reading follows shortly.`;
    case 'stale':
      return error
        ? `The source does not answer: ${error.message} Shown is what was last known; Careplane keeps trying.`
        : 'The source has not been read for a while. Shown is what was last known; Careplane keeps trying.';
    case 'denied':
    case 'error':
      return error?.message;
    default:
      return undefined;
  }
}

/**
 * Decides the state of a block. Facts are never hidden by an error: a source
 * that fails keeps its last good items, and several resources are shown
 * together with the worst state and the oldest "as of" among them.
 */
export function decideBlock<T>(input: BlockInput): Block<T> {
  const { subject, annotations, annotationError, snapshots, now } = input;
  if (annotationError) {
    return { state: 'error', message: annotationError, items: [] };
  }
  if (snapshots.length === 0) {
    return {
      state: 'not-configured',
      message: annotations.length
        ? `${subject} are not configured for this entity.`
        : `No source of ${subject.toLocaleLowerCase(
            'en',
          )} is installed in this portal.`,
      missingAnnotations: annotations,
      items: [],
    };
  }
  const judged = snapshots.map(one => judge(one, now, input.intervalMs));
  const worst = judged.reduce((a, b) =>
    SEVERITY.indexOf(b.state) < SEVERITY.indexOf(a.state) ? b : a,
  );
  const read = judged.filter(one => one.snapshot?.asOf);
  const asOf = read.map(one => one.snapshot?.asOf ?? '').sort()[0];
  return {
    state: worst.state,
    asOf: asOf || undefined,
    message: messageFor(worst, subject),
    missingPermission: worst.error?.missingPermission,
    deniedTo: worst.error?.deniedTo,
    items: judged.flatMap(one => (one.snapshot?.items ?? []) as T[]),
  };
}
