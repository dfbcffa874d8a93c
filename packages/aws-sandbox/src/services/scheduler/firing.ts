import { AwsError, type Sandbox } from '../../core';
import { ship } from '../delivery/courier';
import { keyOf, schedulesOf, type ScheduleRecord } from './model';

const FIRE = 'scheduler.fire';

interface Firing {
  account: string;
  key: string;
}

const invalid = (message: string) =>
  new AwsError('ValidationException', message);

/**
 * When a one-time expression fires, in UTC.
 * @throws AwsError ValidationException
 */
export function momentOf(expression: string, timezone: string): Date {
  const match = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression);
  if (!match) {
    if (/^(rate|cron)\(/.test(expression)) {
      throw invalid(
        `The sandbox has one-time schedules, at(...), only, not ${expression}`,
      );
    }
    throw invalid(`Invalid Schedule Expression ${expression}.`);
  }
  if (!/^(UTC|Etc\/UTC|GMT)$/.test(timezone)) {
    throw invalid(
      `The sandbox has schedules in the time zone UTC only, not ${timezone}`,
    );
  }
  const moment = new Date(`${match[1]}Z`);
  if (Number.isNaN(moment.getTime())) {
    throw invalid(`Invalid Schedule Expression ${expression}.`);
  }
  return moment;
}

/** Cancels what waited, and waits anew. A moment that has passed fires at once. */
export function arm(
  sandbox: Sandbox,
  account: string,
  record: ScheduleRecord,
): ScheduleRecord {
  if (record.job) sandbox.jobs.cancel(record.job);
  const key = keyOf(record.group, record.name);
  const at = momentOf(record.expression, record.timezone);
  const job =
    record.state === 'DISABLED'
      ? undefined
      : sandbox.jobs.schedule(FIRE, at, { account, key });
  const armed = { ...record, job };
  schedulesOf(sandbox, account).set(key, armed);
  return armed;
}

export function disarm(
  sandbox: Sandbox,
  account: string,
  record: ScheduleRecord,
) {
  if (record.job) sandbox.jobs.cancel(record.job);
  schedulesOf(sandbox, account).delete(keyOf(record.group, record.name));
}

export function handleFiring(sandbox: Sandbox) {
  sandbox.jobs.handle<Firing>(FIRE, async ({ account, key }) => {
    const schedules = schedulesOf(sandbox, account);
    const record = schedules.get(key);
    const now = sandbox.clock.now();
    // It may have been moved while this job waited for its turn.
    if (!record || record.state === 'DISABLED') return;
    if (momentOf(record.expression, record.timezone) > now) return;
    const { target } = record;
    ship(sandbox, {
      arn: target.Arn ?? '',
      input: target.Input ?? '{}',
      account,
      sender: 'scheduler.amazonaws.com',
      roleArn: target.RoleArn,
      deadLetterArn: target.DeadLetterConfig?.Arn,
      maxAttempts: target.RetryPolicy?.MaximumRetryAttempts,
      maxAgeSeconds: target.RetryPolicy?.MaximumEventAgeInSeconds,
    });
    if (record.deletesItself) schedules.delete(key);
    else schedules.set(key, { ...record, job: undefined });
  });
}
