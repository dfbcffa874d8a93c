import type { DescribeChangeSetOutput } from '@aws-sdk/client-cloudformation';
import { isCodeOnly, StackChange, stackChanges } from './changes';

/** What CloudFormation says when nothing differs. */
export const NO_CHANGES =
  /didn't contain changes|no updates are to be performed/i;

export interface ChangeSetOutcome {
  status: 'pending' | 'ready' | 'empty' | 'failed' | 'executed' | 'stale';
  reason?: string;
  changes: StackChange[];
  codeOnly: boolean;
}

const EXECUTIONS: Partial<Record<string, ChangeSetOutcome['status']>> = {
  EXECUTE_IN_PROGRESS: 'executed',
  EXECUTE_COMPLETE: 'executed',
  EXECUTE_FAILED: 'failed',
};

/** What a change set has come to. One that is gone, or overtaken, is stale. */
export function changeSetOutcome(
  found: DescribeChangeSetOutput | undefined,
): ChangeSetOutcome {
  const none = { changes: [], codeOnly: false };
  if (!found) {
    const reason = 'The change set is no longer there.';
    return { status: 'stale', reason, ...none };
  }
  const reason = found.StatusReason?.slice(0, 300);
  const facts = {
    changes: stackChanges(found.Changes ?? []),
    codeOnly: isCodeOnly(found.Changes ?? []),
  };
  switch (found.Status) {
    case 'CREATE_PENDING':
    case 'CREATE_IN_PROGRESS':
      return { status: 'pending', ...none };
    case 'CREATE_COMPLETE':
      if (found.ExecutionStatus === 'AVAILABLE') {
        return { status: 'ready', ...facts };
      }
      return {
        status: EXECUTIONS[found.ExecutionStatus ?? ''] ?? 'stale',
        reason: reason ?? `It is ${found.ExecutionStatus}.`,
        ...facts,
      };
    case 'FAILED':
      return NO_CHANGES.test(reason ?? '')
        ? { status: 'empty', ...none }
        : { status: 'failed', reason, ...facts };
    default:
      return { status: 'stale', reason, ...none };
  }
}
