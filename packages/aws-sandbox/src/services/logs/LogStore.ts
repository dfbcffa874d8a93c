import { AwsError, type Collection, type Sandbox } from '../../core';
import { LogFiles, type LogEvent } from './LogFiles';

export interface Group {
  name: string;
  created: number;
  retentionInDays?: number;
  kmsKeyId?: string;
  tags: Record<string, string>;
}

export interface Stream {
  group: string;
  name: string;
  created: number;
  first?: number;
  last?: number;
  ingested?: number;
  bytes: number;
}

/** What is kept of one account's log groups, and how it is found. */
export class LogStore {
  readonly groups: Collection<Group>;
  readonly streams: Collection<Stream>;
  readonly files: LogFiles;

  constructor(
    private readonly sandbox: Sandbox,
    readonly account: string,
    private readonly region: string,
  ) {
    this.groups = sandbox.store<Group>('logs', account, 'groups');
    this.streams = sandbox.store<Stream>('logs', account, 'streams');
    this.files = new LogFiles(sandbox.dataDir);
  }

  append(stream: Stream, events: { timestamp: number; message: string }[]) {
    if (events.length === 0) return;
    const ingested = this.now();
    const lines: LogEvent[] = events.map(event => ({
      timestamp: event.timestamp,
      ingestionTime: ingested,
      message: event.message,
    }));
    this.files.append(this.account, stream.group, stream.name, lines);
    const times = lines.map(line => line.timestamp);
    this.streams.set(key(stream.group, stream.name), {
      ...stream,
      first: Math.min(stream.first ?? Infinity, ...times),
      last: Math.max(stream.last ?? 0, ...times),
      ingested,
      bytes: lines.reduce(
        (sum, line) => sum + Buffer.byteLength(line.message) + 26,
        stream.bytes,
      ),
    });
  }

  group(name: string | undefined): Group {
    const group = this.groups.get(name ?? '');
    if (!group) {
      throw new AwsError(
        'ResourceNotFoundException',
        'The specified log group does not exist.',
      );
    }
    return group;
  }

  stream(group: string | undefined, name: string | undefined): Stream {
    this.group(group);
    const stream = this.streams.get(key(group ?? '', name ?? ''));
    if (!stream) {
      throw new AwsError(
        'ResourceNotFoundException',
        'The specified log stream does not exist.',
      );
    }
    return stream;
  }

  streamsOf(group: string): Stream[] {
    return this.streams
      .values()
      .filter(stream => stream.group === group)
      .sort((a, b) => compare(a.name, b.name));
  }

  arn(group: string): string {
    return `arn:aws:logs:${this.region}:${this.account}:log-group:${group}`;
  }

  now(): number {
    return this.sandbox.clock.now().getTime();
  }
}

export function key(group: string, stream: string): string {
  return `${group}:${stream}`;
}

export function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export function within(
  events: LogEvent[],
  start?: number,
  end?: number,
): LogEvent[] {
  return events.filter(
    event =>
      event.timestamp >= (start ?? 0) && event.timestamp < (end ?? Infinity),
  );
}

/** A group's name, given the name or its ARN. */
export function nameOf(identifier: string | undefined): string | undefined {
  const match = /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+)/.exec(
    identifier ?? '',
  );
  return match ? match[1] : identifier;
}
