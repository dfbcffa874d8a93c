import type {
  ListRuleExecutionsInput,
  RuleExecutionDetail,
  StageConditionState,
} from '@aws-sdk/client-codepipeline';
import type { CallContext } from '../../core';
import { page } from '../logs/page';
import { declaredCondition } from './conditions';
import {
  conditionOf,
  type ConditionKind,
  type ConditionRecord,
  type ExecutionRecord,
  type PipelineRecord,
  type RuleRecord,
} from './model';
import { newestFirst } from './views';

/** What GetPipelineState says of a stage's conditions. */
export function conditionStates(
  pipeline: PipelineRecord,
  name: string,
  current: ExecutionRecord,
) {
  const stage = pipeline.declaration.stages?.find(one => one.name === name);
  const state = (kind: ConditionKind): StageConditionState | undefined => {
    if (!stage || !declaredCondition(stage, kind)) return undefined;
    const record = conditionOf(current, name, kind);
    if (!record) return {};
    const summary = record.rules.find(
      ({ status }) => status === 'Failed',
    )?.summary;
    return {
      latestExecution: { status: record.status, summary },
      conditionStates: [
        {
          latestExecution: {
            status: record.status,
            summary,
            lastStatusChange: new Date(record.updated),
          },
          ruleStates: record.rules.map(rule => ({
            ruleName: rule.name,
            latestExecution: {
              ruleExecutionId: rule.id,
              status: rule.status,
              summary: rule.summary,
              lastStatusChange: new Date(rule.updated),
              errorDetails: rule.error,
            },
          })),
        },
      ],
    };
  };
  return {
    beforeEntryConditionState: state('BEFORE_ENTRY'),
    onSuccessConditionState: state('ON_SUCCESS'),
    onFailureConditionState: state('ON_FAILURE'),
  };
}

export function listRuleExecutions(
  input: Partial<ListRuleExecutionsInput>,
  ctx: CallContext,
) {
  const latest = input.filter?.latestInPipelineExecution?.pipelineExecutionId;
  const only = input.filter?.pipelineExecutionId ?? latest;
  const details = newestFirst(input.pipelineName, ctx)
    .filter(execution => !only || execution.id === only)
    .flatMap(execution =>
      (execution.conditions ?? [])
        .filter(condition => !latest || !condition.retired)
        .flatMap(condition =>
          condition.rules.map((rule, index) =>
            ruleDetail(execution, condition, rule, index),
          ),
        )
        .reverse(),
    );
  const { items, nextToken } = page(
    details,
    input.maxResults ?? 100,
    input.nextToken,
    'InvalidNextTokenException',
  );
  return { ruleExecutionDetails: items, nextToken };
}

function ruleDetail(
  execution: ExecutionRecord,
  condition: ConditionRecord,
  rule: RuleRecord,
  index: number,
): RuleExecutionDetail {
  const stage = execution.declaration.stages?.find(
    ({ name }) => name === condition.stage,
  );
  const declaration =
    stage && declaredCondition(stage, condition.kind)?.rules?.[index];
  return {
    pipelineExecutionId: execution.id,
    ruleExecutionId: rule.id,
    pipelineVersion: execution.version,
    stageName: condition.stage,
    ruleName: rule.name,
    startTime: new Date(rule.start),
    lastUpdateTime: new Date(rule.updated),
    updatedBy: condition.updatedBy,
    status: rule.status,
    input: {
      ruleTypeId: declaration?.ruleTypeId,
      configuration: declaration?.configuration,
      resolvedConfiguration: rule.configuration,
      roleArn: declaration?.roleArn,
      region: declaration?.region ?? 'us-east-1',
      inputArtifacts: [],
    },
    output: {
      executionResult: {
        externalExecutionSummary: rule.summary,
        errorDetails: rule.error,
      },
    },
  };
}
