import { readFile } from 'node:fs/promises';
import {
  CloudFormationClient,
  StackEvent,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { stackUrl } from '@careplane/aws-common';
import { explain } from '../aws/explain';
import {
  AwsDependencies,
  creator,
  deliveryArn,
  deliveryOf,
} from '../aws/session';
import type { Patience } from '../aws/wait';
import { examples } from './cloudformationDeploy.examples';
import { executeChangeSet, prepareChangeSet, settledStack } from './stack';

/** CloudFormation's service role in each account; it alone may make the resources. */
const SERVICE_ROLE = 'careplane-cfn';
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MAX_TEMPLATE_BYTES = 51_200;
/** Stacks that this action may touch. Service stacks belong to the pipeline and the release engine. */
const STACK_NAME = /^pipeline-[a-z][a-z0-9-]{1,30}[a-z0-9]$/;

/**
 * `careplane:cloudformation:deploy`: creates or updates a pipeline stack in the
 * delivery account by a change set, with each event in the log. The same
 * template and parameters again change nothing. Account, region and role come
 * from config, never from input.
 */
export function createCloudFormationDeployAction(
  dependencies: AwsDependencies,
  patience: Patience = { intervalMs: 2_000, timeoutMs: 30 * 60_000 },
) {
  return createTemplateAction({
    id: 'careplane:cloudformation:deploy',
    description:
      'Creates or updates the CloudFormation stack of a pipeline in the delivery account',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        stackName: z => z.string().describe('pipeline-<service>'),
        templatePath: z => z.string().describe('Template in the workspace'),
        service: z => z.string().describe('Name of the service, for its tags'),
        parameters: z => z.record(z.string()).optional(),
      },
      output: {
        stackId: z => z.string(),
        consoleUrl: z => z.string(),
        outputs: z => z.record(z.string()),
      },
    },
    async handler(ctx) {
      const { stackName, templatePath, service, parameters = {} } = ctx.input;
      if (!STACK_NAME.test(stackName)) {
        throw new InputError(
          `This action makes stacks named pipeline-<service>, not ${stackName}`,
        );
      }
      const template = await readFile(
        resolveSafeChildPath(ctx.workspacePath, templatePath),
        'utf8',
      );
      if (Buffer.byteLength(template) > MAX_TEMPLATE_BYTES) {
        throw new InputError(
          `${templatePath} is larger than the ${MAX_TEMPLATE_BYTES} bytes that CloudFormation takes`,
        );
      }
      const place = deliveryOf(dependencies);
      const { partition } = dependencies.accounts.get(place.accountId);
      ctx.output(
        'consoleUrl',
        stackUrl({ partition, region: place.region }, stackName),
      );
      if (ctx.isDryRun) {
        ctx.logger.info(`Would deploy ${stackName} in ${place.accountId}`);
        return;
      }
      const roleArn = deliveryArn(dependencies, 'iam', `role/${SERVICE_ROLE}`);
      const client = creator(dependencies, CloudFormationClient, ctx, [
        {
          Effect: 'Allow',
          Action: 'cloudformation:*',
          Resource: deliveryArn(
            dependencies,
            'cloudformation',
            `stack/${stackName}/*`,
          ),
        },
        {
          Effect: 'Allow',
          Action: 'iam:PassRole',
          Resource: roleArn,
        },
      ]);
      await explain(
        {
          service: 'cloudformation',
          operation: 'deploy',
          resource: stackName,
          ...place,
        },
        async () => {
          const before = await settledStack(
            client,
            stackName,
            patience,
            ctx.signal,
          );
          const create = !before || before.StackStatus === 'REVIEW_IN_PROGRESS';
          // A retry makes its own: one that was executed cannot be used again.
          const changeSetName = `careplane-${ctx.task.id}-${Date.now()}`;
          const changes = await prepareChangeSet(
            client,
            {
              stackName,
              changeSetName,
              template,
              parameters,
              roleArn,
              create,
              tags: {
                'careplane:service': service,
                'careplane:created-by': ctx.user?.ref ?? 'unknown',
              },
            },
            patience,
            ctx.signal,
          );
          ctx.logger.info(
            changes
              ? `${create ? 'Creating' : 'Updating'} ${stackName}`
              : `${stackName} is as it should be`,
          );
          const stack = changes
            ? await executeChangeSet(
                client,
                { stackName, changeSetName },
                patience,
                event => ctx.logger.info(describe(event)),
                ctx.signal,
              )
            : before;
          await client.send(
            new UpdateTerminationProtectionCommand({
              StackName: stackName,
              EnableTerminationProtection: true,
            }),
          );
          ctx.output('stackId', stack?.StackId ?? '');
          ctx.output(
            'outputs',
            Object.fromEntries(
              (stack?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [
                OutputKey ?? '',
                OutputValue ?? '',
              ]),
            ),
          );
        },
      );
    },
  });
}

function describe(event: StackEvent): string {
  const reason = event.ResourceStatusReason
    ? `: ${event.ResourceStatusReason}`
    : '';
  return `${event.ResourceStatus} ${event.ResourceType} ${event.LogicalResourceId}${reason}`;
}
