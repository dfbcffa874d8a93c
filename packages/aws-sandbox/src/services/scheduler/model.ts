import type {
  FlexibleTimeWindow,
  ScheduleState,
  Target,
} from '@aws-sdk/client-scheduler';
import { AwsError, type Collection, type Sandbox } from '../../core';

export const DEFAULT_GROUP = 'default';

export interface ScheduleRecord {
  name: string;
  group: string;
  arn: string;
  expression: string;
  timezone: string;
  state: ScheduleState;
  window: FlexibleTimeWindow;
  target: Target;
  description?: string;
  deletesItself: boolean;
  kmsKeyArn?: string;
  clientToken?: string;
  /** ISO 8601. */
  created: string;
  modified: string;
  /** The job that will fire it; none after it has. */
  job?: string;
}

export interface GroupRecord {
  name: string;
  arn: string;
  created: string;
}

export const keyOf = (group: string, name: string) => `${group}/${name}`;

export function schedulesOf(
  sandbox: Sandbox,
  account: string,
): Collection<ScheduleRecord> {
  return sandbox.store<ScheduleRecord>('scheduler', account, 'schedules');
}

export function groupsOf(
  sandbox: Sandbox,
  account: string,
): Collection<GroupRecord> {
  return sandbox.store<GroupRecord>('scheduler', account, 'groups');
}

/** @throws AwsError ResourceNotFoundException */
export function requireSchedule(
  sandbox: Sandbox,
  account: string,
  name: string,
  group = DEFAULT_GROUP,
): ScheduleRecord {
  const found = schedulesOf(sandbox, account).get(keyOf(group, name));
  if (found) return found;
  throw new AwsError(
    'ResourceNotFoundException',
    `Schedule ${name} does not exist.`,
  );
}

/** @throws AwsError ResourceNotFoundException */
export function requireGroup(sandbox: Sandbox, account: string, name: string) {
  if (name === DEFAULT_GROUP || groupsOf(sandbox, account).has(name)) return;
  throw new AwsError(
    'ResourceNotFoundException',
    `Schedule group ${name} does not exist.`,
  );
}
