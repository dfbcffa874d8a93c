import {
  CodePipelineClient,
  ListPipelineExecutionsCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { consoleUrl, pipelineExecutionUrl } from '@careplane/aws-common';
import { explain } from '../aws/explain';
import {
  AwsDependencies,
  creator,
  deliveryArn,
  deliveryOf,
} from '../aws/session';
import { examples } from './pipelineStart.examples';

/**
 * `careplane:pipeline:start`: makes sure that a pipeline has run once. AWS
 * starts a pipeline by itself when it is created; then that execution is taken.
 */
export function createPipelineStartAction(dependencies: AwsDependencies) {
  return createTemplateAction({
    id: 'careplane:pipeline:start',
    description: 'Starts the first execution of a pipeline',
    examples,
    supportsDryRun: true,
    schema: {
      input: { name: z => z.string().describe('Name of the pipeline') },
      output: {
        executionId: z => z.string(),
        consoleUrl: z => z.string(),
        executionUrl: z => z.string(),
      },
    },
    async handler(ctx) {
      const { name } = ctx.input;
      const arn = deliveryArn(dependencies, 'codepipeline', name);
      ctx.output('consoleUrl', consoleUrl(arn));
      if (ctx.isDryRun) {
        ctx.logger.info(`Would start ${arn}`);
        return;
      }
      const client = creator(dependencies, CodePipelineClient, ctx, [
        {
          Effect: 'Allow',
          Action: [
            'codepipeline:ListPipelineExecutions',
            'codepipeline:StartPipelineExecution',
          ],
          Resource: arn,
        },
      ]);
      const executionId = await explain(
        {
          service: 'codepipeline',
          operation: 'StartPipelineExecution',
          resource: arn,
          ...deliveryOf(dependencies),
        },
        async () => {
          const { pipelineExecutionSummaries = [] } = await client.send(
            new ListPipelineExecutionsCommand({
              pipelineName: name,
              maxResults: 1,
            }),
          );
          const running = pipelineExecutionSummaries[0]?.pipelineExecutionId;
          if (running) {
            ctx.logger.info(`Execution ${running} has started already`);
            return running;
          }
          const { pipelineExecutionId } = await client.send(
            new StartPipelineExecutionCommand({
              name,
              clientRequestToken: ctx.task.id,
            }),
          );
          ctx.logger.info(`Started execution ${pipelineExecutionId}`);
          return pipelineExecutionId;
        },
      );
      ctx.output('executionId', executionId ?? '');
      ctx.output('executionUrl', pipelineExecutionUrl(arn, executionId ?? ''));
    },
  });
}
