// What the two commands say to the person who runs them.

const started = Date.now();

/** Prints one line of progress with the seconds since the start. */
export function say(message) {
  const seconds = ((Date.now() - started) / 1000).toFixed(0).padStart(3);
  process.stdout.write(`[${seconds} s] ${message}\n`);
}

/** A failure that the person can do something about: no stack is shown. */
export class Stop extends Error {}

/** Runs `main` and turns a `Stop` into its sentence and exit code 1. */
export async function run(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exit(1);
  }
}
