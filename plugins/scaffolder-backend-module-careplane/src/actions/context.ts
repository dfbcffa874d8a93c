import type { RootConfigService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { AwsDependencies, deliveryOf } from '../aws/session';
import { nameProblems } from '../names/rules';
import { examples } from './context.examples';

/**
 * `careplane:context`: what templates need to know about this installation,
 * from config. It holds account ids, names and addresses, and no secret.
 */
export function createContextAction(
  dependencies: AwsDependencies & { config: RootConfigService },
) {
  return createTemplateAction({
    id: 'careplane:context',
    description:
      'Reads accounts and stages from config for the steps that follow',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        name: z => z.string().describe('Name of the service'),
        dataClass: z => z.enum(['unknown', 'phi', 'none']).optional(),
      },
      output: {
        dataClass: z => z.string(),
        delivery: z => z.object({ accountId: z.string(), region: z.string() }),
        stages: z =>
          z.array(
            z.object({
              name: z.string(),
              accountId: z.string(),
              region: z.string(),
            }),
          ),
        artifactBucket: z => z.string(),
        sonarHostUrl: z => z.string(),
        stageAccounts: z => z.string(),
        firstStageParameters: z => z.string(),
      },
    },
    async handler(ctx) {
      const problems = nameProblems(ctx.input.name);
      if (problems.length > 0) throw new InputError(problems.join(' '));
      const delivery = deliveryOf(dependencies);
      if (!delivery.artifactBucket) {
        throw new InputError('aws.delivery.artifactBucket is not configured');
      }
      const stages = dependencies.config.getConfigArray('release.stages');
      if (stages[0]?.getString('accountId') !== delivery.accountId) {
        throw new InputError(
          'These templates deploy the first stage in the delivery account; release.stages[0].accountId differs from aws.delivery.accountId',
        );
      }
      // What nobody has classified is treated as health information.
      ctx.output('dataClass', ctx.input.dataClass === 'none' ? 'none' : 'phi');
      ctx.output('delivery', {
        accountId: delivery.accountId,
        region: delivery.region,
      });
      ctx.output(
        'stages',
        stages.map(stage => ({
          name: stage.getString('name'),
          accountId: stage.getString('accountId'),
          region: stage.getOptionalString('region') ?? delivery.region,
        })),
      );
      ctx.output('artifactBucket', delivery.artifactBucket);
      ctx.output(
        'sonarHostUrl',
        dependencies.config.getString('sonarqube.baseUrl'),
      );
      ctx.output(
        'stageAccounts',
        [...new Set(stages.map(stage => stage.getString('accountId')))].join(
          ',',
        ),
      );
      ctx.output(
        'firstStageParameters',
        JSON.stringify(stages[0].getOptional('parameters') ?? {}),
      );
    },
  });
}
