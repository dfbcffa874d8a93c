import {
  ActionExecutionDetail,
  CodePipelineClient,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  RetryStageExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { explain } from '../aws/explain';
import {
  AwsDependencies,
  creator,
  deliveryArn,
  deliveryOf,
  reader,
} from '../aws/session';
import { Patience, until } from '../aws/wait';
import { examples } from './pipelineWait.examples';

/**
 * `careplane:pipeline:wait`: waits for an execution, each change of an action in
 * the log. A failed execution fails the step with the action's own words. When
 * the step is retried, the failed stage is retried too.
 */
export function createPipelineWaitAction(
  dependencies: AwsDependencies,
  patience: Patience = { intervalMs: 3_000, timeoutMs: 45 * 60_000 },
) {
  return createTemplateAction({
    id: 'careplane:pipeline:wait',
    description: 'Waits until an execution of a pipeline has ended',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        name: z => z.string().describe('Name of the pipeline'),
        executionId: z => z.string(),
      },
      output: { executionId: z => z.string(), seconds: z => z.number() },
    },
    async handler(ctx) {
      const { name } = ctx.input;
      if (ctx.isDryRun) {
        ctx.logger.info(`Would wait for ${name}`);
        return;
      }
      let retried = true;
      const startedAt = await ctx.checkpoint({
        key: `pipeline.wait.${name}`,
        fn: async () => {
          retried = false;
          return Date.now();
        },
      });
      const client = reader(dependencies, CodePipelineClient);
      await explain(
        {
          service: 'codepipeline',
          operation: 'GetPipelineExecution',
          resource: name,
          ...deliveryOf(dependencies),
        },
        async () => {
          let executionId = ctx.input.executionId;
          if (
            retried &&
            (await statusOf(client, name, executionId)) === 'Failed'
          ) {
            await retryFailedStage(executionId);
          }
          const seen = new Map<string, string>();
          const status = await until(
            `The pipeline ${name}`,
            patience,
            ctx.signal,
            async () => {
              const now = await statusOf(client, name, executionId);
              const actions = await actionsOf(client, name, executionId);
              for (const action of actions.reverse()) logChange(action, seen);
              if (now === 'Superseded') {
                executionId = await newest(client, name);
                ctx.logger.info(`A newer commit took over: ${executionId}`);
                return undefined;
              }
              return now === 'InProgress' || now === 'Stopping'
                ? undefined
                : now;
            },
          );
          if (status !== 'Succeeded') {
            throw new Error(await causeOf(executionId, status));
          }
          const seconds = Math.round((Date.now() - startedAt) / 1000);
          ctx.logger.info(`${name} runs on dev; this step waited ${seconds} s`);
          ctx.output('executionId', executionId);
          ctx.output('seconds', seconds);
        },
      );

      function logChange(
        action: ActionExecutionDetail,
        seen: Map<string, string>,
      ) {
        const {
          actionExecutionId = '',
          status = '',
          stageName,
          actionName,
        } = action;
        if (seen.get(actionExecutionId) === status) return;
        seen.set(actionExecutionId, status);
        ctx.logger.info(`${stageName} / ${actionName}: ${status}`);
      }

      async function causeOf(executionId: string, status: string) {
        const actions = await actionsOf(client, name, executionId);
        const failed = actions.find(action => action.status === 'Failed');
        if (!failed) return `The execution of ${name} ended as ${status}`;
        const result = failed.output?.executionResult;
        const why =
          result?.errorDetails?.message ?? result?.externalExecutionSummary;
        const link = result?.externalExecutionUrl;
        return `${failed.stageName} / ${failed.actionName} failed: ${
          why ?? 'AWS gave no reason'
        }${link ? ` (${link})` : ''}. Retry this step to run the stage again.`;
      }

      async function retryFailedStage(executionId: string) {
        const actions = await actionsOf(client, name, executionId);
        const stageName = actions.find(
          action => action.status === 'Failed',
        )?.stageName;
        if (!stageName) return;
        const writer = creator(dependencies, CodePipelineClient, ctx, [
          {
            Effect: 'Allow',
            Action: 'codepipeline:RetryStageExecution',
            Resource: deliveryArn(dependencies, 'codepipeline', `${name}/*`),
          },
        ]);
        await writer.send(
          new RetryStageExecutionCommand({
            pipelineName: name,
            stageName,
            pipelineExecutionId: executionId,
            retryMode: 'FAILED_ACTIONS',
          }),
        );
        ctx.logger.info(`Retrying the stage ${stageName}`);
      }
    },
  });
}

async function statusOf(
  client: CodePipelineClient,
  pipelineName: string,
  pipelineExecutionId: string,
): Promise<string> {
  const { pipelineExecution } = await client.send(
    new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }),
  );
  return pipelineExecution?.status ?? 'InProgress';
}

/** Newest first, as CodePipeline lists them. */
async function actionsOf(
  client: CodePipelineClient,
  pipelineName: string,
  pipelineExecutionId: string,
): Promise<ActionExecutionDetail[]> {
  const { actionExecutionDetails = [] } = await client.send(
    new ListActionExecutionsCommand({
      pipelineName,
      filter: { pipelineExecutionId },
      maxResults: 100,
    }),
  );
  return actionExecutionDetails;
}

async function newest(client: CodePipelineClient, pipelineName: string) {
  const { pipelineExecutionSummaries = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName, maxResults: 1 }),
  );
  return pipelineExecutionSummaries[0]?.pipelineExecutionId ?? '';
}
