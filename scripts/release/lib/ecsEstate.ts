import { createHash } from 'node:crypto';
import type { RunningSandbox } from '@careplane/aws-sandbox';
import { fargateTemplate } from '../../../plugins/release-backend/src/__testUtils__/ecsRelease';
import {
  deployStack,
  publishRelease,
} from '../../../plugins/release-backend/src/__testUtils__/stacks';
import { bucketOf } from './engine';
import { releaseOf, Target } from './estate';

export const SERVICE = 'video-gateway';

/** An image that ECR holds and pulls, and that needs no process to run. */
async function pushImage(
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
) {
  const digest = await pushImage(sandbox, account, version);
  const uri = `${account}.dkr.ecr.us-east-1.amazonaws.com/${SERVICE}@${digest}`;
  const template = fargateTemplate(digest.slice(7, 19));
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

/**
 * A Fargate service with its stack; `moved` as of {@link Target}. With a bake
 * time, its next deployment bakes for that long.
 */
export async function ecsTarget(
  sandbox: RunningSandbox,
  options: { account: string; moved?: boolean; bakeTimeInMinutes?: number },
): Promise<Target> {
  const { account, moved, bakeTimeInMinutes } = options;
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
  if (bakeTimeInMinutes !== undefined) {
    await call('ecs', 'UpdateService', {
      cluster,
      service: SERVICE,
      deploymentConfiguration: { strategy: 'ROLLING', bakeTimeInMinutes },
    });
  }
  const revision = (made: typeof one, number: number) => ({
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
