import type { SandboxClock, ServiceDefinition } from '../types';
import {
  NOT_COUNTED,
  PUBLISHED_QUOTAS,
  type QuotaGroup,
} from './publishedQuotas';

/** How long counts are kept, in seconds of the sandbox's clock. */
const KEPT_SECONDS = 2 * 60 * 60;

/**
 * `published`: AWS's numbers throttle. `off`: calls are counted, none is
 * throttled. A list replaces or adds groups by id over AWS's numbers.
 */
export type QuotaOption =
  | 'published'
  | 'off'
  | readonly (Pick<QuotaGroup, 'id'> & Partial<QuotaGroup>)[];

/** Use of one group in one account, from the calls that came over HTTP. */
export interface QuotaUse {
  account: string;
  region: string;
  group: string;
  /** Calls per second that AWS allows on average; undefined: unpublished. */
  perSecond?: number;
  /** Answered and throttled calls since the given moment. */
  calls: number;
  throttled: number;
  /** Calls in the busiest second, and on average in the busiest window. */
  peak: number;
  average: number;
  /** `average / perSecond`, 0.6 for 60 %; undefined: unpublished. */
  share?: number;
}

interface Bucket {
  tokens: number;
  at: number;
  /** By second since the epoch: calls, and how many of them were throttled. */
  seconds: Map<number, [number, number]>;
}

interface Call {
  service: ServiceDefinition;
  operation: string;
  account: string;
  region: string;
}

/**
 * Token buckets per account, region and quota group, on the sandbox's clock.
 *
 * Only calls over HTTP count. What the sandbox does inside (CloudFormation
 * that writes an alias) would count on AWS and does not here.
 */
export class Quotas {
  private groups = new Map<string, QuotaGroup>();
  private enforced = false;
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly clock: Pick<SandboxClock, 'now'>,
    option: QuotaOption = 'off',
  ) {
    this.use(option);
  }

  /** Changes what is enforced; every bucket is full again. */
  use(option: QuotaOption) {
    this.groups = new Map(PUBLISHED_QUOTAS.map(group => [group.id, group]));
    this.enforced = option !== 'off';
    for (const change of typeof option === 'string' ? [] : option) {
      const group = { ...this.groups.get(change.id), ...change };
      if (!isGroup(group)) {
        throw new Error(
          `The quota group ${change.id} is not published: give service, operations, perSecond and source`,
        );
      }
      this.groups.set(group.id, group);
    }
    for (const [key, bucket] of this.buckets) {
      bucket.tokens = burstOf(this.groups.get(key.split(' ')[2]));
      bucket.at = this.clock.now().getTime();
    }
  }

  get isEnforced() {
    return this.enforced;
  }

  all(): QuotaGroup[] {
    return [...this.groups.values()];
  }

  /** Id of the group that an operation counts in. */
  groupOf(service: string, operation: string): string {
    if (NOT_COUNTED[service]?.includes(operation)) return `${service}:data`;
    const own = this.all().filter(group => group.service === service);
    return (
      own.find(group => group.operations.includes(operation))?.id ??
      own.find(group => group.operations === 'rest')?.id ??
      `${service}:unpublished`
    );
  }

  /** Counts a call; `allowed` is false where AWS would throttle it. */
  take(call: Call): { group: string; allowed: boolean } {
    const id = this.groupOf(call.service.id, call.operation);
    const group = this.groups.get(id);
    const key = `${call.account} ${call.region} ${id}`;
    const now = this.clock.now().getTime();
    const bucket = this.buckets.get(key) ?? {
      tokens: burstOf(group),
      at: now,
      seconds: new Map(),
    };
    this.buckets.set(key, bucket);
    if (group) {
      const passed = Math.max(0, now - bucket.at) / 1000;
      bucket.tokens = Math.min(
        burstOf(group),
        bucket.tokens + passed * group.perSecond,
      );
    }
    bucket.at = now;
    const allowed = !this.enforced || !group || bucket.tokens >= 1;
    if (allowed && group) bucket.tokens = Math.max(0, bucket.tokens - 1);
    count(bucket.seconds, Math.floor(now / 1000), allowed);
    return { group: id, allowed };
  }

  /**
   * Use per account, region and group.
   *
   * @param options.since - ISO 8601; everything that is kept (2 h) without it
   * @param options.windowSeconds - over which the average is taken; 60 by default
   */
  usage(options: { since?: string; windowSeconds?: number } = {}): QuotaUse[] {
    const from = options.since ? Date.parse(options.since) / 1000 : 0;
    const window = options.windowSeconds ?? 60;
    return [...this.buckets]
      .flatMap(([key, { seconds }]) => {
        const [account, region, group] = key.split(' ');
        const inRange = [...seconds].filter(
          ([second]) => second >= Math.floor(from),
        );
        if (inRange.length === 0) return [];
        const sum = (place: 0 | 1) =>
          inRange.reduce((total, [, counts]) => total + counts[place], 0);
        const average = busiest(inRange, window) / window;
        const perSecond = this.groups.get(group)?.perSecond;
        return {
          account,
          region,
          group,
          calls: sum(0),
          throttled: sum(1),
          peak: Math.max(...inRange.map(([, [calls]]) => calls)),
          average,
          ...(perSecond ? { perSecond, share: average / perSecond } : {}),
        };
      })
      .sort((a, b) => (b.share ?? 0) - (a.share ?? 0));
  }

  clearUsage() {
    for (const bucket of this.buckets.values()) bucket.seconds.clear();
  }
}

function isGroup(group: Partial<QuotaGroup>): group is QuotaGroup {
  return Boolean(group.service && group.operations && group.perSecond);
}

function burstOf(group: QuotaGroup | undefined): number {
  return group ? group.burst ?? group.perSecond : 0;
}

function count(
  seconds: Bucket['seconds'],
  second: number,
  allowed: boolean,
): void {
  const [calls, throttled] = seconds.get(second) ?? [0, 0];
  seconds.set(second, [calls + 1, throttled + (allowed ? 0 : 1)]);
  for (const old of seconds.keys()) {
    if (old >= second - KEPT_SECONDS) break;
    seconds.delete(old);
  }
}

/** Most calls in any window of so many seconds. */
function busiest(seconds: [number, [number, number]][], window: number) {
  let most = 0;
  let sum = 0;
  let first = 0;
  for (const [second, [calls]] of seconds) {
    sum += calls;
    while (seconds[first][0] <= second - window) {
      sum -= seconds[first][1][0];
      first += 1;
    }
    most = Math.max(most, sum);
  }
  return most;
}
