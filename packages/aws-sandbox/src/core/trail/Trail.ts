import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** CloudTrail's event history reaches back this far. */
const KEPT_MS = 90 * 24 * 60 * 60 * 1000;

/** One management event, in the words of CloudTrail's record. */
export interface TrailEvent {
  eventId: string;
  /** ISO 8601. */
  eventTime: string;
  eventSource: string;
  eventName: string;
  readOnly: boolean;
  account: string;
  region: string;
  username: string;
  userIdentity: Record<string, unknown>;
  userAgent?: string;
  sourceIp?: string;
  resources: { type: string; name: string }[];
  requestParameters: Record<string, unknown> | null;
  responseElements: Record<string, unknown> | null;
  errorCode?: string;
  errorMessage?: string;
  requestId: string;
}

export interface TrailQuery {
  account: string;
  /** Reads too; without it, only what changes something. */
  reads?: boolean;
  /** Milliseconds since the epoch. */
  from?: number;
  to?: number;
  matches?(event: TrailEvent): boolean;
}

/** How many reads of an account are remembered, newest first to be kept. */
const KEPT_READS = 10_000;

/**
 * The event history: one append-only file of JSON lines per account for what
 * changes something. Reads, of which a portal makes many, are remembered by the
 * running process only, the newest of them.
 */
export class Trail {
  private readonly events = new Map<string, TrailEvent[]>();
  private readonly reads = new Map<string, TrailEvent[]>();

  constructor(
    private readonly directory: string,
    private readonly now: () => Date,
    private readonly onAppend: (event: TrailEvent) => void = () => {},
  ) {
    mkdirSync(directory, { recursive: true });
    for (const file of readdirSync(directory)) {
      if (!file.endsWith('.jsonl')) continue;
      const lines = readFileSync(join(directory, file), 'utf8').split('\n');
      this.events.set(
        file.slice(0, -'.jsonl'.length),
        lines.filter(Boolean).flatMap(parseLine),
      );
    }
  }

  append(event: TrailEvent) {
    if (event.readOnly) {
      const reads = this.reads.get(event.account) ?? [];
      reads.push(event);
      if (reads.length > 2 * KEPT_READS) reads.splice(0, KEPT_READS);
      this.reads.set(event.account, reads);
      this.onAppend(event);
      return;
    }
    const list = this.events.get(event.account) ?? [];
    list.push(event);
    this.events.set(event.account, list);
    appendFileSync(
      join(this.directory, `${event.account}.jsonl`),
      `${JSON.stringify(event)}\n`,
    );
    this.onAppend(event);
  }

  /** Events of the last 90 days, newest first, as LookupEvents lists them. */
  lookup(query: TrailQuery): TrailEvent[] {
    const now = this.now().getTime();
    const from = Math.max(query.from ?? 0, now - KEPT_MS);
    const to = Math.min(query.to ?? now, now);
    const reads = query.reads ? this.reads.get(query.account) ?? [] : [];
    return [...(this.events.get(query.account) ?? []), ...reads]
      .map((event, index) => ({
        event,
        index,
        time: Date.parse(event.eventTime),
      }))
      .filter(
        ({ event, time }) =>
          time >= from && time <= to && (query.matches?.(event) ?? true),
      )
      .sort((a, b) => b.time - a.time || b.index - a.index)
      .map(({ event }) => event);
  }
}

/** A process that was killed may have left half a line at the end. */
function parseLine(line: string): TrailEvent[] {
  try {
    return [JSON.parse(line) as TrailEvent];
  } catch {
    return [];
  }
}
