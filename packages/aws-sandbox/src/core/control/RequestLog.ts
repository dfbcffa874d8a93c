const KEPT = 200_000;

/** One call that came over HTTP. */
export interface LoggedRequest {
  /** Grows by one with each call; `since` is compared with it. */
  sequence: number;
  at: string;
  service: string;
  operation: string;
  account: string;
  principal: string;
  /** Of AssumeRole; undefined for an account's own key. */
  sessionName?: string;
  sourceIdentity?: string;
  userAgent: string;
  /** 0 where the connection was cut before anything was carried out. */
  status: number;
  /** Real milliseconds. */
  durationMs?: number;
  /** Which published quota the call counted in, see `Quotas`. */
  quotaGroup?: string;
  /** Faults that took effect. */
  faults?: string[];
  errorCode?: string;
}

export interface RequestCount {
  service: string;
  operation: string;
  account: string;
  count: number;
}

/** The calls that were made, for proofs such as "viewing causes none". */
export class RequestLog {
  private list: LoggedRequest[] = [];
  private sequence = 0;

  add(request: Omit<LoggedRequest, 'sequence'>) {
    this.sequence += 1;
    this.list.push({ sequence: this.sequence, ...request });
    if (this.list.length > KEPT) this.list = this.list.slice(-KEPT / 2);
  }

  /** @param since - a sequence number, or a moment in ISO 8601 */
  since(since: string | number = 0): LoggedRequest[] {
    const asNumber = Number(since);
    return this.list.filter(request =>
      Number.isNaN(asNumber)
        ? request.at >= String(since)
        : request.sequence > asNumber,
    );
  }

  counts(since: string | number = 0): RequestCount[] {
    const counts = new Map<string, RequestCount>();
    for (const { service, operation, account } of this.since(since)) {
      const key = `${service} ${operation} ${account}`;
      const found = counts.get(key);
      if (found) found.count += 1;
      else counts.set(key, { service, operation, account, count: 1 });
    }
    return [...counts.values()];
  }

  get last() {
    return this.sequence;
  }

  clear() {
    this.list = [];
  }
}
