import { quotaGroupOf } from './quotas';
import { Lane, TokenBucket } from './TokenBucket';

/** How much of one quota group this process uses now. */
export interface BudgetUsage {
  accountId: string;
  region: string;
  group: string;
  /** 0 to 1. */
  used: number;
  waiting: number;
  inFlight: number;
}

/** Call budgets of this process. */
export interface AwsBudgets {
  /**
   * Sets this process's part of every quota group, 0 to 1. The release plugin
   * counts the live processes and answers with the share. An answer holds for
   * 60 s; after that the process falls to `aws.budgets.minimumShare`.
   */
  setShare(share: number): void;
  /** Waits for a turn; call the result when the AWS call has ended. */
  acquire(call: {
    accountId: string;
    region: string;
    service: string;
    operation: string;
    lane?: Lane;
  }): Promise<() => void>;
  usage(): BudgetUsage[];
}

const SHARE_HOLDS_MS = 60_000;

export class DefaultAwsBudgets implements AwsBudgets {
  private readonly buckets = new Map<
    string,
    { accountId: string; region: string; group: string; bucket: TokenBucket }
  >();
  private answer: { share: number; at: number } | undefined;
  private readonly now: () => number;

  constructor(
    private readonly options: {
      minimumShare: number;
      maxWaitMs: number;
      now?: () => number;
    },
  ) {
    this.now = options.now ?? (() => performance.now());
  }

  setShare(share: number): void {
    if (!(share > 0 && share <= 1)) {
      throw new RangeError(
        `A share is more than 0 and at most 1, not ${share}`,
      );
    }
    this.answer = { share, at: this.now() };
  }

  /** A process that was never told otherwise is alone. */
  share(): number {
    if (!this.answer) return 1;
    return this.now() - this.answer.at <= SHARE_HOLDS_MS
      ? this.answer.share
      : Math.min(this.answer.share, this.options.minimumShare);
  }

  acquire(call: {
    accountId: string;
    region: string;
    service: string;
    operation: string;
    lane?: Lane;
  }): Promise<() => void> {
    const { accountId, region, service, operation, lane } = call;
    const group = quotaGroupOf(service, operation);
    const key = `${accountId} ${region} ${group.id}`;
    let entry = this.buckets.get(key);
    if (!entry) {
      entry = {
        accountId,
        region,
        group: group.id,
        bucket: new TokenBucket(group, {
          now: this.now,
          share: () => this.share(),
          maxWait: this.options.maxWaitMs,
        }),
      };
      this.buckets.set(key, entry);
    }
    return entry.bucket.acquire(lane);
  }

  usage(): BudgetUsage[] {
    return [...this.buckets.values()].map(
      ({ accountId, region, group, bucket }) => ({
        accountId,
        region,
        group,
        ...bucket.usage(),
      }),
    );
  }
}
