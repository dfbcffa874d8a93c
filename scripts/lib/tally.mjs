/** Counts of a suite; a suite that broke before it could count is one failure. */
export class Tally {
  #suites = [];

  add(name, { passed, failed, skipped }) {
    this.#suites.push({ name, passed, failed, skipped });
  }

  /** One check that either holds or does not. */
  check(name, holds) {
    this.add(name, {
      passed: holds ? 1 : 0,
      failed: holds ? 0 : 1,
      skipped: 0,
    });
  }

  skip(name) {
    this.add(name, { passed: 0, failed: 0, skipped: 1 });
  }

  total() {
    const sum = key =>
      this.#suites.reduce((total, suite) => total + suite[key], 0);
    return {
      passed: sum('passed'),
      failed: sum('failed'),
      skipped: sum('skipped'),
    };
  }

  print() {
    const width = Math.max(...this.#suites.map(({ name }) => name.length));
    process.stdout.write('\n');
    for (const { name, passed, failed, skipped } of this.#suites) {
      process.stdout.write(
        `${name.padEnd(
          width,
        )}  ${passed} passed, ${failed} failed, ${skipped} skipped\n`,
      );
    }
    const { passed, failed, skipped } = this.total();
    process.stdout.write(
      `\ntests: ${passed} passed, ${failed} failed, ${skipped} skipped\n`,
    );
  }
}
