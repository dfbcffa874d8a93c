import { AwsError, type Sandbox } from '../../core';
import { handOver, type Parcel } from './targets';

const ATTEMPT = 'delivery.attempt';
/** Delays grow from here on; AWS names no figure. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 15 * 60_000;

/** AWS's own limits, which are the defaults. */
const MOST_ATTEMPTS = 185;
const OLDEST_SECONDS = 86_400;

export interface Shipment extends Parcel {
  deadLetterArn?: string;
  maxAttempts?: number;
  maxAgeSeconds?: number;
}

interface Attempt extends Shipment {
  attempt: number;
  /** Milliseconds on the sandbox's clock. */
  since: number;
}

/** Registers the job that brings parcels to their targets. */
export function handleDeliveries(sandbox: Sandbox) {
  sandbox.jobs.handle<Attempt>(ATTEMPT, run => attempt(sandbox, run));
}

/**
 * Brings an event to a target, at least once: by a job that survives a restart,
 * with retries while the target is throttled or fails, then to the dead-letter
 * queue. What is refused for good goes there at once.
 */
export function ship(sandbox: Sandbox, shipment: Shipment) {
  const now = sandbox.clock.now();
  sandbox.jobs.schedule(ATTEMPT, now, {
    ...shipment,
    attempt: 0,
    since: now.getTime(),
  });
}

async function attempt(sandbox: Sandbox, run: Attempt): Promise<void> {
  try {
    await handOver(sandbox, run);
  } catch (error) {
    const now = sandbox.clock.now().getTime();
    const delay = Math.min(FIRST_RETRY_MS * 2 ** run.attempt, LONGEST_RETRY_MS);
    const allowed = run.attempt < (run.maxAttempts ?? MOST_ATTEMPTS);
    const young =
      now + delay <= run.since + (run.maxAgeSeconds ?? OLDEST_SECONDS) * 1000;
    if (isPassing(error) && allowed && young) {
      const next = { ...run, attempt: run.attempt + 1 };
      sandbox.jobs.schedule(ATTEMPT, new Date(now + delay), next);
      return;
    }
    await giveUp(sandbox, run, error);
  }
}

async function giveUp(sandbox: Sandbox, run: Attempt, error: unknown) {
  const code = error instanceof AwsError ? error.code : String(error);
  sandbox.log.warn(`${run.sender} could not deliver to ${run.arn}: ${code}`);
  if (!run.deadLetterArn) return;
  await handOver(sandbox, { ...run, arn: run.deadLetterArn }).catch(lost =>
    sandbox.log.warn(`Its dead-letter queue refused it: ${lost.message}`),
  );
}

/** Throttling and failures of the service pass; refusals do not. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof AwsError)) return true;
  return (
    (error.status ?? 400) >= 500 ||
    /Throttl|TooManyRequests|ServiceException|InternalFailure/.test(error.code)
  );
}
