import { randomUUID } from 'node:crypto';
import type {
  Condition,
  Result,
  RuleDeclaration,
  StageDeclaration,
} from '@aws-sdk/client-codepipeline';
import { asRole, namespacesOf } from './actionRun';
import type { ExecutionFile } from './ExecutionFile';
import {
  conditionOf,
  type ConditionKind,
  type ConditionRecord,
  type ExecutionRecord,
  type RuleRecord,
} from './model';
import { ruleKindOf } from './rules';
import { resolveVariables } from './variables';

/** `met`, `waits`, or what to do because it is not met. */
export type Verdict = 'met' | 'waits' | Result;

/** The condition of a kind; a failure's result may stand without one. */
export function declaredCondition(
  stage: StageDeclaration,
  kind: ConditionKind,
): Condition | undefined {
  switch (kind) {
    case 'BEFORE_ENTRY':
      return stage.beforeEntry?.conditions?.[0];
    case 'ON_SUCCESS':
      return stage.onSuccess?.conditions?.[0];
    default:
      return (
        stage.onFailure?.conditions?.[0] ??
        (stage.onFailure?.result && { result: stage.onFailure.result })
      );
  }
}

/**
 * Checks a stage's condition as far as it goes now. A rollback checks none.
 *
 * @returns the verdict, and after how many milliseconds to look again
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works-conditions.html
 */
export async function checkCondition(
  file: ExecutionFile,
  stage: StageDeclaration,
  kind: ConditionKind,
): Promise<{ verdict: Verdict; again: number }> {
  const execution = file.read();
  const declared = declaredCondition(stage, kind);
  const verdict = (is: Verdict, again = Infinity) => ({ verdict: is, again });
  if (!execution || execution.rollbackOf || !declared) return verdict('met');
  const result = declared.result ?? 'FAIL';
  if (!declared.rules?.length) return verdict(result);

  const before =
    conditionOf(execution, stage.name ?? '', kind) ??
    begin(file, stage.name ?? '', kind, declared);
  if (['Succeeded', 'Overridden'].includes(before.status)) {
    return verdict('met');
  }
  if (before.status !== 'InProgress') return verdict(result);

  let again = Infinity;
  const rules: RuleRecord[] = [];
  for (const [index, rule] of before.rules.entries()) {
    const looked =
      rule.status === 'InProgress'
        ? await look(file, execution, declared.rules[index], rule)
        : { rule, again: Infinity };
    rules.push(looked.rule);
    again = Math.min(again, looked.again);
  }
  const status = statusOf(rules);
  file.change(draft => {
    const record = draft.conditions?.find(({ id }) => id === before.id);
    // It may have been overridden while its rules looked.
    if (record?.status !== 'InProgress') return;
    Object.assign(record, { rules, status, updated: file.now() });
  });
  const after = file.read();
  const now = after && conditionOf(after, stage.name ?? '', kind)?.status;
  if (now === 'InProgress') return verdict('waits', again);
  return verdict(now === 'Failed' ? result : 'met');
}

function begin(
  file: ExecutionFile,
  stage: string,
  kind: ConditionKind,
  declared: Condition,
): ConditionRecord {
  const now = file.now();
  const record: ConditionRecord = {
    id: randomUUID(),
    stage,
    kind,
    status: 'InProgress',
    result: declared.result ?? 'FAIL',
    start: now,
    updated: now,
    rules: (declared.rules ?? []).map(rule => ({
      id: randomUUID(),
      name: rule.name ?? '',
      status: 'InProgress',
      start: now,
      updated: now,
      configuration: { ...rule.configuration },
    })),
  };
  file.change(draft => {
    draft.conditions = [...(draft.conditions ?? []), record];
  });
  return record;
}

async function look(
  file: ExecutionFile,
  execution: ExecutionRecord,
  declaration: RuleDeclaration | undefined,
  rule: RuleRecord,
): Promise<{ rule: RuleRecord; again: number }> {
  const kind = declaration && ruleKindOf(declaration);
  try {
    if (!kind || !declaration)
      throw new Error(`Rule ${rule.name} cannot be run`);
    const resolved = {
      ...rule,
      configuration: resolveVariables(
        declaration.configuration ?? {},
        namespacesOf(file, execution),
      ),
    };
    const { again = Infinity, ...progress } = await kind.check({
      sandbox: file.sandbox,
      rule: resolved,
      as: asRole(
        declaration.roleArn ?? execution.declaration.roleArn,
        file.account,
        execution.id,
        declaration.region ?? 'us-east-1',
      ),
    });
    return { rule: { ...resolved, ...progress, updated: file.now() }, again };
  } catch (error) {
    return {
      rule: {
        ...rule,
        status: 'Failed',
        updated: file.now(),
        error: {
          code: 'ConfigurationError',
          message: (error as Error).message,
        },
      },
      again: Infinity,
    };
  }
}

/** One rule that fails is enough. */
function statusOf(rules: RuleRecord[]): ConditionRecord['status'] {
  if (rules.some(({ status }) => status === 'Failed')) return 'Failed';
  return rules.some(({ status }) => status === 'InProgress')
    ? 'InProgress'
    : 'Succeeded';
}
