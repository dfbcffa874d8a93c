import {
  CodePipelineClient,
  RetryStageExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { parseArnOf } from '@careplane/aws-common';
import { AwsClients, requestIdOf, withAwsErrors } from '@careplane/aws-node';
import type {
  PipelinePort,
  WriteContext,
} from '@careplane/backstage-plugin-release-node';
import { allow, releaseSession } from '../lib/sessions';

/** Retries the failed actions of a pipeline stage (INV-35). */
export class CodePipelinePort implements PipelinePort {
  constructor(private readonly clients: AwsClients) {}

  async retry(
    pipelineArn: string,
    stage: string,
    executionId: string,
    context: WriteContext,
  ) {
    const pipeline = parseArnOf(pipelineArn, 'codepipeline');
    const client = this.clients.write(
      CodePipelineClient,
      pipeline,
      releaseSession(
        context,
        allow({
          actions: ['codepipeline:RetryStageExecution'],
          resources: [`${pipelineArn}/${stage}`],
        }),
      ),
    );
    const done = await withAwsErrors(
      {
        service: 'codepipeline',
        operation: 'RetryStageExecution',
        accountId: pipeline.accountId,
        region: pipeline.region,
        role: 'release',
        resource: `stage ${stage} of pipeline ${pipeline.pipeline}`,
      },
      () =>
        client.send(
          new RetryStageExecutionCommand({
            pipelineName: pipeline.pipeline,
            stageName: stage,
            pipelineExecutionId: executionId,
            retryMode: 'FAILED_ACTIONS',
          }),
        ),
    );
    return {
      executionId: done.pipelineExecutionId ?? executionId,
      requestId: requestIdOf(done),
    };
  }
}
