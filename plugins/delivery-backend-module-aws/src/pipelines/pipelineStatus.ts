import type {
  ActionExecutionDetail,
  GetPipelineStateOutput,
  PipelineDeclaration,
  PipelineExecutionSummary,
} from '@aws-sdk/client-codepipeline';
import { consoleUrl, pipelineExecutionUrl } from '@careplane/aws-common';
import type {
  ActionState,
  PipelineAction,
  PipelineExecution,
  PipelineStage,
  PipelineStatus,
} from '@careplane/backstage-plugin-delivery-common';
import { redactMessage } from '../log/redact';

/** What four reading calls say about one pipeline. */
export interface PipelineFacts {
  arn: string;
  definition: PipelineDeclaration;
  state: GetPipelineStateOutput;
  /** Newest first. */
  executions: PipelineExecutionSummary[];
  /** Actions of the newest execution. */
  actions: ActionExecutionDetail[];
}

const RECENT = 10;

/**
 * AWS's statuses of executions, stages and actions:
 * https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineExecution.html
 */
const STATES: Record<string, ActionState> = {
  Succeeded: 'succeeded',
  Failed: 'failed',
  InProgress: 'in-progress',
  Stopping: 'in-progress',
  Stopped: 'stopped',
  Cancelled: 'stopped',
  Superseded: 'abandoned',
  Abandoned: 'abandoned',
  Skipped: 'not-run',
};

function toState(status: string | undefined): ActionState {
  return (status && STATES[status]) || 'unknown';
}

const RUNNING: ActionState[] = ['in-progress'];

function times(
  state: ActionState,
  start: Date | undefined,
  end: Date | undefined,
) {
  const endedAt = RUNNING.includes(state) ? undefined : end;
  return {
    startedAt: start?.toISOString(),
    endedAt: endedAt?.toISOString(),
    durationSeconds:
      start && endedAt
        ? Math.max(0, Math.round((endedAt.getTime() - start.getTime()) / 1000))
        : undefined,
  };
}

/** GitHub, GitLab and Bitbucket sources put JSON where others put text. */
function summaryOf(summary: string | undefined): string | undefined {
  if (!summary?.startsWith('{')) return redactMessage(summary);
  try {
    const { CommitMessage } = JSON.parse(summary);
    return typeof CommitMessage === 'string'
      ? redactMessage(CommitMessage)
      : undefined;
  } catch {
    return redactMessage(summary);
  }
}

function toExecution(summary: PipelineExecutionSummary): PipelineExecution {
  const state = toState(summary.status);
  const source = summary.sourceRevisions?.[0];
  return {
    id: summary.pipelineExecutionId ?? '',
    state,
    ...times(state, summary.startTime, summary.lastUpdateTime),
    trigger: summary.trigger?.triggerType,
    revision: source?.revisionId,
    revisionSummary: summaryOf(source?.revisionSummary),
  };
}

function linkOf(url: string | undefined, fallback: string): string {
  return url?.startsWith('https://') ? url : fallback;
}

/** Only `buildId`, times and a redacted line go out; a token never does. */
function toAction(
  declared: { stage: string; name: string; category: string; provider: string },
  facts: PipelineFacts,
): PipelineAction {
  const execution = facts.executions[0];
  const detail = facts.actions
    .filter(
      one =>
        one.stageName === declared.stage && one.actionName === declared.name,
    )
    .sort(
      (a, b) => (b.startTime?.getTime() ?? 0) - (a.startTime?.getTime() ?? 0),
    )[0];
  if (!detail) return { ...declared, state: 'not-run' };

  const state = toState(detail.status);
  const result = detail.output?.executionResult;
  const failed = state === 'failed';
  return {
    ...declared,
    state,
    ...times(state, detail.startTime, detail.lastUpdateTime),
    revision: execution?.sourceRevisions?.find(
      one => one.actionName === declared.name,
    )?.revisionId,
    error: failed
      ? redactMessage(
          result?.errorDetails?.message ?? result?.externalExecutionSummary,
        ) ?? 'AWS gives no reason.'
      : undefined,
    url: linkOf(
      result?.externalExecutionUrl,
      pipelineExecutionUrl(facts.arn, detail.pipelineExecutionId ?? ''),
    ),
    buildId:
      declared.provider === 'CodeBuild'
        ? result?.externalExecutionId
        : undefined,
  };
}

/** A stage is what its worst action is; it succeeded when all of them did. */
function stageState(actions: PipelineAction[]): ActionState {
  const states = actions.map(action => action.state);
  const worst = (
    ['failed', 'in-progress', 'stopped', 'abandoned'] as const
  ).find(state => states.includes(state));
  if (worst) return worst;
  if (states.every(state => state === 'not-run')) return 'not-run';
  if (states.every(state => state === 'succeeded')) return 'succeeded';
  return states.includes('not-run') ? 'in-progress' : 'unknown';
}

function toStage(
  declared: NonNullable<PipelineDeclaration['stages']>[number],
  facts: PipelineFacts,
): PipelineStage {
  const name = declared.name ?? '';
  const transition = facts.state.stageStates?.find(
    one => one.stageName === name,
  )?.inboundTransitionState;
  const actions = [...(declared.actions ?? [])]
    .sort((a, b) => (a.runOrder ?? 1) - (b.runOrder ?? 1))
    .map(action =>
      toAction(
        {
          stage: name,
          name: action.name ?? '',
          category: action.actionTypeId?.category ?? 'Unknown',
          provider: action.actionTypeId?.provider ?? 'Unknown',
        },
        facts,
      ),
    );
  return {
    name,
    state: stageState(actions),
    actions,
    transitionDisabledReason:
      transition?.enabled === false
        ? redactMessage(transition.disabledReason) ?? 'No reason was given.'
        : undefined,
  };
}

/** Turns AWS's answers into the facts that are stored and shown. */
export function toPipelineStatus(facts: PipelineFacts): PipelineStatus {
  const executions = facts.executions.map(toExecution);
  return {
    arn: facts.arn,
    name: facts.definition.name ?? facts.state.pipelineName ?? '',
    url: consoleUrl(facts.arn),
    state: executions[0]?.state ?? 'not-run',
    execution: executions[0],
    stages: (facts.definition.stages ?? []).map(stage => toStage(stage, facts)),
    recent: executions.slice(0, RECENT),
    lastSuccess: executions.find(one => one.state === 'succeeded'),
  };
}
