import { ageMs, Decision, LIMITS, SLOW_POLL_MS } from './decision';
import type { Observation } from './decision';
import type { RolloutRecord } from './model';

/**
 * Why the stack that the annotation names is not the target's: CloudFormation
 * says which stack holds a resource. A stack that does not hold the target is
 * somebody else's, and never changed.
 */
export function strangerStack(
  record: Pick<RolloutRecord, 'stackName' | 'targetArn'>,
  stack: Observation['stack'],
): string | undefined {
  if (!stack?.exists || stack.holdsTarget !== false) return undefined;
  return `Stack ${record.stackName} does not contain ${record.targetArn}, so Careplane changes nothing in it. Name the stack that does in careplane.dev/stack of the catalog-info.yaml.`;
}

/**
 * Why the target's own stack is not Careplane's any more: another tool made it
 * anew, and its template writes what is live (INV-16).
 */
export function takenStack(
  record: Pick<RolloutRecord, 'stackName'>,
  stack: Observation['stack'],
): string | undefined {
  if (!stack?.exists || !stack.holdsTarget || stack.owner !== 'stack') {
    return undefined;
  }
  return `Stack ${record.stackName} does not take the live value any more: another tool has updated it, so Careplane changes nothing in it.`;
}

/** Why it is not known whether the named stack holds the target. */
export function holderUnread(
  record: Pick<RolloutRecord, 'stackName'>,
  stack: Observation['stack'],
): string | undefined {
  if (!stack?.exists || stack.busy || stack.holdsTarget !== undefined) {
    return undefined;
  }
  return `Whether stack ${record.stackName} contains the target could not be read, so Careplane changes nothing in it yet. The read role needs cloudformation:DescribeStackResources.`;
}

/**
 * Undefined where a change set may be made or executed on the named stack:
 * there is none yet, or it holds the target and takes the live value. What cannot be told is waited for.
 */
export function stackShut(
  record: RolloutRecord,
  { stack }: Observation,
  now: number,
): { problem: string } | { wait: Decision } | undefined {
  const stranger = strangerStack(record, stack) ?? takenStack(record, stack);
  if (stranger) return { problem: stranger };
  const problem = holderUnread(record, stack);
  if (!problem) return undefined;
  return ageMs(record, now) > LIMITS.changeSet
    ? { problem }
    : { wait: { patch: { problem }, waitMs: SLOW_POLL_MS } };
}
