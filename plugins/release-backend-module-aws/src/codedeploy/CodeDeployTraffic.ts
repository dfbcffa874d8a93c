import {
  CodeDeployClient,
  CreateDeploymentCommand,
  CreateDeploymentConfigCommand,
  GetDeploymentConfigCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import { parseArnOf } from '@careplane/aws-common';
import {
  AwsClients,
  awsErrorCode,
  requestIdOf,
  toBackstageError,
} from '@careplane/aws-node';
import type {
  DeploymentConfig,
  Revision,
} from '@careplane/backstage-plugin-release-common';
import type {
  DeploymentPort,
  TargetRef,
  TrafficDeployment,
  WriteContext,
} from '@careplane/backstage-plugin-release-node';
import { allow, releaseSession } from '../lib/sessions';
import { placeOf } from '../stack/StackReader';
import { revisionOf } from './appSpec';
import { DeploymentReader } from './DeploymentReader';
import { ACTIVE, factsOf, markOf } from './facts';
import { GroupFinder } from './GroupFinder';

/** AWS's clock and ours may differ by this much. */
const SKEW_MS = 5 * 60_000;

const at = (group: string) => {
  const parsed = parseArnOf(group, 'codedeploy-group');
  return {
    applicationName: parsed.application,
    deploymentGroupName: parsed.group,
  };
};

const context = (target: TargetRef, operation: string, role?: string) => ({
  service: 'codedeploy',
  operation,
  ...placeOf(target),
  resource: `the deployment group of ${target.component}`,
  role,
});

/** Has CodeDeploy shift the traffic of a Lambda alias (INV-13). */
export class CodeDeployTraffic implements DeploymentPort {
  readonly #clients: AwsClients;
  readonly #reader: DeploymentReader;
  readonly #finder: GroupFinder;

  constructor(clients: AwsClients, now: () => number = Date.now) {
    this.#clients = clients;
    this.#reader = new DeploymentReader(clients, now);
    this.#finder = new GroupFinder(clients, this.#reader, now);
  }

  groupOf(target: TargetRef) {
    return this.#finder.groupOf(target);
  }

  async running(
    target: TargetRef,
    group: string,
    options: { rollback?: boolean } = {},
  ): Promise<TrafficDeployment | undefined> {
    const found = await this.#reader
      .list(
        placeOf(target),
        { ...at(group), includeOnlyStatuses: [...ACTIVE] },
        { lane: options.rollback ? 'rollback' : 'normal' },
      )
      .catch(gone);
    // One may have ended between the list and the reading of it.
    return found.map(factsOf).find(({ status }) => status === 'in-progress');
  }

  async find(
    target: TargetRef,
    group: string,
    rolloutId: string,
    since: string,
  ): Promise<TrafficDeployment | undefined> {
    const start = new Date(Date.parse(since) - SKEW_MS);
    const found = await this.#reader
      .list(placeOf(target), { ...at(group), createTimeRange: { start } })
      .catch(gone);
    return found.map(factsOf).find(one => one.rolloutId === rolloutId);
  }

  async follow(target: TargetRef, id: string): Promise<TrafficDeployment> {
    return factsOf(await this.#reader.follow(placeOf(target), id));
  }

  async create(
    target: TargetRef,
    group: string,
    to: { from: Revision; candidate: Revision; config: DeploymentConfig },
    write: WriteContext,
  ): Promise<{ deploymentId: string; requestId?: string }> {
    const { functionName, alias } = parseArnOf(target.arn, 'lambda-alias');
    const client = this.#client(target, group, write, [
      'codedeploy:CreateDeployment',
    ]);
    await this.#ensureConfig(target, group, to.config, write);
    try {
      const made = await client.send(
        new CreateDeploymentCommand({
          ...at(group),
          deploymentConfigName: to.config.name,
          description: markOf(write.rolloutId),
          revision: revisionOf({
            functionName,
            alias,
            from: to.from.id,
            to: to.candidate.id,
          }),
          // Whatever the group says: traffic goes back when it goes wrong.
          autoRollbackConfiguration: {
            enabled: true,
            events: [
              'DEPLOYMENT_FAILURE',
              'DEPLOYMENT_STOP_ON_ALARM',
              'DEPLOYMENT_STOP_ON_REQUEST',
            ],
          },
        }),
      );
      return {
        deploymentId: made.deploymentId ?? '',
        requestId: requestIdOf(made),
      };
    } catch (error) {
      throw toBackstageError(
        error,
        context(target, 'CreateDeployment', 'release'),
      );
    }
  }

  async stop(
    target: TargetRef,
    group: string,
    deploymentId: string,
    write: WriteContext,
  ): Promise<{ requestId?: string }> {
    const client = this.#client(target, group, write, [
      'codedeploy:StopDeployment',
    ]);
    try {
      const done = await client.send(
        new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: true }),
      );
      return { requestId: requestIdOf(done) };
    } catch (error) {
      // It ended by itself: what it left is looked at next.
      if (awsErrorCode(error) === 'DeploymentAlreadyCompletedException') {
        return { requestId: requestIdOf(error) };
      }
      throw toBackstageError(
        error,
        context(target, 'StopDeployment', 'release'),
      );
    }
  }

  #client(
    target: TargetRef,
    group: string,
    write: WriteContext,
    actions: string[],
  ) {
    const config = group.replace(/:deploymentgroup:.*$/, ':deploymentconfig:*');
    const application = group.replace(
      /:deploymentgroup:([^/]+)\/.*$/,
      ':application:$1',
    );
    return this.#clients.write(
      CodeDeployClient,
      placeOf(target),
      releaseSession(
        write,
        allow(
          { actions, resources: [group] },
          // CreateDeployment reads the configuration and keeps the AppSpec.
          {
            actions: [
              'codedeploy:GetDeploymentConfig',
              'codedeploy:RegisterApplicationRevision',
              'codedeploy:GetApplicationRevision',
            ],
            resources: [config, application],
          },
        ),
      ),
    );
  }

  /**
   * Makes a configuration of our own when it is first needed.
   *
   * @throws InputError where its name means something else already.
   */
  async #ensureConfig(
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
    const known = await this.#config(target, wanted.name);
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

  async #config(target: TargetRef, deploymentConfigName: string) {
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

/** A group that is gone has no deployments. */
function gone(error: unknown): never[] {
  if (error instanceof NotFoundError) return [];
  throw error;
}
