import type { Sandbox } from '../../core';
import { declarationOf } from './ExecutionFile';
import type { ExecutionRecord } from './model';

/** EventBridge's word for a status; a beginning is STARTED. */
const wordOf = (status: string) =>
  status === 'InProgress'
    ? 'STARTED'
    : status.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();

/**
 * Tells EventBridge what has changed between two looks at an execution.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
 */
export function tellChanges(
  sandbox: Sandbox,
  before: ExecutionRecord | undefined,
  after: ExecutionRecord,
) {
  const tell = (what: string, state: string, detail: object = {}) =>
    sandbox.events.emit({
      account: after.account,
      source: 'aws.codepipeline',
      detailType: `CodePipeline ${what} Execution State Change`,
      resources: [
        `arn:aws:codepipeline:us-east-1:${after.account}:${after.pipeline}`,
      ],
      detail: {
        pipeline: after.pipeline,
        'execution-id': after.id,
        version: after.version,
        state: wordOf(state),
        ...detail,
      },
    });

  if (before?.status !== after.status) tell('Pipeline', after.status);
  for (const [stage, status] of Object.entries(after.stages)) {
    if (before?.stages[stage] !== status) tell('Stage', status, { stage });
  }
  const known = new Map(before?.actions.map(one => [one.id, one.status]));
  for (const record of after.actions) {
    if (known.get(record.id) === record.status) continue;
    const type = declarationOf(after, record)?.actionTypeId;
    tell('Action', record.status, {
      stage: record.stage,
      action: record.action,
      region: 'us-east-1',
      type: {
        owner: type?.owner,
        category: type?.category,
        provider: type?.provider,
        version: type?.version,
      },
    });
  }
}
