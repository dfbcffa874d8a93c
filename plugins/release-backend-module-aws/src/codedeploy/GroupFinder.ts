import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import { parseArnOf } from '@careplane/aws-common';
import type { AwsClients } from '@careplane/aws-node';
import type {
  DeploymentGroup,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';
import { placeOf, type StackReader } from '../stack/StackReader';
import { shiftOf } from './appSpec';
import { AppSpecs, UnreadAppSpec } from './AppSpecs';
import type { DeploymentReader, Place } from './DeploymentReader';
import { groupArn, GroupReader } from './groups';
import { UpdatePolicyReader } from './UpdatePolicyReader';

/** Past deployments of an account are looked through this often. */
const SWEEP_MS = 60 * 60_000;
const SWEEP_MOST = 200;

type Named = Pick<DeploymentGroup, 'arn' | 'source'>;

const arnOf = (
  target: TargetRef,
  group: { application: string; group: string },
): string => groupArn(parseArnOf(target.arn, 'lambda-alias'), group);

/**
 * Finds the deployment group in charge of an alias. No call of CodeDeploy
 * tells which alias a group moves, so that annotation, stack and earlier
 * deployments do, in this order.
 */
export class GroupFinder {
  readonly #groups: GroupReader;
  readonly #reader: DeploymentReader;
  readonly #specs: AppSpecs;
  readonly #policies: UpdatePolicyReader;
  readonly #now: () => number;
  readonly #sweeps = new Map<
    string,
    { at: number; groups: Promise<Map<string, string>> }
  >();

  constructor(
    clients: AwsClients,
    reader: DeploymentReader,
    stacks: StackReader,
    now: () => number = Date.now,
  ) {
    this.#groups = new GroupReader(clients);
    this.#reader = reader;
    this.#specs = new AppSpecs(clients);
    this.#policies = new UpdatePolicyReader(clients, stacks);
    this.#now = now;
  }

  async groupOf(target: TargetRef): Promise<DeploymentGroup | undefined> {
    if (target.kind !== 'lambda-alias') return undefined;
    const ways = [
      () => this.#annotated(target),
      () => this.#inStack(target),
      () => this.#deployedBefore(target),
    ];
    for (const way of ways) {
      const named = await way();
      const info =
        named && (await this.#groups.get(placeOf(target), named.arn));
      if (named && info?.computePlatform === 'Lambda') {
        const { enabled, alarms = [] } = info.alarmConfiguration ?? {};
        return { ...named, alarms: enabled ? alarms.length : 0 };
      }
    }
    return undefined;
  }

  async #annotated({ deploymentGroup }: TargetRef): Promise<Named | undefined> {
    return deploymentGroup
      ? { arn: deploymentGroup, source: 'annotation' }
      : undefined;
  }

  async #inStack(target: TargetRef): Promise<Named | undefined> {
    const found = await this.#policies.groupOf(target);
    return found && { arn: arnOf(target, found), source: 'update-policy' };
  }

  async #deployedBefore(target: TargetRef): Promise<Named | undefined> {
    const place = placeOf(target);
    const key = `${place.accountId} ${place.region}`;
    let sweep = this.#sweeps.get(key);
    if (!sweep || this.#now() - sweep.at > SWEEP_MS) {
      sweep = { at: this.#now(), groups: this.#sweep(target, place) };
      this.#sweeps.set(key, sweep);
      sweep.groups.catch(() => this.#sweeps.delete(key));
    }
    const { functionName, alias } = parseArnOf(target.arn, 'lambda-alias');
    const arn = (await sweep.groups).get(`${functionName}:${alias}`);
    return arn ? { arn, source: 'deployments' } : undefined;
  }

  /** Group ARNs by alias, from the newest deployments of the account. */
  async #sweep(target: TargetRef, place: Place): Promise<Map<string, string>> {
    const groups = new Map<string, string>();
    const all = await this.#reader.list(place, {}, { most: SWEEP_MOST });
    for (const info of all) {
      const { applicationName, deploymentGroupName } = info;
      if (!applicationName || !deploymentGroupName) continue;
      if (info.computePlatform === 'ECS') continue;
      const alias = shiftOf(await this.#specOf(place, info));
      if (!alias) continue;
      const key = `${alias.functionName}:${alias.alias}`;
      if (groups.has(key)) continue;
      const group = {
        application: applicationName,
        group: deploymentGroupName,
      };
      groups.set(key, arnOf(target, group));
    }
    return groups;
  }

  /** One that cannot be had tells nothing; the history says so. */
  async #specOf(place: Place, info: DeploymentInfo) {
    try {
      return await this.#specs.of(place, info);
    } catch (error) {
      if (!(error instanceof UnreadAppSpec)) throw error;
      return undefined;
    }
  }
}
