import type {
  ActionDeclaration,
  PipelineDeclaration,
} from '@aws-sdk/client-codepipeline';
import { AwsError } from '../../core';
import { DRIVERS } from './actions';
import { checkConditions } from './checkConditions';
import { providerOf } from './model';

const NAME = /^[A-Za-z0-9.@\-_]{1,100}$/;

/**
 * Checks a pipeline's structure as CreatePipeline does, and refuses by name
 * what the sandbox does not have.
 *
 * @throws AwsError InvalidStructureException, InvalidStageDeclarationException,
 * InvalidActionDeclarationException
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html
 */
export function checkStructure(declaration: PipelineDeclaration) {
  const { name, stages = [], executionMode } = declaration;
  if (!NAME.test(name ?? '')) {
    structure(`Pipeline name ${name} must match [A-Za-z0-9.@\\-_]{1,100}`);
  }
  const isV2 = declaration.pipelineType === 'V2';
  if (executionMode && executionMode !== 'SUPERSEDED' && !isV2) {
    structure(`Execution mode ${executionMode} needs pipeline type V2`);
  }
  if (stages.length < 2) {
    structure(
      'Pipeline has fewer than 2 stages. Pipelines must have at least 2 stages.',
    );
  }
  if (!declaration.artifactStore?.location) {
    structure('Pipeline must have an artifact store with a location');
  }
  const stageNames = stages.map(stage => stage.name);
  if (new Set(stageNames).size < stageNames.length) {
    structure('Stage names must be unique within a pipeline');
  }
  const artifacts = new Set<string>();
  stages.forEach((stage, index) => {
    const actions = stage.actions ?? [];
    if (!NAME.test(stage.name ?? '') || actions.length === 0) {
      throw new AwsError(
        'InvalidStageDeclarationException',
        `Stage ${stage.name} must have a valid name and at least one action`,
      );
    }
    checkConditions(declaration, stage, index);
    const names = actions.map(action => action.name);
    if (new Set(names).size < names.length) {
      throw new AwsError(
        'InvalidActionDeclarationException',
        `Action names must be unique within stage ${stage.name}`,
      );
    }
    [...actions]
      .sort((a, b) => (a.runOrder ?? 1) - (b.runOrder ?? 1))
      .forEach(action => checkAction(action, index, artifacts));
  });
}

function checkAction(
  action: ActionDeclaration,
  stageIndex: number,
  artifacts: Set<string>,
) {
  const isSource = action.actionTypeId?.category === 'Source';
  if (!NAME.test(action.name ?? '')) {
    invalid(`Action name ${action.name} must match [A-Za-z0-9.@\\-_]{1,100}`);
  }
  if (isSource !== (stageIndex === 0)) {
    structure(
      `Action ${action.name}: the first stage must contain source actions, and only the first`,
    );
  }
  const driver = DRIVERS[providerOf(action)];
  if (!driver) {
    invalid(
      `ActionType (Category: '${action.actionTypeId?.category}', Provider: '${action.actionTypeId?.provider}', Owner: '${action.actionTypeId?.owner}', Version: '${action.actionTypeId?.version}') is not available in the sandbox`,
    );
  }
  for (const key of driver.required) {
    if (!action.configuration?.[key]) {
      invalid(
        `Action configuration for action '${action.name}' is missing required configuration '${key}'`,
      );
    }
  }
  for (const { name } of action.inputArtifacts ?? []) {
    if (!artifacts.has(name ?? '')) {
      structure(
        `Input Artifact Bundle ${name} in action ${action.name} is not valid: no earlier action has it as output`,
      );
    }
  }
  for (const { name } of action.outputArtifacts ?? []) {
    if (artifacts.has(name ?? '')) {
      structure(
        `Output Artifact Bundle name must be unique within the pipeline. ${name} has been used more than once.`,
      );
    }
    artifacts.add(name ?? '');
  }
}

function structure(message: string): never {
  throw new AwsError('InvalidStructureException', message);
}

function invalid(message: string): never {
  throw new AwsError('InvalidActionDeclarationException', message);
}
