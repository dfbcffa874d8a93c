import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningSandbox } from '@careplane/aws-sandbox';
import {
  codeDeployTemplate,
  fargateTemplate,
} from '../../../plugins/release-backend/src/__testUtils__/ecsRelease';
import {
  deployStack,
  publishRelease,
} from '../../../plugins/release-backend/src/__testUtils__/stacks';
import { bucketOf } from './engine';
import { releaseOf, Target } from './estate';

export const SERVICE = 'video-gateway';

/** An image that ECR holds and pulls, and that needs no process to run. */
export async function pushImage(
  sandbox: RunningSandbox,
  account: string,
  tag: string,
) {
  const imageManifest = JSON.stringify({ schemaVersion: 2, layers: [], tag });
  await sandbox.call(
    'ecr',
    'PutImage',
    { repositoryName: SERVICE, imageManifest, imageTag: tag },
    { account },
  );
  return `sha256:${createHash('sha256').update(imageManifest).digest('hex')}`;
}

async function publish(
  sandbox: RunningSandbox,
  account: string,
  version: string,
  templateOf = fargateTemplate,
) {
  const digest = await pushImage(sandbox, account, version);
  const uri = `${account}.dkr.ecr.us-east-1.amazonaws.com/${SERVICE}@${digest}`;
  const template = templateOf(digest.slice(7, 19));
  const artifact = {
    type: 'image' as const,
    repositoryArn: `arn:aws:ecr:us-east-1:${account}:repository/${SERVICE}`,
    uri,
    digest,
    tags: [version],
  };
  const { id } = await publishRelease(
    sandbox,
    {
      component: SERVICE,
      kind: 'ecs-service',
      version,
      builtAt: `2026-01-1${version.split('.')[1]}T00:00:00Z`,
      template,
      contentHash: digest,
      artifact: () => artifact,
    },
    { account, bucket: bucketOf(account) },
  );
  const parameters: Record<string, string | undefined> = {
    Stage: 'qa',
    ReleaseId: id,
    ReleaseVersion: version,
    ImageUri: uri,
  };
  return {
    id,
    version,
    digest,
    artifact,
    template,
    parameters,
    name: `svc-${SERVICE}`,
  };
}

/** Every deployment waits for a person, for the longest time that ECS allows. */
export const A_PAUSE = {
  strategy: 'BLUE_GREEN',
  lifecycleHooks: [
    {
      targetType: 'PAUSE',
      lifecycleStages: ['POST_SCALE_UP'],
      timeoutConfiguration: { timeoutInMinutes: 20_160, action: 'ROLLBACK' },
    },
  ],
};

/**
 * A Fargate service with its stack; `moved` as of {@link Target}. `deploys` is
 * how its next deployment goes.
 */
export async function ecsTarget(
  sandbox: RunningSandbox,
  options: { account: string; moved?: boolean; deploys?: object },
): Promise<Target> {
  const { account, moved, deploys } = options;
  const call = (service: string, operation: string, input: object) =>
    sandbox.call(service, operation, input, { account });
  const cluster = 'careplane';
  await call('ecr', 'CreateRepository', { repositoryName: SERVICE });
  await call('ecs', 'CreateCluster', { clusterName: cluster });
  const one = await publish(sandbox, account, '1.0.0');
  const two = await publish(sandbox, account, '1.1.0');
  await deployStack(sandbox, account, { ...one, operation: 'CreateStack' });
  if (moved) {
    await deployStack(sandbox, account, { ...two, operation: 'UpdateStack' });
  }
  if (deploys) {
    await call('ecs', 'UpdateService', {
      cluster,
      service: SERVICE,
      deploymentConfiguration: deploys,
    });
  }
  return targetOf(account, one, two, moved);
}

type Published = Awaited<ReturnType<typeof publish>>;

function targetOf(
  account: string,
  one: Published,
  two: Published,
  moved = false,
): Target {
  const revision = (made: Published, number: number) => ({
    id: `arn:aws:ecs:us-east-1:${account}:task-definition/${SERVICE}:${number}`,
    contentHash: made.digest,
    version: made.version,
    releaseId: made.id,
  });
  const target = {
    account,
    name: SERVICE,
    kind: 'ecs-service' as const,
    arn: `arn:aws:ecs:us-east-1:${account}:service/careplane/${SERVICE}`,
  };
  return moved
    ? { ...target, live: revision(two, 2), before: revision(one, 1) }
    : {
        ...target,
        live: revision(one, 1),
        next: releaseOf(SERVICE, 'ecs-service', two.id, two.artifact),
      };
}

const GROUP = { applicationName: SERVICE, deploymentGroupName: 'live' };

/** So long that a deployment is still under way whenever somebody looks. */
const SLOW = {
  deploymentConfigName: 'TwoDays',
  computePlatform: 'ECS',
  trafficRoutingConfig: {
    type: 'TimeBasedCanary',
    timeBasedCanary: { canaryPercentage: 10, canaryInterval: 2880 },
  },
};

/**
 * The same under CodeDeploy, with a deployment group that names the service;
 * `slow` makes a deployment last.
 */
export async function groupTarget(
  sandbox: RunningSandbox,
  options: { account: string; moved?: boolean; slow?: boolean },
): Promise<Target> {
  const { account, moved, slow } = options;
  const call = <T>(service: string, operation: string, input: object) =>
    sandbox.call<T>(service, operation, input, { account });
  await call('ecr', 'CreateRepository', { repositoryName: SERVICE });
  await call('ecs', 'CreateCluster', { clusterName: 'careplane' });
  const one = await publish(sandbox, account, '1.0.0', codeDeployTemplate);
  const two = await publish(sandbox, account, '1.1.0', codeDeployTemplate);
  await deployStack(sandbox, account, { ...one, operation: 'CreateStack' });
  await call('codedeploy', 'CreateApplication', {
    applicationName: SERVICE,
    computePlatform: 'ECS',
  });
  if (slow) await call('codedeploy', 'CreateDeploymentConfig', SLOW);
  await call('codedeploy', 'CreateDeploymentGroup', {
    ...GROUP,
    serviceRoleArn: `arn:aws:iam::${account}:role/codedeploy`,
    ...(slow && { deploymentConfigName: SLOW.deploymentConfigName }),
    ecsServices: [{ clusterName: 'careplane', serviceName: SERVICE }],
    blueGreenDeploymentConfiguration: {
      deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT' },
      terminateBlueInstancesOnDeploymentSuccess: {
        action: 'TERMINATE',
        terminationWaitTimeInMinutes: 0,
      },
    },
    loadBalancerInfo: {
      targetGroupPairInfoList: [
        {
          targetGroups: [{ name: 'blue' }, { name: 'green' }],
          prodTrafficRoute: { listenerArns: ['listener'] },
        },
      ],
    },
  });
  const target = targetOf(account, one, two, moved);
  if (!moved) return target;
  await deployStack(sandbox, account, { ...two, operation: 'UpdateStack' });
  const { deploymentId } = await call<{ deploymentId: string }>(
    'codedeploy',
    'CreateDeployment',
    {
      ...GROUP,
      revision: {
        revisionType: 'String',
        string: {
          content: `version: 0.0\nResources:\n  - TargetService:\n      Type: AWS::ECS::Service\n      Properties: { TaskDefinition: '${target.live.id}', LoadBalancerInfo: { ContainerName: app, ContainerPort: 8080 } }\n`,
        },
      },
    },
  );
  for (let look = 0; look < 400; look++) {
    const { deploymentInfo } = await call<{
      deploymentInfo: { status: string };
    }>('codedeploy', 'GetDeployment', { deploymentId });
    if (deploymentInfo.status === 'Succeeded') {
      await keepReplaced(call);
      return target;
    }
    await sleep(50);
  }
  throw new Error(`Deployment ${deploymentId} did not end.`);
}

/**
 * What is replaced stays for two days, which no run outlasts: each of them
 * meets the wait, and a return ends it (CodeDeploy, BlueInstanceTerminationOption).
 */
const keepReplaced = (
  call: (service: string, operation: string, input: object) => Promise<unknown>,
) =>
  call('codedeploy', 'UpdateDeploymentGroup', {
    applicationName: GROUP.applicationName,
    currentDeploymentGroupName: GROUP.deploymentGroupName,
    blueGreenDeploymentConfiguration: {
      deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT' },
      terminateBlueInstancesOnDeploymentSuccess: {
        action: 'TERMINATE',
        terminationWaitTimeInMinutes: 2880,
      },
    },
  });
