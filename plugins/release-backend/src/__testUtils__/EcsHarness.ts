import { setTimeout as sleep } from 'node:timers/promises';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import type { Revision } from '@careplane/backstage-plugin-release-common';
import type { Knex } from 'knex';
import type { RolloutRecord } from '../engine/model';
import { DriversHarness } from './DriversHarness';
import { Harness, STAGE } from './harness';

const NAME = 'video-gateway';
const ACCOUNT = STAGE.accountId;
export const SERVICE = { cluster: 'careplane', service: NAME };
export const SERVICE_ARN = `arn:aws:ecs:us-east-1:${ACCOUNT}:service/careplane/${NAME}`;
const LOOK = /^(Describe|List|Get|BatchGet|Assume)/;

export const GROUP = {
  applicationName: NAME,
  deploymentGroupName: 'blue-green',
};
export const ALARM = 'video-errors';
/** What makes a service CodeDeploy's. */
export const BY_CODE_DEPLOY = {
  deploymentController: { type: 'CODE_DEPLOY' },
  loadBalancers: [
    {
      targetGroupArn: `arn:aws:elasticloadbalancing:us-east-1:${ACCOUNT}:targetgroup/video-blue/1`,
      containerName: 'app',
      containerPort: 8080,
    },
  ],
};

/** Waits of a group, in minutes. */
export const blueGreen = (reroute = 0, terminate = 5) => ({
  deploymentReadyOption: reroute
    ? { actionOnTimeout: 'STOP_DEPLOYMENT', waitTimeInMinutes: reroute }
    : { actionOnTimeout: 'CONTINUE_DEPLOYMENT' },
  terminateBlueInstancesOnDeploymentSuccess: {
    action: 'TERMINATE',
    terminationWaitTimeInMinutes: terminate,
  },
});

/** An ECS service with two revisions by digest, of which the first runs. */
export class EcsHarness extends DriversHarness {
  one: Revision = { id: '', contentHash: '' };
  two: Revision = { id: '', contentHash: '' };

  static async start(knex: Knex, service: object = {}): Promise<EcsHarness> {
    await Harness.create(knex);
    const made = new EcsHarness(await startSandbox(), knex);
    await made.#prepare(service);
    return made;
  }

  async #prepare(service: object): Promise<void> {
    await this.call('ecr', 'CreateRepository', { repositoryName: NAME });
    await this.call('ecs', 'CreateCluster', { clusterName: 'careplane' });
    this.one = await this.revision('1.0.0');
    this.two = await this.revision('1.1.0');
    await this.call('ecs', 'CreateService', {
      cluster: 'careplane',
      serviceName: NAME,
      taskDefinition: this.one.id,
      desiredCount: 2,
      ...service,
    });
    await this.settles();
    this.sandbox.requests.clear();
  }

  /** A task definition by digest, whose tasks run no process. */
  async revision(version: string): Promise<Revision> {
    const { image } = await this.call<{
      image: { imageId: { imageDigest: string } };
    }>('ecr', 'PutImage', {
      repositoryName: NAME,
      imageTag: version,
      imageManifest: JSON.stringify({ schemaVersion: 2, version, layers: [] }),
    });
    const { imageDigest } = image.imageId;
    const { taskDefinition } = await this.call<{
      taskDefinition: { taskDefinitionArn: string };
    }>('ecs', 'RegisterTaskDefinition', {
      family: NAME,
      containerDefinitions: [
        {
          name: 'app',
          image: `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/${NAME}@${imageDigest}`,
          portMappings: [{ containerPort: 8080 }],
        },
      ],
    });
    return {
      id: taskDefinition.taskDefinitionArn,
      contentHash: imageDigest,
      version,
    };
  }

  /** Tasks start in real time, everything else in the sandbox's. */
  override async pass(ms: number): Promise<void> {
    await super.pass(ms);
    await sleep(15);
  }

  /** The deployment group of a service under CodeDeploy. */
  async makeGroup(more: object = {}): Promise<void> {
    await this.call('codedeploy', 'CreateApplication', {
      applicationName: NAME,
      computePlatform: 'ECS',
    });
    await this.call('cloudwatch', 'PutMetricAlarm', {
      AlarmName: ALARM,
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'HTTPCode_Target_5XX_Count',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      TreatMissingData: 'notBreaching',
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
    await this.call('codedeploy', 'CreateDeploymentGroup', {
      ...GROUP,
      serviceRoleArn: `arn:aws:iam::${ACCOUNT}:role/ecsCodeDeployRole`,
      deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent5Minutes',
      ecsServices: [{ clusterName: 'careplane', serviceName: NAME }],
      blueGreenDeploymentConfiguration: blueGreen(),
      alarmConfiguration: { enabled: true, alarms: [{ name: ALARM }] },
      loadBalancerInfo: {
        targetGroupPairInfoList: [
          {
            targetGroups: [{ name: 'video-blue' }, { name: 'video-green' }],
            prodTrafficRoute: {
              listenerArns: [
                `arn:aws:elasticloadbalancing:us-east-1:${ACCOUNT}:listener/app/video/1/1`,
              ],
            },
          },
        ],
      },
      ...more,
    });
  }

  /** Newest first. */
  async deployments() {
    const { deployments } = await this.call<{ deployments: string[] }>(
      'codedeploy',
      'ListDeployments',
      GROUP,
    );
    return deployments;
  }

  async settles(): Promise<void> {
    for (let look = 0; look < 40; look++) {
      await this.pass(5_000);
      const { runningCount, desiredCount, deployments } = await this.service();
      const busy = deployments?.some(one => one.rolloutState === 'IN_PROGRESS');
      if (runningCount === desiredCount && !busy) return;
    }
    throw new Error('The service did not become steady.');
  }

  async service() {
    const { services } = await this.call<{
      services: {
        taskDefinition: string;
        runningCount: number;
        desiredCount: number;
        deployments?: { rolloutState?: string }[];
      }[];
    }>('ecs', 'DescribeServices', {
      cluster: 'careplane',
      services: [NAME],
    });
    return services[0];
  }

  /** How the service deploys from now on; starts no deployment. */
  configure(deploymentConfiguration: object) {
    return this.call('ecs', 'UpdateService', {
      ...SERVICE,
      deploymentConfiguration,
    });
  }

  promote(patch: Partial<RolloutRecord> = {}): Promise<string> {
    return this.h.open({
      state: 'PREFLIGHT',
      targetArn: SERVICE_ARN,
      component: NAME,
      stackName: `svc-${NAME}`,
      entityRef: `component:default/${NAME}`,
      from: this.one,
      candidate: this.two,
      to: { version: '1.1.0', contentHash: this.two.contentHash },
      strategy: { type: 'all-at-once', steps: [] },
      ...patch,
    });
  }

  rollback(patch: Partial<RolloutRecord> = {}): Promise<string> {
    const { id, contentHash } = this.one;
    return this.promote({
      kind: 'rollback',
      candidate: undefined,
      from: this.two,
      to: { revisionId: id, contentHash },
      returnTo: this.one,
      ...patch,
    });
  }

  /** Careplane's writes over the wire, with who made each. */
  writes(): string[] {
    return this.#own().map(one => one.operation);
  }

  #own(): ReturnType<RunningSandbox['requests']['since']> {
    return this.sandbox.requests
      .since(0)
      .filter(
        one =>
          !LOOK.test(one.operation) &&
          one.principal?.includes('careplane-release'),
      );
  }

  /** What was sent with the last call of an operation, and by whom. */
  last(operation: string) {
    return this.#own()
      .filter(one => one.operation === operation)
      .at(-1);
  }
}
