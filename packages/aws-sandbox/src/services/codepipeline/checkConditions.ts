import type {
  PipelineDeclaration,
  Result,
  StageDeclaration,
} from '@aws-sdk/client-codepipeline';
import { AwsError } from '../../core';
import { declaredCondition } from './conditions';
import type { ConditionKind } from './model';
import { ruleKindOf } from './rules';

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-conditions.html */
const RESULTS: Record<ConditionKind, readonly Result[]> = {
  BEFORE_ENTRY: ['FAIL', 'SKIP'],
  ON_SUCCESS: ['ROLLBACK', 'FAIL'],
  ON_FAILURE: ['ROLLBACK', 'RETRY'],
};
const KINDS = Object.keys(RESULTS) as ConditionKind[];
const MOST_RULES = 5;

/**
 * Checks a stage's conditions as CreatePipeline does, and refuses by name the
 * rules that the sandbox does not have.
 *
 * @throws AwsError InvalidStageDeclarationException
 */
export function checkConditions(
  pipeline: PipelineDeclaration,
  stage: StageDeclaration,
  index: number,
) {
  const refuse = (what: string): never => {
    throw new AwsError(
      'InvalidStageDeclarationException',
      `Stage ${stage.name}: ${what}`,
    );
  };
  for (const kind of KINDS) {
    const condition = declaredCondition(stage, kind);
    if (!condition) continue;
    const { result = 'FAIL', rules = [] } = condition;
    if (pipeline.pipelineType !== 'V2') {
      refuse('conditions need pipeline type V2');
    }
    if (!RESULTS[kind].includes(result)) {
      refuse(`${result} is no result of a condition ${kind}`);
    }
    if (result === 'ROLLBACK' && pipeline.executionMode === 'PARALLEL') {
      refuse('a pipeline in PARALLEL mode rolls no stage back');
    }
    if (result === 'ROLLBACK' && index === 0) {
      refuse('a source stage cannot be rolled back');
    }
    if (
      (kind !== 'ON_FAILURE' && rules.length === 0) ||
      rules.length > MOST_RULES
    ) {
      refuse(`a condition has 1 to ${MOST_RULES} rules`);
    }
    for (const rule of rules) {
      const known = ruleKindOf(rule);
      if (!known) {
        refuse(
          `the rule ${rule.ruleTypeId?.provider} is not there in the sandbox`,
        );
      }
      for (const key of known?.required ?? []) {
        if (!rule.configuration?.[key]) {
          refuse(`rule ${rule.name} is missing the configuration '${key}'`);
        }
      }
    }
  }
}
