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
      const stages = dependencies.config
        .getConfigArray('release.stages')
        .map(stage => ({
          name: stage.getString('name'),
          accountId: stage.getString('accountId'),
          region: stage.getOptionalString('region') ?? delivery.region,
          parameters: stage.getOptional('parameters') ?? {},
        }));
      const [first] = stages;
      if (!first) throw new InputError('release.stages names no stage');
      // The pipeline's artifacts and builds lie in one region.
      if (first.region !== delivery.region) {
        throw new InputError(
          `The pipeline of these templates lies in ${delivery.region} (aws.delivery.region) and cannot deploy the first stage, ${first.name}, in ${first.region} (release.stages[0].region)`,
        );
      }
      if (first.accountId !== delivery.accountId) {
        ctx.logger.info(
          `The pipeline lies in ${delivery.accountId} and deploys ${first.name} in ${first.accountId} as its role careplane-pipeline-deploy`,
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
        stages.map(({ name, accountId, region }) => ({
          name,
          accountId,
          region,
        })),
      );
      ctx.output('artifactBucket', delivery.artifactBucket);
      ctx.output(
        'sonarHostUrl',
        dependencies.config.getString('sonarqube.baseUrl'),
      );
      ctx.output(
        'stageAccounts',
        [...new Set(stages.map(({ accountId }) => accountId))].join(','),
      );
      ctx.output('firstStageParameters', JSON.stringify(first.parameters));
    },
  });
}
