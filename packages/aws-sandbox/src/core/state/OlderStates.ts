import type { Collection } from '../types';

/** What one key held before it was written. */
interface Undo {
  at: number;
  sequence: number;
  key: string;
  before: string | undefined;
}

interface Journal {
  service: string;
  account: string;
  list: Undo[];
}

/** What a stale read sees. Its writes (an alarm that is evaluated) are lost. */
class FrozenCollection<T> implements Collection<T> {
  constructor(private readonly items: ReadonlyMap<string, string>) {}

  get size() {
    return this.items.size;
  }

  get(key: string): T | undefined {
    const text = this.items.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as T);
  }

  has(key: string) {
    return this.items.has(key);
  }

  keys() {
    return [...this.items.keys()];
  }

  values() {
    return [...this.items.values()].map(text => JSON.parse(text) as T);
  }

  entries() {
    return [...this.items].map(
      ([key, text]) => [key, JSON.parse(text)] as [string, T],
    );
  }

  set() {}

  clear() {}

  delete() {
    return false;
  }
}

/**
 * Remembers what collections held before each write while a stale read is
 * wanted, and shows them as they were.
 */
export class OlderStates {
  private readonly journals = new Map<string, Journal>();
  private readonly lastWrite = new Map<string, number>();
  private wanted = false;
  private sequence = 0;

  constructor(private readonly now: () => number) {}

  remember(isWanted: boolean) {
    if (!isWanted) {
      this.journals.clear();
      this.lastWrite.clear();
    }
    this.wanted = isWanted;
  }

  hasOlder(service: string, account: string): boolean {
    return this.lastWrite.has(`${service} ${account}`);
  }

  /** A call that changes a service's state begins. */
  writeBegins(service: string, account: string) {
    if (this.wanted) this.lastWrite.set(`${service} ${account}`, this.sequence);
  }

  /** Called by a collection before each write. */
  note(
    where: { file: string; service: string; account: string },
    key: string,
    before: string | undefined,
  ) {
    if (!this.wanted) return;
    this.sequence += 1;
    const journal = this.journals.get(where.file) ?? {
      service: where.service,
      account: where.account,
      list: [],
    };
    journal.list.push({
      at: this.now(),
      sequence: this.sequence,
      key,
      before,
    });
    this.journals.set(where.file, journal);
  }

  /**
   * A collection as it was.
   *
   * @param milliseconds - ago; before the account's last write without it
   */
  view<T>(
    where: { file: string; service: string; account: string },
    current: ReadonlyMap<string, string>,
    milliseconds: number | undefined,
  ): Collection<T> {
    const items = new Map(current);
    const since = this.now() - (milliseconds ?? 0);
    const last = this.lastWrite.get(`${where.service} ${where.account}`) ?? 0;
    for (const undo of [
      ...(this.journals.get(where.file)?.list ?? []),
    ].reverse()) {
      const isNewer =
        milliseconds === undefined ? undo.sequence > last : undo.at > since;
      if (!isNewer) break;
      if (undo.before === undefined) items.delete(undo.key);
      else items.set(undo.key, undo.before);
    }
    return new FrozenCollection<T>(items);
  }
}
