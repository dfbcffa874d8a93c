import { AwsCallContext, toBackstageError } from '@careplane/aws-node';

/**
 * Turns what an SDK client throws into a Backstage error that says what to do.
 * Errors of an action's own pass: they say it already. None brings its stack: the
 * scaffolder would print that in the log that people read, paths of this machine
 * included. Only a programming error keeps it.
 */
export async function explain<T>(
  context: AwsCallContext,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    // Every client adds this to whatever it throws, network errors included.
    const fromSdk =
      typeof error === 'object' && error !== null && '$metadata' in error;
    const said = fromSdk ? toBackstageError(error, context) : error;
    if (said instanceof Error && !isProgrammingError(said)) {
      said.stack = `${said.name}: ${said.message}`;
    }
    throw said;
  }
}

function isProgrammingError(error: Error): boolean {
  return (
    error instanceof TypeError ||
    error instanceof ReferenceError ||
    error instanceof RangeError
  );
}
