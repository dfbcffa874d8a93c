import type { DeploymentGroupInfo } from '@aws-sdk/client-codedeploy';
import { parseArnOf } from '@careplane/aws-common';
import type { AwsClients } from '@careplane/aws-node';
import type {
  DeploymentGroup,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';
import { placeOf } from '../stack/StackReader';
import type { DeploymentReader, Place } from './DeploymentReader';
import { groupArn, GroupReader } from './groups';

/** Groups of an account are looked through this often. */
const SWEEP_MS = 60 * 60_000;
const SWEEP_MOST = 100;

/** Whether a group deploys the service of a target. */
export function deploysService(
  info: DeploymentGroupInfo | undefined,
  target: TargetRef,
): info is DeploymentGroupInfo {
  const { cluster, service } = parseArnOf(target.arn, 'ecs-service');
  return Boolean(
    info?.computePlatform === 'ECS' &&
      info.ecsServices?.some(
        one => one.serviceName === service && one.clusterName === cluster,
      ),
  );
}

type Groups = Map<string, DeploymentGroupInfo>;

/**
 * Finds the group that deploys an ECS service. CodeDeploy lets a service belong
 * to one group only, and the group names it: first the annotated one is asked,
 * then those of earlier deployments, then all of the account.
 */
export class EcsGroups {
  readonly #reader: GroupReader;
  readonly #deployments: DeploymentReader;
  readonly #now: () => number;
  readonly #sweeps = new Map<string, { at: number; groups: Promise<Groups> }>();

  constructor(
    clients: AwsClients,
    deployments: DeploymentReader,
    now: () => number,
  ) {
    this.#reader = new GroupReader(clients);
    this.#deployments = deployments;
    this.#now = now;
  }

  async groupOf(target: TargetRef): Promise<DeploymentGroup | undefined> {
    const place = placeOf(target);
    const { deploymentGroup } = target;
    if (deploymentGroup) {
      const info = await this.#reader.get(place, deploymentGroup);
      if (deploysService(info, target)) {
        return factsOf(deploymentGroup, 'annotation', info);
      }
    }
    const all = await this.#all(target, place);
    for (const [arn, info] of all) {
      if (deploysService(info, target)) {
        const { lastAttemptedDeployment: last } = info;
        return factsOf(arn, last ? 'deployments' : 'service', info);
      }
    }
    return undefined;
  }

  /** As it is now. */
  get(target: TargetRef, arn: string) {
    return this.#reader.get(placeOf(target), arn);
  }

  #all(target: TargetRef, place: Place): Promise<Groups> {
    const key = `${place.accountId} ${place.region}`;
    let sweep = this.#sweeps.get(key);
    if (!sweep || this.#now() - sweep.at > SWEEP_MS) {
      sweep = { at: this.#now(), groups: this.#sweep(target, place) };
      this.#sweeps.set(key, sweep);
      sweep.groups.catch(() => this.#sweeps.delete(key));
    }
    return sweep.groups;
  }

  async #sweep(target: TargetRef, place: Place): Promise<Groups> {
    const { partition } = parseArnOf(target.arn, 'ecs-service');
    const recent = await this.#deployments.list(
      place,
      {},
      { most: SWEEP_MOST },
    );
    const deployed = recent
      .filter(({ computePlatform }) => computePlatform === 'ECS')
      .flatMap(({ applicationName }) => applicationName ?? []);
    const others = await this.#reader.applications(place);
    const groups: Groups = new Map();
    for (const application of new Set([...deployed, ...others])) {
      for (const info of await this.#reader.ofApplication(place, application)) {
        // Another platform's application has no group of ECS.
        if (info.computePlatform !== 'ECS') break;
        const group = info.deploymentGroupName ?? '';
        const of = { partition, ...place };
        groups.set(groupArn(of, { application, group }), info);
      }
    }
    return groups;
  }
}

function factsOf(
  arn: string,
  source: DeploymentGroup['source'],
  info: DeploymentGroupInfo,
): DeploymentGroup {
  const { enabled, alarms = [] } = info.alarmConfiguration ?? {};
  return {
    arn,
    source,
    alarms: enabled ? alarms.length : 0,
    config: info.deploymentConfigName,
  };
}
