import type { EnvironmentVariable } from '@aws-sdk/client-codebuild';
import { AwsError } from '../../../core';
import { BuildQueue, buildsOf } from '../../codebuild/BuildQueue';
import { startBuild } from '../../codebuild/builds';
import { failedPhase, type BuildRecord } from '../../codebuild/model';
import { failed, type ActionDriver, type Progress } from './driver';

/** Runs a CodeBuild project on the action's input artifacts. */
export const codeBuild: ActionDriver = {
  required: ['ProjectName'],
  async start({ sandbox, execution, record, region, actionAs }) {
    const { ProjectName, PrimarySource, EnvironmentVariables, BatchEnabled } =
      record.configuration;
    if (BatchEnabled === 'true') {
      return failed(
        'ConfigurationError',
        'Batch builds are not there in the sandbox',
      );
    }
    try {
      const build = startBuild(
        { sandbox, account: actionAs.account, region },
        {
          projectName: ProjectName,
          idempotencyToken: record.id,
          environmentVariablesOverride: parseVariables(EnvironmentVariables),
        },
        `codepipeline/${execution.pipeline}`,
        {
          account: execution.account,
          inputs: record.inputs,
          primarySource: PrimarySource ?? record.inputs[0]?.name,
          outputs: record.outputs,
          revision: execution.sources[0]?.revisionId,
        },
      );
      return toProgress(build);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return failed(
        'JobFailed',
        `Error calling startBuild: ${error.message} (Service: AWSCodeBuild; Status Code: 400; Error Code: ${error.code})`,
      );
    }
  },
  async poll({ sandbox, record, actionAs }) {
    const build = buildsOf(sandbox, actionAs.account).get(
      record.externalId ?? '',
    );
    if (!build)
      return failed('JobFailed', `Build ${record.externalId} is gone`);
    return toProgress(build);
  },
  async abandon({ sandbox, record, actionAs }) {
    const build = buildsOf(sandbox, actionAs.account).get(
      record.externalId ?? '',
    );
    if (build) BuildQueue.of(sandbox).stop(build);
  },
};

function toProgress(build: BuildRecord): Progress {
  const region = build.arn.split(':')[3];
  const base = {
    externalId: build.id,
    url: `https://console.aws.amazon.com/codebuild/home?region=${region}#/builds/${build.id}/view/new`,
  };
  if (build.status === 'IN_PROGRESS') return { ...base, status: 'InProgress' };
  if (build.status === 'SUCCEEDED') {
    return {
      ...base,
      status: 'Succeeded',
      outputVariables: Object.fromEntries(
        build.exported.map(({ name, value }) => [name, value]),
      ),
    };
  }
  return { ...base, ...failed('JobFailed', failureMessage(build)) };
}

/** In CodePipeline's words, for a build that did not succeed. */
export function failureMessage(build: BuildRecord): string {
  const phase = failedPhase(build);
  const context = phase?.contexts?.[0];
  return [
    `Build terminated with state: ${build.status}`,
    phase &&
      `. Phase: ${phase.type}, Code: ${context?.statusCode ?? ''}, Message: ${
        context?.message ?? ''
      }`,
  ].join('');
}

function parseVariables(text: string | undefined): EnvironmentVariable[] {
  if (!text) return [];
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    list = undefined;
  }
  if (!Array.isArray(list)) {
    throw new AwsError(
      'InvalidInputException',
      'EnvironmentVariables must be a JSON array of {name, value, type}',
    );
  }
  return list;
}
