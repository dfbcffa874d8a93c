/**
 * Turns a stream of hints into few readings: the first about a key is acted
 * on after a moment, further ones once more after a while, so that what is
 * read is never older than the last hint and a storm costs little.
 */
export class Wakeups {
  readonly #act: (key: string) => Promise<unknown>;
  readonly #settleMs: number;
  readonly #pauseMs: number;
  readonly #keys = new Map<
    string,
    { timer?: NodeJS.Timeout; again: boolean }
  >();
  #stopped = false;

  constructor(options: {
    /** Its rejection is the caller's to log; it changes nothing here. */
    act: (key: string) => Promise<unknown>;
    /** What belongs together comes within this time. */
    settleMs?: number;
    /** Between two acts on the same key. */
    pauseMs?: number;
  }) {
    this.#act = options.act;
    this.#settleMs = options.settleMs ?? 300;
    this.#pauseMs = options.pauseMs ?? 3_000;
  }

  hint(key: string): void {
    if (this.#stopped) return;
    const known = this.#keys.get(key);
    if (known) {
      known.again = true;
      return;
    }
    this.#later(key, this.#settleMs);
  }

  stop(): void {
    this.#stopped = true;
    for (const { timer } of this.#keys.values()) clearTimeout(timer);
    this.#keys.clear();
  }

  #later(key: string, delay: number): void {
    const timer = setTimeout(() => this.#run(key), delay);
    timer.unref();
    this.#keys.set(key, { timer, again: false });
  }

  async #run(key: string): Promise<void> {
    const entry = this.#keys.get(key);
    if (entry) entry.again = false;
    await this.#act(key).catch(() => {
      // The next hint, or the next round of polling, looks again.
    });
    if (this.#stopped) return;
    const timer = setTimeout(() => {
      const { again } = this.#keys.get(key) ?? {};
      this.#keys.delete(key);
      if (again && !this.#stopped) this.#later(key, 0);
    }, this.#pauseMs);
    timer.unref();
    this.#keys.set(key, { timer, again: this.#keys.get(key)?.again ?? false });
  }
}
