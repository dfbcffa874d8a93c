/**
 * One virtual time for many rollouts: where all of them wait, it moves to the
 * moment that the first of them waits for. Nobody waits for real.
 */
export class SharedTime {
  #offset = 0;
  #awake = 0;
  #asleep: { at: number; wake(): void }[] = [];
  #moving = false;

  constructor(
    /** Lets time pass in AWS; answers how far AWS is ahead of this machine. */
    private readonly pass: (ms: number) => Promise<number>,
  ) {}

  /** How far it is ahead of this machine, in milliseconds. */
  get offset(): number {
    return this.#offset;
  }

  get now(): number {
    return Date.now() + this.#offset;
  }

  /** Runs what others' waiting waits for. */
  async with<T>(run: () => Promise<T>): Promise<T> {
    if (this.#awake === 0 && this.#asleep.length === 0) {
      this.#offset = await this.pass(0);
    }
    this.#awake += 1;
    try {
      return await run();
    } finally {
      this.#awake -= 1;
      this.#move();
    }
  }

  /** Within `with`: waits for a moment, in milliseconds since 1970. */
  async until(at: number): Promise<void> {
    await new Promise<void>(wake => {
      this.#asleep.push({ at, wake });
      this.#awake -= 1;
      this.#move();
    });
  }

  /** Within `with`: what runs here never goes on. */
  async never(): Promise<never> {
    this.#awake -= 1;
    this.#move();
    return new Promise(() => {});
  }

  #move(): void {
    if (this.#awake > 0 || this.#moving || this.#asleep.length === 0) return;
    this.#moving = true;
    const first = Math.min(...this.#asleep.map(({ at }) => at));
    const ms = Math.max(0, first - Date.now() - this.#offset);
    this.pass(ms).then(
      offset => {
        this.#offset = offset;
        this.#moving = false;
        const now = Date.now() + offset;
        const due = this.#asleep.filter(({ at }) => at <= now);
        this.#asleep = this.#asleep.filter(({ at }) => at > now);
        this.#awake += due.length;
        for (const { wake } of due) wake();
        this.#move();
      },
      error => {
        process.stderr.write(`Time stands still: ${error}\n`);
        process.exit(1);
      },
    );
  }
}
