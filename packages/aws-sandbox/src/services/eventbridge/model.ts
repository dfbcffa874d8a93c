import type { Target } from '@aws-sdk/client-eventbridge';
import { AwsError, type Collection, type Sandbox } from '../../core';

export interface RuleRecord {
  name: string;
  arn: string;
  pattern: string;
  description?: string;
  enabled: boolean;
  /** Read-only calls too, which other rules do not get. */
  withReads?: boolean;
  roleArn?: string;
  targets: Target[];
  tags: Record<string, string>;
}

/** Events find their rules on the account's default bus only. */
export const DEFAULT_BUS = 'default';

export function rulesOf(
  sandbox: Sandbox,
  account: string,
): Collection<RuleRecord> {
  return sandbox.store<RuleRecord>('eventbridge', account, 'rules');
}

/** @throws AwsError ResourceNotFoundException */
export function requireRule(
  sandbox: Sandbox,
  account: string,
  name: string,
): RuleRecord {
  const rule = rulesOf(sandbox, account).get(name);
  if (rule) return rule;
  throw new AwsError(
    'ResourceNotFoundException',
    `Rule ${name} does not exist on EventBus ${DEFAULT_BUS}.`,
  );
}

/** @throws AwsError ResourceNotFoundException for any other bus. */
export function requireDefaultBus(nameOrArn: string | undefined) {
  if (!nameOrArn || nameOrArn.split('/').pop() === DEFAULT_BUS) return;
  throw new AwsError(
    'ResourceNotFoundException',
    `Event bus ${nameOrArn} does not exist: the sandbox has the default bus only.`,
  );
}
