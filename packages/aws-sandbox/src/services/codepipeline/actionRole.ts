import type { PipelineDeclaration } from '@aws-sdk/client-codepipeline';
import { AwsError, type CallAs, type Sandbox } from '../../core';

/**
 * Assumes an action's role as the pipeline's role, which alone CodePipeline lets do so.
 *
 * @throws AwsError InvalidStructureException
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
 */
export async function assumeActionRole(
  sandbox: Sandbox,
  roles: { pipeline?: string; action: string; sessionName: string },
  as: CallAs,
): Promise<void> {
  try {
    await sandbox.call(
      'sts',
      'AssumeRole',
      { RoleArn: roles.action, RoleSessionName: roles.sessionName },
      as,
    );
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(
      'InvalidStructureException',
      `${roles.pipeline} is not authorized to perform AssumeRole on role ${roles.action}`,
    );
  }
}

/** Roles that actions of a pipeline name for themselves, each once. */
export function actionRoles({ stages = [] }: PipelineDeclaration): string[] {
  const roles = stages
    .flatMap(({ actions = [] }) => actions)
    .flatMap(({ roleArn }) => roleArn ?? []);
  return [...new Set(roles)];
}
