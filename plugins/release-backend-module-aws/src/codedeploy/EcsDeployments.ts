import type { ECSTarget, RevisionLocation } from '@aws-sdk/client-codedeploy';
import { InputError } from '@backstage/errors';
import { parseArnOf } from '@careplane/aws-common';
import type { AwsClients, Lane } from '@careplane/aws-node';
import type {
  PreflightCheck,
  Revision,
} from '@careplane/backstage-plugin-release-common';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import { EcsReader } from '../ecs/EcsReader';
import { placeOf } from '../stack/StackReader';
import { AppSpecs, UnreadAppSpec } from './AppSpecs';
import { at } from './context';
import type { DeploymentReader } from './DeploymentReader';
import {
  EcsAppSpec,
  ecsAppSpecOf,
  ecsRevisionOf,
  plainAppSpec,
} from './ecsAppSpec';
import { deploysService, EcsGroups } from './EcsGroups';
import { factsOf } from './facts';

/** So many deployments of a group are looked through for its last AppSpec. */
const EARLIER = 25;

const containerOf = ({ properties }: EcsAppSpec) => {
  const info = properties.LoadBalancerInfo as
    | { ContainerName?: string; ContainerPort?: number | string }
    | undefined;
  return { name: info?.ContainerName, port: Number(info?.ContainerPort) };
};

/** What deployments of ECS services say, and whether one can be made. */
export class EcsDeployments {
  readonly #clients: AwsClients;
  readonly #reader: DeploymentReader;
  readonly #groups: EcsGroups;
  readonly #specs: AppSpecs;

  constructor(
    clients: AwsClients,
    reader: DeploymentReader,
    groups: EcsGroups,
  ) {
    this.#clients = clients;
    this.#reader = reader;
    this.#groups = groups;
    this.#specs = new AppSpecs(clients);
  }

  target(
    target: TargetRef,
    id: string,
    lane: Lane = 'normal',
  ): Promise<ECSTarget | undefined> {
    const { cluster, service } = parseArnOf(target.arn, 'ecs-service');
    const targetId = `${cluster}:${service}`;
    return this.#reader.ecsTarget(placeOf(target), id, targetId, lane);
  }

  /**
   * The revision that brings a task definition, by its full ARN, with what the
   * group's last deployment said beside it. One that was never deployed is
   * reached by the container and port of the service's load balancer.
   *
   * @throws InputError where neither tells which container traffic goes to.
   */
  async revision(
    target: TargetRef,
    group: string,
    { id }: Revision,
    rollback = false,
  ): Promise<RevisionLocation> {
    parseArnOf(id, 'ecs-task-definition');
    const spec = await this.#appSpec(target, group, rollback);
    return ecsRevisionOf(spec, id, { rollback });
  }

  /** Named checks of the group, before a deployment of it is made. */
  async checks(
    target: TargetRef,
    group: string,
    candidate: Revision,
  ): Promise<PreflightCheck[]> {
    const info = await this.#groups.get(target, group);
    const { autoRollbackConfiguration: rollback, alarmConfiguration: alarms } =
      info ?? {};
    const ready = info?.blueGreenDeploymentConfiguration?.deploymentReadyOption;
    const pair = info?.loadBalancerInfo?.targetGroupPairInfoList?.[0];
    const waits = ready?.actionOnTimeout === 'STOP_DEPLOYMENT';
    const check = (
      id: string,
      title: string,
      state: PreflightCheck['state'],
      summary: string,
    ): PreflightCheck => ({ id, title, state, summary });
    return [
      check(
        'deployment-group',
        'Deployment group',
        deploysService(info, target) ? 'pass' : 'fail',
        deploysService(info, target)
          ? `${info.deploymentGroupName} of ${info.applicationName} deploys this service.`
          : 'The deployment group is gone, or deploys another service.',
      ),
      check(
        'target-groups',
        'Two target groups',
        pair?.targetGroups?.length === 2 ? 'pass' : 'fail',
        pair?.targetGroups?.length === 2
          ? 'The deployment group names the pair that traffic moves between.'
          : 'The deployment group names no pair of target groups to move traffic between.',
      ),
      await this.#container(target, group, candidate),
      check(
        'reroute',
        'Reroutes by itself',
        waits ? 'warning' : 'pass',
        waits
          ? `CodeDeploy waits ${
              ready?.waitTimeInMinutes ?? 0
            } min for a person before it reroutes traffic, and stops then.`
          : 'CodeDeploy reroutes traffic when the new tasks are steady.',
      ),
      check(
        'group-alarms',
        'Alarms of the group',
        alarms?.enabled && alarms.alarms?.length ? 'pass' : 'warning',
        alarms?.enabled && alarms.alarms?.length
          ? `${alarms.alarms.length} of them stop its deployments.`
          : 'No alarm stops its deployments.',
      ),
      check(
        'group-rollback',
        'Goes back by itself',
        'pass',
        rollback?.enabled
          ? 'The deployment group goes back when a deployment fails.'
          : 'The deployment group does not; the deployment that Careplane makes does.',
      ),
    ];
  }

  async #container(
    target: TargetRef,
    group: string,
    candidate: Revision,
  ): Promise<PreflightCheck> {
    const named = { id: 'container', title: 'Container and port' };
    const spec = await this.#appSpec(target, group, false).catch(
      (error: Error) => error,
    );
    if (spec instanceof Error) {
      const state = spec instanceof InputError ? 'fail' : 'unknown';
      return { ...named, state, summary: spec.message };
    }
    const { name, port } = containerOf(spec);
    const definition = await this.#ecs(target).taskDefinition(candidate.id);
    const ports =
      definition.containerDefinitions
        ?.find(container => container.name === name)
        ?.portMappings?.map(one => one.containerPort) ?? [];
    return ports.includes(port)
      ? {
          ...named,
          state: 'pass',
          summary: `Traffic goes to port ${port} of container ${name}.`,
        }
      : {
          ...named,
          state: 'fail',
          summary: `Traffic would go to port ${port} of container ${name}, which this task definition does not have.`,
        };
  }

  async #appSpec(
    target: TargetRef,
    group: string,
    rollback: boolean,
  ): Promise<EcsAppSpec> {
    const lane: Lane = rollback ? 'rollback' : 'normal';
    const earlier = await this.#reader.list(
      placeOf(target),
      { ...at(group), includeOnlyStatuses: ['Succeeded'] },
      { most: EARLIER, lane },
    );
    // What was written to go back lacks the tests of the deployments before.
    const forward = earlier.filter(
      info => info.creator !== 'codeDeployRollback' && !factsOf(info).step,
    );
    for (const info of [...forward, ...earlier]) {
      const content = await this.#specs
        .of(placeOf(target), info, lane)
        .catch(unread);
      const spec = ecsAppSpecOf(content);
      if (spec) return spec;
    }
    const service = await this.#ecs(target, rollback).describe();
    const balanced =
      service.taskSets?.find(set => set.status === 'PRIMARY')
        ?.loadBalancers?.[0] ?? service.loadBalancers?.[0];
    if (!balanced?.containerName || !balanced.containerPort) {
      throw new InputError(
        `Neither service ${service.serviceName} nor an earlier deployment of its group says which container and port get traffic. Deploy it with CodeDeploy once.`,
      );
    }
    return plainAppSpec(balanced.containerName, balanced.containerPort);
  }

  #ecs(target: TargetRef, rollback = false): EcsReader {
    return new EcsReader(
      this.#clients,
      parseArnOf(target.arn, 'ecs-service'),
      rollback ? 'rollback' : 'normal',
    );
  }
}

/** What cannot be had of one deployment, an earlier one may say. */
function unread(error: unknown): undefined {
  if (!(error instanceof UnreadAppSpec)) throw error;
  return undefined;
}
