import {
  CodeDeployClient,
  ContinueDeploymentCommand,
  CreateDeploymentCommand,
  RevisionLocation,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import { parseArnOf } from '@careplane/aws-common';
import {
  AwsClients,
  awsErrorCode,
  Lane,
  requestIdOf,
  toBackstageError,
} from '@careplane/aws-node';
import type { Revision } from '@careplane/backstage-plugin-release-common';
import type {
  DeploymentPort,
  TargetRef,
  TrafficDeployment,
  WriteContext,
} from '@careplane/backstage-plugin-release-node';
import { allow, releaseSession } from '../lib/sessions';
import { placeOf, type StackReader } from '../stack/StackReader';
import { revisionOf } from './appSpec';
import { AppSpecs } from './AppSpecs';
import { DeploymentConfigs } from './configs';
import { at, context } from './context';
import { DeploymentReader } from './DeploymentReader';
import { EcsDeployments } from './EcsDeployments';
import { EcsGroups } from './EcsGroups';
import { ACTIVE, ecsFactsOf, factsOf, markOf } from './facts';
import { GroupFinder } from './GroupFinder';
import { PastDeployments } from './PastDeployments';

const ECS_AT_ONCE = 'CodeDeployDefault.ECSAllAtOnce';
const WAITS_NO_MORE = [
  'DeploymentIsNotInReadyStateException',
  'DeploymentAlreadyCompletedException',
];
/** Reads of a rollback have a share of the budget of their own. */
const laneOf = ({ rollback }: { rollback?: boolean }): Lane =>
  rollback ? 'rollback' : 'normal';
/** AWS's clock and ours may differ by this much. */
const SKEW_MS = 5 * 60_000;

/** Has CodeDeploy move Lambda aliases and ECS services (INV-13). */
export class CodeDeployTraffic implements DeploymentPort {
  readonly past: PastDeployments;
  readonly #clients: AwsClients;
  readonly #reader: DeploymentReader;
  readonly #finder: GroupFinder;
  readonly #configs: DeploymentConfigs;
  readonly #ecsGroups: EcsGroups;
  readonly #ecs: EcsDeployments;

  constructor(
    clients: AwsClients,
    stacks: StackReader,
    now: () => number = Date.now,
  ) {
    this.#clients = clients;
    this.#reader = new DeploymentReader(clients, now);
    this.#finder = new GroupFinder(clients, this.#reader, stacks, now);
    this.#configs = new DeploymentConfigs(clients);
    this.#ecsGroups = new EcsGroups(clients, now);
    this.#ecs = new EcsDeployments(clients, this.#reader, this.#ecsGroups);
    this.past = new PastDeployments(
      this.#reader,
      new AppSpecs(clients),
      target => this.groupOf(target),
    );
  }

  groupOf(target: TargetRef, options: { rollback?: boolean } = {}) {
    return target.kind === 'ecs-service'
      ? this.#ecsGroups.groupOf(target, laneOf(options))
      : this.#finder.groupOf(target);
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
        { lane: laneOf(options) },
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
    step?: string,
    options: { rollback?: boolean } = {},
  ): Promise<TrafficDeployment | undefined> {
    const start = new Date(Date.parse(since) - SKEW_MS);
    const found = await this.#reader
      .list(
        placeOf(target),
        { ...at(group), createTimeRange: { start } },
        { lane: laneOf(options) },
      )
      .catch(gone);
    return found
      .map(factsOf)
      .find(one => one.rolloutId === rolloutId && one.step === step);
  }

  async follow(
    target: TargetRef,
    id: string,
    options: { rollback?: boolean } = {},
  ): Promise<TrafficDeployment> {
    const lane = laneOf(options);
    const info = await this.#reader.follow(placeOf(target), id, lane);
    const facts = factsOf(info);
    return target.kind === 'ecs-service' && facts.status === 'in-progress'
      ? {
          ...facts,
          ...ecsFactsOf(info, await this.#ecs.target(target, id, lane)),
        }
      : facts;
  }

  checks(target: TargetRef, group: string, candidate: Revision) {
    return this.#ecs.checks(target, group, candidate);
  }

  async create(
    target: TargetRef,
    group: string,
    to: Parameters<DeploymentPort['create']>[2],
    write: WriteContext,
  ): Promise<{ deploymentId: string; requestId?: string }> {
    const revision = await this.#revision(target, group, to, write);
    const client = this.#client(target, group, write, [
      'codedeploy:CreateDeployment',
      // AWS asks for it where alarms are overridden.
      ...(write.rollback ? ['codedeploy:UpdateDeploymentGroup'] : []),
    ]);
    if (to.config) {
      await this.#configs.ensure(target, group, to.config, write);
    }
    const atOnce =
      target.kind === 'ecs-service' && write.rollback ? ECS_AT_ONCE : undefined;
    try {
      const made = await client.send(
        new CreateDeploymentCommand({
          ...at(group),
          deploymentConfigName: to.config?.name ?? atOnce,
          description: markOf(write.rolloutId, to.step),
          revision,
          // Whatever the group says: traffic goes back when it goes wrong.
          autoRollbackConfiguration: {
            enabled: true,
            events: [
              'DEPLOYMENT_FAILURE',
              ...(write.rollback
                ? []
                : (['DEPLOYMENT_STOP_ON_ALARM'] as const)),
              'DEPLOYMENT_STOP_ON_REQUEST',
            ],
          },
          // The alarm of what a return replaces is on: it must not stop it.
          ...(write.rollback && {
            overrideAlarmConfiguration: { enabled: false },
          }),
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

  /** What the deployment brings, as an AppSpec. */
  async #revision(
    target: TargetRef,
    group: string,
    { from, candidate, config }: Parameters<DeploymentPort['create']>[2],
    write: WriteContext,
  ): Promise<RevisionLocation> {
    if (target.kind === 'ecs-service') {
      return this.#ecs.revision(target, group, candidate, write.rollback);
    }
    if (!config)
      throw new InputError('An alias is shifted by a configuration.');
    const { functionName, alias } = parseArnOf(target.arn, 'lambda-alias');
    return revisionOf({
      functionName,
      alias,
      from: from.id,
      to: candidate.id,
    });
  }

  async proceed(
    target: TargetRef,
    group: string,
    deploymentId: string,
    wait: 'reroute' | 'termination',
    write: WriteContext,
  ): Promise<{ requestId?: string }> {
    const client = this.#client(target, group, write, [
      'codedeploy:ContinueDeployment',
    ]);
    try {
      const done = await client.send(
        new ContinueDeploymentCommand({
          deploymentId,
          deploymentWaitType:
            wait === 'reroute' ? 'READY_WAIT' : 'TERMINATION_WAIT',
        }),
      );
      return { requestId: requestIdOf(done) };
    } catch (error) {
      if (WAITS_NO_MORE.includes(awsErrorCode(error) ?? '')) {
        throw new ConflictError(
          'The deployment no longer waits for that. Nothing was sent.',
        );
      }
      throw toBackstageError(
        error,
        context(target, 'ContinueDeployment', 'release'),
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
}

/** A group that is gone has no deployments. */
function gone(error: unknown): never[] {
  if (error instanceof NotFoundError) return [];
  throw error;
}
