import type {
  ContainerDefinition,
  CreateServiceRequest,
  DeploymentConfiguration,
  LoadBalancer,
  RegisterTaskDefinitionRequest,
} from '@aws-sdk/client-ecs';

export interface ClusterRecord {
  name: string;
  arn: string;
  tags: Record<string, string>;
  settings: { name?: string; value?: string }[];
}

export interface TaskDefinitionRecord {
  family: string;
  revision: number;
  arn: string;
  status: 'ACTIVE' | 'INACTIVE';
  registeredAt: string;
  registeredBy: string;
  deregisteredAt?: string;
  tags: Record<string, string>;
  definition: RegisterTaskDefinitionRequest & {
    containerDefinitions: ContainerDefinition[];
  };
}

/** What CreateService was given beside what the record holds itself. */
export type ServiceSettings = Pick<
  CreateServiceRequest,
  | 'launchType'
  | 'schedulingStrategy'
  | 'networkConfiguration'
  | 'loadBalancers'
  | 'serviceRegistries'
  | 'healthCheckGracePeriodSeconds'
  | 'enableExecuteCommand'
  | 'enableECSManagedTags'
  | 'propagateTags'
  | 'platformVersion'
  | 'capacityProviderStrategy'
  | 'deploymentController'
  | 'availabilityZoneRebalancing'
>;

export interface ServiceRecord {
  arn: string;
  name: string;
  cluster: string;
  clusterArn: string;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  deletedAt?: string;
  desiredCount: number;
  taskDefinition: string;
  createdAt: string;
  createdBy: string;
  deploymentConfiguration: DeploymentConfiguration;
  settings: ServiceSettings;
  tags: Record<string, string>;
  /** Revision of the last deployment that completed. */
  currentRevision?: string;
  /** The newest deployment, running or over. */
  deployment?: string;
  events: { id: string; at: string; message: string }[];
}

export interface RevisionRecord {
  arn: string;
  serviceArn: string;
  clusterArn: string;
  taskDefinition: string;
  createdAt: string;
  images: { containerName: string; image: string; imageDigest?: string }[];
  launchType?: string;
}

/** Tasks of one revision, under another controller than ECS. */
export interface TaskSetRecord {
  /** `ecs-svc/<number>`. */
  id: string;
  arn: string;
  serviceArn: string;
  clusterArn: string;
  status: 'PRIMARY' | 'ACTIVE';
  /** ARN of the revision of the service that it runs. */
  revision: string;
  taskDefinition: string;
  externalId?: string;
  startedBy: string;
  createdAt: string;
  updatedAt: string;
  loadBalancers?: LoadBalancer[];
}

/** CodeDeploy deploys the service, by task sets. */
export const isCodeDeploys = ({ settings }: ServiceRecord): boolean =>
  settings.deploymentController?.type === 'CODE_DEPLOY';

export type DeploymentStatus =
  | 'PENDING'
  | 'IN_PROGRESS'
  | 'STOP_REQUESTED'
  | 'STOPPED'
  | 'SUCCESSFUL'
  | 'ROLLBACK_REQUESTED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_SUCCESSFUL'
  | 'ROLLBACK_FAILED';

export interface HookRecord {
  id: string;
  /** `<lifecycle stage>#<index of the hook>`, then `/<traffic step>` or `/rollback`. */
  stage: string;
  status:
    | 'AWAITING_ACTION'
    | 'IN_PROGRESS'
    | 'SUCCEEDED'
    | 'TIMED_OUT'
    | 'FAILED';
  expiresAt: string;
  timeoutAction: 'CONTINUE' | 'ROLLBACK';
  /** Of a hook that calls a function: which, when next, and what it is given. */
  call?: { arn: string; at: string; details?: Record<string, unknown> };
}

export interface DeploymentRecord {
  arn: string;
  /** `ecs-svc/<number>`, as DescribeServices shows it. */
  id: string;
  serviceArn: string;
  clusterArn: string;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
  stoppedAt?: string;
  updatedAt: string;
  source?: string;
  target: string;
  status: DeploymentStatus;
  statusReason?: string;
  stage: number;
  stageSince: string;
  /** Share of production traffic on the target, in percent. */
  weight: number;
  /** Traffic steps that are over, and when the present one began. */
  trafficStep?: number;
  trafficSince?: string;
  hooks: HookRecord[];
  configuration: DeploymentConfiguration;
  rollback?: { reason: string; startedAt: string; serviceRevisionArn: string };
  failures: number;
  breaker: 'DISABLED' | 'MONITORING' | 'MONITORING_COMPLETE' | 'TRIGGERED';
  alarmsTriggered: string[];
}

export interface TaskRecord {
  arn: string;
  clusterArn: string;
  serviceArn: string;
  revision: string;
  deploymentId: string;
  /** The one task of its revision that has a process. */
  leads: boolean;
  taskDefinition: string;
  createdAt: string;
  startedAt?: string;
  stoppedAt?: string;
  status: 'PENDING' | 'RUNNING' | 'STOPPED';
  health: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
  stoppedReason?: string;
  stopCode?: string;
  containers: {
    name: string;
    image: string;
    imageDigest?: string;
    containerPort?: number;
    hostPort?: number;
    exitCode?: number;
    /** Why no process stands behind the container, for example `not run: no nginx`. */
    notRun?: string;
  }[];
}

export const isRolling = (deployment: DeploymentRecord): boolean =>
  (deployment.configuration.strategy ?? 'ROLLING') === 'ROLLING';

const OVER: readonly DeploymentStatus[] = [
  'STOPPED',
  'SUCCESSFUL',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
];
export const isOver = (deployment: DeploymentRecord): boolean =>
  OVER.includes(deployment.status);
