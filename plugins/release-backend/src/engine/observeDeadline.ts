import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import type { Observation } from './decision';
import { mayHaveFired } from './decideDeadline';
import type { RolloutRecord } from './model';
import type { Carriers } from './Observer';

/**
 * Reads what guards a canary while Careplane is away, where a decision needs
 * it. What cannot be read is left out, and never taken for a guard.
 */
export async function observeDeadline(
  record: RolloutRecord,
  target: TargetRef,
  observation: Observation,
  now: number,
  carriers: Carriers,
): Promise<Pick<Observation, 'guard' | 'lastWriter'>> {
  const port = carriers.deadlines?.();
  const isCanary =
    target.kind === 'lambda-alias' && record.strategy.steps.length > 0;
  if (!isCanary) return {};
  if (record.state === 'PREFLIGHT') {
    if (!port) {
      const reason = 'No module of this backend guards canaries.';
      return { guard: { guarded: false, reason } };
    }
    try {
      return { guard: await port.supports(target) };
    } catch {
      return {};
    }
  }
  if (!port || !mayHaveFired(record, observation, now)) return {};
  try {
    const lastWriter = await port.lastWriter(target, record.deadline!.at);
    return lastWriter ? { lastWriter } : {};
  } catch {
    return {};
  }
}
