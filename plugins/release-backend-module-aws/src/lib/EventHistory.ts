/** One page of events, newest first. */
export interface EventPage<T> {
  /** By event id; only events that say something. */
  told: Map<string, T>;
  /** When the oldest event of the page was, in ms; missing for an empty page. */
  oldest?: number;
  next?: string;
}

/** Events of a time range, ends included, in pages. */
export type ReadEvents<T> = (
  range: { from: number; to?: number },
  token?: string,
) => Promise<EventPage<T>>;

/** What is known of one kind of event of one account and region. */
export interface EventsRead<T> {
  told: Map<string, T>;
  /**
   * ISO 8601: older events were not read. Missing where all that CloudTrail
   * keeps was.
   */
  readBackTo?: string;
}

/** So many pages of 50 are read at once, and one of older events always. */
export const PAGES = 10;
const DAY_MS = 86_400_000;
/** CloudTrail's event history reaches back this far. */
const KEPT_MS = 90 * DAY_MS;
const CACHE_MS = 60_000;
/** CloudTrail tells of a call within this time of it, nearly always. */
const DELAY_MS = 20 * 60_000;

/**
 * One kind of event, remembered for as long as CloudTrail keeps it. In a busy
 * account one reading does not reach the end of 90 days: each further one reads
 * what is new, and goes on where the one before stopped.
 */
export class EventHistory<T extends { at: string }> {
  readonly #events: ReadEvents<T>;
  readonly #now: () => number;
  readonly #pagesAtOnce: number;
  #told = new Map<string, T>();
  /** When what is newest was last read. */
  #readAt?: number;
  /** All between this moment and `#readAt` was read. */
  #backTo = Infinity;
  #running?: Promise<void>;
  #waiting?: Promise<void>;

  constructor(events: ReadEvents<T>, now: () => number, pages = PAGES) {
    this.#events = events;
    this.#now = now;
    this.#pagesAtOnce = pages;
  }

  /** At most a minute old; `fresh`: read after this call. */
  async read(options: { fresh?: boolean } = {}): Promise<EventsRead<T>> {
    const isKnown =
      this.#readAt !== undefined && this.#now() - this.#readAt <= CACHE_MS;
    if (options.fresh || !isKnown) await this.#again(options);
    const end = this.#now() - KEPT_MS;
    return {
      told: new Map(this.#told),
      readBackTo:
        this.#backTo <= end ? undefined : new Date(this.#backTo).toISOString(),
    };
  }

  /** One reading at a time; who needs a later one shares the next. */
  #again(options: { fresh?: boolean }): Promise<void> {
    if (!this.#running) {
      this.#running = this.#once(options).finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    if (!options.fresh) return this.#running;
    const begin = () => {
      this.#waiting = undefined;
      return this.#again(options);
    };
    this.#waiting ??= this.#running.then(begin, begin);
    return this.#waiting;
  }

  async #once({ fresh }: { fresh?: boolean }): Promise<void> {
    const at = this.#now();
    const end = at - KEPT_MS;
    const isWhole = this.#backTo <= end;
    // Of what came late, only so much is looked for that the rest gets further.
    const overlap = fresh || !isWhole ? DELAY_MS : DAY_MS;
    const known = this.#readAt;
    const from =
      known === undefined ? end : Math.max(end, Math.min(known, at) - overlap);
    const newest = await this.#pages({ from }, this.#pagesAtOnce);
    const met = known !== undefined && newest.reached <= known;
    this.#backTo = met
      ? Math.min(this.#backTo, newest.reached)
      : newest.reached;
    this.#readAt = at;
    let left = Math.max(1, this.#pagesAtOnce - newest.read);
    while (left > 0 && this.#backTo > end) {
      const older = await this.#pages({ from: end, to: this.#backTo }, left);
      this.#backTo = Math.min(this.#backTo, older.reached);
      left -= older.read;
    }
    for (const [id, { at: when }] of this.#told) {
      if (Date.parse(when) < end) this.#told.delete(id);
    }
  }

  /** @returns how many pages were read, and back to when nothing is missing. */
  async #pages(
    range: { from: number; to?: number },
    most: number,
  ): Promise<{ read: number; reached: number }> {
    let reached = range.to ?? this.#now();
    let token: string | undefined;
    for (let read = 1; read <= most; read++) {
      const page = await this.#events(range, token);
      for (const [id, one] of page.told) this.#told.set(id, one);
      reached = Math.min(reached, page.oldest ?? reached);
      token = page.next;
      if (!token) return { read, reached: range.from };
    }
    return { read: most, reached };
  }
}
