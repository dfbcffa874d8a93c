import type { DeploymentGroupInfo } from '@aws-sdk/client-codedeploy';
import { NotFoundError } from '@backstage/errors';
import { parseArnOf } from '@careplane/aws-common';
import type { AwsClients, Lane } from '@careplane/aws-node';
import type {
  DeploymentGroup,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';
import { placeOf } from '../stack/StackReader';
import type { Place } from './DeploymentReader';
import { groupArn, GroupReader } from './groups';

/** Groups of an account are looked through this often. */
const SWEEP_MS = 60 * 60_000;
/** And once more for a service that none deploys: somebody may have made one. */
const AGAIN_MS = 30_000;

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

/** Of an account; `failure` where those of an application could not be read. */
interface Groups {
  found: Map<string, DeploymentGroupInfo>;
  failure?: unknown;
}

interface Sweep {
  at: number;
  groups: Promise<Groups>;
}

/**
 * Finds the group that deploys an ECS service. CodeDeploy lets a service belong
 * to one group only, and the group names it: first the annotated one is asked,
 * then all of the account.
 */
export class EcsGroups {
  readonly #reader: GroupReader;
  readonly #now: () => number;
  readonly #sweeps = new Map<string, Sweep>();

  constructor(clients: AwsClients, now: () => number) {
    this.#reader = new GroupReader(clients);
    this.#now = now;
  }

  /** @throws where the groups could not be read and none that was deploys it. */
  async groupOf(
    target: TargetRef,
    lane: Lane = 'normal',
  ): Promise<DeploymentGroup | undefined> {
    const place = placeOf(target);
    const { deploymentGroup } = target;
    if (deploymentGroup) {
      const info = await this.#reader.get(place, deploymentGroup, lane);
      if (deploysService(info, target)) {
        return factsOf(deploymentGroup, 'annotation', info);
      }
    }
    const known = await this.#find(target, place, lane, SWEEP_MS);
    return known ?? this.#find(target, place, lane, AGAIN_MS);
  }

  /** As it is now. */
  get(target: TargetRef, arn: string) {
    return this.#reader.get(placeOf(target), arn);
  }

  async #find(
    target: TargetRef,
    place: Place,
    lane: Lane,
    freshMs: number,
  ): Promise<DeploymentGroup | undefined> {
    const { found, failure } = await this.#all(target, place, lane, freshMs);
    for (const [arn, info] of found) {
      if (deploysService(info, target)) {
        const { lastAttemptedDeployment: last } = info;
        return factsOf(arn, last ? 'deployments' : 'service', info);
      }
    }
    if (failure && freshMs === AGAIN_MS) throw failure;
    return undefined;
  }

  #all(
    target: TargetRef,
    place: Place,
    lane: Lane,
    freshMs: number,
  ): Promise<Groups> {
    const key = `${place.accountId} ${place.region}`;
    let sweep = this.#sweeps.get(key);
    if (!sweep || this.#now() - sweep.at > freshMs) {
      const own = {
        at: this.#now(),
        groups: this.#sweep(target, place, lane),
      };
      sweep = own;
      this.#sweeps.set(key, own);
      own.groups.catch(() => {
        if (this.#sweeps.get(key) === own) this.#sweeps.delete(key);
      });
    }
    return sweep.groups;
  }

  async #sweep(target: TargetRef, place: Place, lane: Lane): Promise<Groups> {
    const { partition } = parseArnOf(target.arn, 'ecs-service');
    const groups: Groups = { found: new Map() };
    for (const application of await this.#reader.ecsApplications(place, lane)) {
      const infos = await this.#reader
        .ofApplication(place, application, lane)
        .catch(error => {
          // One that was deleted meanwhile has none; others are worth having.
          if (!(error instanceof NotFoundError)) groups.failure = error;
          return [];
        });
      for (const info of infos) {
        const group = info.deploymentGroupName ?? '';
        const of = { partition, ...place };
        groups.found.set(groupArn(of, { application, group }), info);
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
