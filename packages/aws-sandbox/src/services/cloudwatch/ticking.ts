import type { Sandbox } from '../../core';
import { alarms, evaluate } from './alarms';
import { MORE_PERIODS } from './verdict';

const MINUTE_MS = 60_000;
const JOB = 'cloudwatch-alarms';

interface Ticking {
  /** Until when something can still change, ISO 8601. */
  until: string;
  /** The longest evaluation range of the account's alarms. */
  rangeMs: number;
}

function ticking(sandbox: Sandbox) {
  return sandbox.store<Ticking>('cloudwatch', 'all', 'ticking');
}

/**
 * Evaluates an account's alarms each minute of the sandbox's clock, while a state
 * can change: from new data, or a new alarm, until its range has passed it.
 */
export function keepTicking(
  sandbox: Sandbox,
  account: string,
  { isNewAlarm = false } = {},
) {
  if (alarms(sandbox, account).size === 0) return;
  const now = sandbox.clock.now().getTime();
  const before = ticking(sandbox).get(account);
  const rangeMs =
    before && !isNewAlarm ? before.rangeMs : longest(sandbox, account);
  // Cheap where data comes often: the end is moved once a minute.
  if (before && Date.parse(before.until) > now + rangeMs) return;
  const until = new Date(now + rangeMs + MINUTE_MS).toISOString();
  ticking(sandbox).set(account, { until, rangeMs });
  if (!before) scheduleNext(sandbox, account);
}

function longest(sandbox: Sandbox, account: string): number {
  return Math.max(
    ...alarms(sandbox, account)
      .values()
      .map(
        ({ settings: { EvaluationPeriods = 1, Period = 60 } }) =>
          (EvaluationPeriods + MORE_PERIODS + 1) * Math.max(60, Period) * 1000,
      ),
  );
}

function scheduleNext(sandbox: Sandbox, account: string) {
  const now = sandbox.clock.now().getTime();
  const next = (Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS;
  sandbox.jobs.schedule(JOB, new Date(next), { account });
}

/** Registers the job that evaluates. */
export function handleTicking(sandbox: Sandbox) {
  sandbox.jobs.handle<{ account: string }>(JOB, async ({ account }) => {
    for (const alarm of alarms(sandbox, account).values()) {
      evaluate(sandbox, account, alarm);
    }
    const { until } = ticking(sandbox).get(account) ?? { until: '' };
    if (until > sandbox.clock.now().toISOString()) {
      scheduleNext(sandbox, account);
    } else {
      ticking(sandbox).delete(account);
    }
  });
}
