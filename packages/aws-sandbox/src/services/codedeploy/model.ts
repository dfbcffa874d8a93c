import { randomBytes } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-codedeploy';
import type { Collection, Sandbox } from '../../core';

export const REGION = 'us-east-1';

/** All times are ISO 8601. */
export interface ApplicationRecord {
  name: string;
  id: string;
  computePlatform: sdk.ComputePlatform;
  created: string;
  tags: sdk.Tag[];
}

/** What a group was made with, as it was sent. */
export type GroupSettings = Pick<
  sdk.CreateDeploymentGroupInput,
  | 'triggerConfigurations'
  | 'alarmConfiguration'
  | 'autoRollbackConfiguration'
  | 'outdatedInstancesStrategy'
  | 'deploymentStyle'
  | 'blueGreenDeploymentConfiguration'
  | 'loadBalancerInfo'
  | 'ecsServices'
>;

export interface GroupRecord {
  application: string;
  name: string;
  id: string;
  config: string;
  serviceRoleArn: string;
  settings: GroupSettings;
  tags: sdk.Tag[];
  /** Ids of deployments. */
  lastAttempted?: string;
  lastSuccessful?: string;
}

export interface ConfigRecord {
  name: string;
  id: string;
  computePlatform: sdk.ComputePlatform;
  traffic: sdk.TrafficRoutingConfig;
  created: string;
}

/** Function names or ARNs by lifecycle event. */
type Hooks = Partial<Record<HookEvent, string>>;

/** What an AppSpec of the Lambda platform says. */
export interface LambdaSpec {
  functionName: string;
  alias: string;
  currentVersion: string;
  targetVersion: string;
  hooks: Hooks;
}

/** What an AppSpec of the ECS platform says. */
export interface EcsSpec {
  /** ARN. */
  taskDefinition: string;
  container: string;
  port: number;
  hooks: Hooks;
}

/** Where a deployment of ECS works, and how far it is. Times are ISO 8601. */
export interface EcsPlace {
  cluster: string;
  service: string;
  /** Ids of the original and the replacement task set. */
  blue?: string;
  green?: string;
  blueDefinition?: string;
  /** It waits to reroute traffic since then. */
  readySince?: string;
  /** Somebody let it go on. */
  rerouted?: boolean;
  /** All traffic is on the replacement since then. */
  reroutedAt?: string;
  /** Somebody ended the wait before the original task set is terminated. */
  terminates?: boolean;
}

export type HookEvent =
  | 'BeforeInstall'
  | 'AfterInstall'
  | 'AfterAllowTestTraffic'
  | 'BeforeAllowTraffic'
  | 'AfterAllowTraffic';
export type EventName =
  | 'Start'
  | HookEvent
  | 'Install'
  | 'AllowTestTraffic'
  | 'AllowTraffic'
  | 'End';

export interface EventRecord {
  name: EventName;
  status: sdk.LifecycleEventStatus;
  start?: string;
  end?: string;
  /** What the hook's function answers with. */
  executionId?: string;
}

export interface DeploymentRecord {
  id: string;
  account: string;
  application: string;
  group: string;
  config: string;
  description?: string;
  creator: sdk.DeploymentCreator;
  revision: sdk.RevisionLocation;
  spec: LambdaSpec | EcsSpec;
  /** Missing on the Lambda platform. */
  ecs?: EcsPlace;
  status: sdk.DeploymentStatus;
  error?: { code: sdk.ErrorCode; message: string };
  created: string;
  started?: string;
  completed?: string;
  autoRollback?: sdk.AutoRollbackConfiguration;
  alarms?: sdk.AlarmConfiguration;
  /** The deployment that this one takes back. */
  rollsBack?: string;
  rolledBackBy?: string;
  rollbackMessage?: string;
  events: EventRecord[];
  /** How many shifts were made, and the weight after the last, 0 to 100. */
  shifts: number;
  weight: number;
}

const ACTIVE: readonly sdk.DeploymentStatus[] = [
  'Created',
  'Queued',
  'InProgress',
  'Baking',
  'Ready',
];

export const isActive = ({ status }: DeploymentRecord) =>
  ACTIVE.includes(status);

export function lambdaSpecOf({ id, spec }: DeploymentRecord): LambdaSpec {
  if ('functionName' in spec) return spec;
  throw new Error(`${id} is no deployment of Lambda`);
}

export function ecsSpecOf({ id, spec }: DeploymentRecord): EcsSpec {
  if ('taskDefinition' in spec) return spec;
  throw new Error(`${id} is no deployment of ECS`);
}

/** CodeDeploy in one account. */
export class CodeDeployState {
  readonly applications: Collection<ApplicationRecord>;
  readonly groups: Collection<GroupRecord>;
  readonly configs: Collection<ConfigRecord>;
  readonly deployments: Collection<DeploymentRecord>;

  constructor(sandbox: Sandbox, readonly account: string) {
    this.applications = sandbox.store('codedeploy', account, 'applications');
    this.groups = sandbox.store('codedeploy', account, 'groups');
    this.configs = sandbox.store('codedeploy', account, 'configs');
    this.deployments = sandbox.store('codedeploy', account, 'deployments');
  }

  group(application: string, name: string): GroupRecord | undefined {
    return this.groups.get(`${application}/${name}`);
  }

  putGroup(group: GroupRecord) {
    this.groups.set(`${group.application}/${group.name}`, group);
  }

  put(deployment: DeploymentRecord) {
    this.deployments.set(deployment.id, deployment);
  }

  /** Newest first. */
  deploymentsOf(application?: string, group?: string): DeploymentRecord[] {
    return this.deployments
      .values()
      .filter(
        one =>
          (!application || one.application === application) &&
          (!group || one.group === group),
      )
      .sort((a, b) => b.created.localeCompare(a.created));
  }
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** As AWS makes them up: `d-` and nine capitals and digits. */
export const newDeploymentId = (): string =>
  `d-${[...randomBytes(9)].map(byte => LETTERS[byte % 36]).join('')}`;
