import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { AwsError, type CallContext, type Sandbox } from '../../core';
import { filterMatches } from './filterPattern';
import { compare, key, LogStore, nameOf, within } from './LogStore';
import { page } from './page';

const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827,
  2192, 2557, 2922, 3288, 3653,
];

/** The state and rules of one account's log groups. Times are epoch ms. */
export class LogService {
  readonly #store: LogStore;

  constructor(sandbox: Sandbox, account: string, region: string) {
    this.#store = new LogStore(sandbox, account, region);
  }

  static of(ctx: CallContext): LogService {
    return new LogService(ctx.sandbox, ctx.account, ctx.region);
  }

  createGroup(input: Partial<sdk.CreateLogGroupRequest>) {
    const name = input.logGroupName ?? '';
    if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) {
      throw new AwsError(
        'InvalidParameterException',
        `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
      );
    }
    if (this.#store.groups.has(name)) {
      throw new AwsError(
        'ResourceAlreadyExistsException',
        'The specified log group already exists',
      );
    }
    this.#store.groups.set(name, {
      name,
      created: this.#store.now(),
      kmsKeyId: input.kmsKeyId,
      tags: input.tags ?? {},
    });
  }

  deleteGroup(input: Partial<sdk.DeleteLogGroupRequest>) {
    const group = this.#store.group(input.logGroupName);
    for (const [name, stream] of this.#store.streams.entries()) {
      if (stream.group === group.name) this.#store.streams.delete(name);
    }
    this.#store.files.remove(this.#store.account, group.name);
    this.#store.groups.delete(group.name);
  }

  describeGroups(
    input: sdk.DescribeLogGroupsRequest,
  ): sdk.DescribeLogGroupsResponse {
    const groups = this.#store.groups
      .values()
      .filter(
        group =>
          group.name.startsWith(input.logGroupNamePrefix ?? '') &&
          group.name.includes(input.logGroupNamePattern ?? ''),
      )
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const { items, nextToken } = page(
      groups,
      input.limit ?? 50,
      input.nextToken,
    );
    return {
      nextToken,
      logGroups: items.map(group => ({
        logGroupName: group.name,
        arn: `${this.#store.arn(group.name)}:*`,
        logGroupArn: this.#store.arn(group.name),
        creationTime: group.created,
        retentionInDays: group.retentionInDays,
        kmsKeyId: group.kmsKeyId,
        metricFilterCount: 0,
        storedBytes: this.#store
          .streamsOf(group.name)
          .reduce((sum, stream) => sum + stream.bytes, 0),
        logGroupClass: 'STANDARD',
      })),
    };
  }

  putRetention(input: { logGroupName?: string; retentionInDays?: number }) {
    const group = this.#store.group(input.logGroupName);
    if (
      input.retentionInDays !== undefined &&
      !RETENTION_DAYS.includes(input.retentionInDays)
    ) {
      throw new AwsError(
        'InvalidParameterException',
        `1 validation error detected: Value '${
          input.retentionInDays
        }' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTION_DAYS.join(
          ', ',
        )}]`,
      );
    }
    this.#store.groups.set(group.name, {
      ...group,
      retentionInDays: input.retentionInDays,
    });
  }

  createStream(input: Partial<sdk.CreateLogStreamRequest>) {
    const group = this.#store.group(input.logGroupName);
    const name = input.logStreamName ?? '';
    if (!/^[^:*]{1,512}$/.test(name)) {
      throw new AwsError(
        'InvalidParameterException',
        `1 validation error detected: Value '${name}' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*`,
      );
    }
    if (this.#store.streams.has(key(group.name, name))) {
      throw new AwsError(
        'ResourceAlreadyExistsException',
        'The specified log stream already exists',
      );
    }
    this.#store.streams.set(key(group.name, name), {
      group: group.name,
      name,
      created: this.#store.now(),
      bytes: 0,
    });
  }

  deleteStream(input: Partial<sdk.DeleteLogStreamRequest>) {
    const stream = this.#store.stream(input.logGroupName, input.logStreamName);
    this.#store.streams.delete(key(stream.group, stream.name));
    this.#store.files.remove(this.#store.account, stream.group, stream.name);
  }

  describeStreams(
    input: sdk.DescribeLogStreamsRequest,
  ): sdk.DescribeLogStreamsResponse {
    const group = this.#store.group(
      input.logGroupName ?? nameOf(input.logGroupIdentifier),
    );
    const streams = this.#store
      .streamsOf(group.name)
      .filter(stream =>
        stream.name.startsWith(input.logStreamNamePrefix ?? ''),
      );
    streams.sort((a, b) =>
      input.orderBy === 'LastEventTime'
        ? (a.last ?? 0) - (b.last ?? 0)
        : compare(a.name, b.name),
    );
    if (input.descending) streams.reverse();
    const { items, nextToken } = page(
      streams,
      input.limit ?? 50,
      input.nextToken,
    );
    return {
      nextToken,
      logStreams: items.map(stream => ({
        logStreamName: stream.name,
        arn: `${this.#store.arn(group.name)}:log-stream:${stream.name}`,
        creationTime: stream.created,
        firstEventTimestamp: stream.first,
        lastEventTimestamp: stream.last,
        lastIngestionTime: stream.ingested,
        uploadSequenceToken: '0',
        storedBytes: 0,
      })),
    };
  }

  putEvents(input: Partial<sdk.PutLogEventsRequest>): sdk.PutLogEventsResponse {
    const stream = this.#store.stream(input.logGroupName, input.logStreamName);
    const events = (input.logEvents ?? []).map(event => ({
      timestamp: event.timestamp ?? 0,
      message: event.message ?? '',
    }));
    if (
      events.some(
        (event, i) => i > 0 && event.timestamp < events[i - 1].timestamp,
      )
    ) {
      throw new AwsError(
        'InvalidParameterException',
        'Log events in a single PutLogEvents request must be in chronological order.',
      );
    }
    this.#store.append(stream, events);
    return { nextSequenceToken: '0' };
  }

  /**
   * Adds lines without the API's limits, and makes group and stream where they
   * are missing: for services of the sandbox and for seeds.
   */
  write(
    group: string,
    stream: string,
    events: { timestamp: number; message: string }[],
  ) {
    if (!this.#store.groups.has(group))
      this.createGroup({ logGroupName: group });
    if (!this.#store.streams.has(key(group, stream))) {
      this.createStream({ logGroupName: group, logStreamName: stream });
    }
    this.#store.append(this.#store.stream(group, stream), events);
  }

  getEvents(input: Partial<sdk.GetLogEventsRequest>): sdk.GetLogEventsResponse {
    const stream = this.#store.stream(
      input.logGroupName ?? nameOf(input.logGroupIdentifier),
      input.logStreamName,
    );
    const all = within(
      this.#store.files.read(this.#store.account, stream.group, stream.name),
      input.startTime,
      input.endTime,
    );
    const limit = Math.min(Math.max(input.limit ?? 10_000, 1), 10_000);
    const token = /^([fb])\/(\d+)$/.exec(input.nextToken ?? '');
    if (input.nextToken && !token) {
      throw new AwsError(
        'InvalidParameterException',
        'The specified nextToken is invalid.',
      );
    }
    let start: number;
    if (token) {
      const at = Number(token[2]);
      start = token[1] === 'f' ? at : Math.max(0, at - limit);
    } else {
      start = input.startFromHead ? 0 : Math.max(0, all.length - limit);
    }
    const end = token?.[1] === 'b' ? Number(token[2]) : start + limit;
    const events = all.slice(start, end);
    return {
      events: events.map(event => ({ ...event })),
      nextForwardToken: `f/${Math.min(start + events.length, all.length)}`,
      nextBackwardToken: `b/${start}`,
    };
  }

  filterEvents(input: sdk.FilterLogEventsRequest): sdk.FilterLogEventsResponse {
    const group = this.#store.group(
      input.logGroupName ?? nameOf(input.logGroupIdentifier),
    );
    const streams = this.#store
      .streamsOf(group.name)
      .filter(stream =>
        input.logStreamNames
          ? input.logStreamNames.includes(stream.name)
          : stream.name.startsWith(input.logStreamNamePrefix ?? ''),
      );
    const found = streams
      .flatMap(stream =>
        within(
          this.#store.files.read(this.#store.account, group.name, stream.name),
          input.startTime,
          input.endTime,
        ).map((event, index) => ({
          ...event,
          logStreamName: stream.name,
          eventId: `${String(event.timestamp).padStart(20, '0')}${
            stream.name
          }${index}`,
        })),
      )
      .filter(event => filterMatches(input.filterPattern, event.message))
      .sort((a, b) => a.timestamp - b.timestamp);
    const { items, nextToken } = page(
      found,
      input.limit ?? 10_000,
      input.nextToken,
    );
    return { events: items, searchedLogStreams: [], nextToken };
  }

  tag(input: Partial<sdk.TagResourceRequest>) {
    const group = this.#store.group(nameOf(input.resourceArn));
    this.#store.groups.set(group.name, {
      ...group,
      tags: { ...group.tags, ...input.tags },
    });
  }

  untag(input: Partial<sdk.UntagResourceRequest>) {
    const group = this.#store.group(nameOf(input.resourceArn));
    const tags = Object.entries(group.tags).filter(
      ([name]) => !input.tagKeys?.includes(name),
    );
    this.#store.groups.set(group.name, {
      ...group,
      tags: Object.fromEntries(tags),
    });
  }

  listTags(
    input: Partial<sdk.ListTagsForResourceRequest>,
  ): sdk.ListTagsForResourceResponse {
    return { tags: this.#store.group(nameOf(input.resourceArn)).tags };
  }
}

/** CloudWatch Logs of one account, as other services of the sandbox use it. */
export function logsOf(sandbox: Sandbox, account: string): LogService {
  return new LogService(sandbox, account, 'us-east-1');
}
