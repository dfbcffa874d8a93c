import {
  CodeDeployClient,
  CreateDeploymentConfigCommand,
  GetDeploymentConfigCommand,
} from '@aws-sdk/client-codedeploy';
import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import { AwsClients, toBackstageError } from '@careplane/aws-node';
import type { DeploymentConfig } from '@careplane/backstage-plugin-release-common';
import type {
  TargetRef,
  WriteContext,
} from '@careplane/backstage-plugin-release-node';
import { allow, releaseSession } from '../lib/sessions';
import { placeOf } from '../stack/StackReader';
import { context } from './context';

/** Configurations by which the traffic of an alias is shifted. */
export class DeploymentConfigs {
  readonly #clients: AwsClients;

  constructor(clients: AwsClients) {
    this.#clients = clients;
  }

  /**
   * Makes a configuration of our own when it is first needed.
   *
   * @throws InputError where its name means something else already.
   */
  async ensure(
    target: TargetRef,
    group: string,
    wanted: DeploymentConfig,
    write: WriteContext,
  ): Promise<void> {
    if (wanted.predefined) return;
    const trafficRoutingConfig =
      wanted.routing === 'canary'
        ? {
            type: 'TimeBasedCanary' as const,
            timeBasedCanary: {
              canaryPercentage: wanted.percentage,
              canaryInterval: wanted.minutes,
            },
          }
        : {
            type: 'TimeBasedLinear' as const,
            timeBasedLinear: {
              linearPercentage: wanted.percentage,
              linearInterval: wanted.minutes,
            },
          };
    const known = await this.#read(target, wanted.name);
    if (known) {
      const { timeBasedCanary: canary, timeBasedLinear: linear } = known;
      const same =
        wanted.routing === 'canary'
          ? canary?.canaryPercentage === wanted.percentage &&
            canary.canaryInterval === wanted.minutes
          : linear?.linearPercentage === wanted.percentage &&
            linear.linearInterval === wanted.minutes;
      if (same) return;
      throw new InputError(
        `The deployment configuration ${wanted.name} in account ${target.stage.accountId} says something else than its name. Delete it, or choose other numbers.`,
      );
    }
    const client = this.#clients.write(
      CodeDeployClient,
      placeOf(target),
      releaseSession(
        write,
        allow({
          actions: ['codedeploy:CreateDeploymentConfig'],
          resources: [
            group.replace(
              /:deploymentgroup:.*$/,
              `:deploymentconfig:${wanted.name}`,
            ),
          ],
        }),
      ),
    );
    try {
      await client.send(
        new CreateDeploymentConfigCommand({
          deploymentConfigName: wanted.name,
          computePlatform: 'Lambda',
          trafficRoutingConfig,
        }),
      );
    } catch (error) {
      const mapped = toBackstageError(
        error,
        context(target, 'CreateDeploymentConfig', 'release'),
      );
      // Another rollout made it a moment ago.
      if (!(mapped instanceof ConflictError)) throw mapped;
    }
  }

  async #read(target: TargetRef, deploymentConfigName: string) {
    try {
      const { deploymentConfigInfo } = await this.#clients
        .read(CodeDeployClient, placeOf(target))
        .send(new GetDeploymentConfigCommand({ deploymentConfigName }));
      return deploymentConfigInfo?.trafficRoutingConfig;
    } catch (error) {
      const mapped = toBackstageError(
        error,
        context(target, 'GetDeploymentConfig'),
      );
      if (mapped instanceof NotFoundError) return undefined;
      throw mapped;
    }
  }
}
