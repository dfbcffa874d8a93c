import { AwsCallContext, toBackstageError } from '@careplane/aws-node';

/**
 * Turns what an SDK client throws into a Backstage error that says what to do.
 * Errors of an action's own pass: they say it already.
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
    throw fromSdk ? toBackstageError(error, context) : error;
  }
}
