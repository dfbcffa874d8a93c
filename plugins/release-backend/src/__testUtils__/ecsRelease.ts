import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { RunningSandbox } from '@careplane/aws-sandbox';
import { DEV, publishRelease } from './stacks';

const run = promisify(execFile);
const NAME = 'video-gateway';
export const REPOSITORY = `${DEV}.dkr.ecr.us-east-1.amazonaws.com/${NAME}`;
const SHIM = join(
  dirname(require.resolve('@careplane/aws-sandbox/package.json')),
  'src/services/ecr/docker-shim/docker',
);

const serverOf = (tag: string) =>
  `require('node:http').createServer((q, s) => s.end('${tag}')).listen(8080);`;
/** A server that ends as soon as it starts, on one stage only. */
export const brokenOn = (stage: string) =>
  `if (process.env.STAGE === '${stage}') process.exit(3);${serverOf('x')}`;

/** Builds an image and pushes it. @returns its digest. */
export async function pushImage(
  sandbox: RunningSandbox,
  tag: string,
  source = serverOf(tag),
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'careplane-image-'));
  try {
    writeFileSync(join(folder, 'main.js'), source);
    writeFileSync(
      join(folder, 'Dockerfile'),
      'FROM node:22-slim\nWORKDIR /app\nCOPY main.js ./\nEXPOSE 8080\nUSER node\nCMD ["node", "main.js"]\n',
    );
    const docker = (...words: string[]) =>
      run(process.execPath, [SHIM, ...words], {
        cwd: folder,
        env: {
          PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
          HOME: folder,
          AWS_ENDPOINT_URL: sandbox.url,
        },
      });
    await docker('build', '-t', `${REPOSITORY}:${tag}`, '.');
    const { stdout } = await docker('push', `${REPOSITORY}:${tag}`);
    return /digest: (sha256:[0-9a-f]{64})/.exec(stdout)![1];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The cluster on each stage, and the repository in the delivery account. */
export async function prepareEcs(
  sandbox: RunningSandbox,
  accounts: string[],
): Promise<void> {
  await sandbox.call(
    'ecr',
    'CreateRepository',
    { repositoryName: NAME, imageScanningConfiguration: { scanOnPush: true } },
    { account: DEV },
  );
  for (const account of accounts) {
    await sandbox.call(
      'ecs',
      'CreateCluster',
      { clusterName: 'careplane' },
      { account },
    );
  }
}

/** A service that bakes each deployment, so that a rollback must not. */
export const fargateTemplate = (hash: string) => `
Parameters:
  Stage: { Type: String }
  ReleaseId: { Type: String }
  ReleaseVersion: { Type: String }
  ImageUri: { Type: String }
  LiveTaskDefinition: { Type: String, Default: latest }
  Memory: { Type: String, Default: '512' }
Conditions:
  UseLatest: !Equals [!Ref LiveTaskDefinition, latest]
Resources:
  ReleaseTaskDefinition${hash}:
    Type: AWS::ECS::TaskDefinition
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties:
      Family: ${NAME}
      RequiresCompatibilities: [FARGATE]
      NetworkMode: awsvpc
      Cpu: '256'
      Memory: !Ref Memory
      ContainerDefinitions:
        - Name: app
          Image: !Ref ImageUri
          PortMappings: [{ ContainerPort: 8080 }]
          Environment: [{ Name: STAGE, Value: !Ref Stage }]
  Service:
    Type: AWS::ECS::Service
    Properties:
      ServiceName: ${NAME}
      Cluster: careplane
      LaunchType: FARGATE
      TaskDefinition: !If [UseLatest, !Ref ReleaseTaskDefinition${hash}, !Ref LiveTaskDefinition]
      DesiredCount: 1
      DeploymentConfiguration:
        Strategy: ROLLING
        BakeTimeInMinutes: 1
        MinimumHealthyPercent: 100
        MaximumPercent: 200
        DeploymentCircuitBreaker: { Enable: true, Rollback: true }
Outputs:
  PublishedTaskDefinition: { Value: !Ref ReleaseTaskDefinition${hash} }
  TargetArn: { Value: !Ref Service }
`;

/**
 * The same service under CodeDeploy. Its task definition in the template stays
 * the first one: CloudFormation may not change it (UpdateService refuses that),
 * and what is live is an output, so that settling changes nothing else.
 */
export const codeDeployTemplate = (hash: string) =>
  fargateTemplate(hash)
    .replace(/Conditions:\n.*\n/, '')
    .replace(
      /TaskDefinition: !If .*/,
      `TaskDefinition: ${NAME}:1
      DeploymentController: { Type: CODE_DEPLOY }
      LoadBalancers:
        - TargetGroupArn: arn:aws:elasticloadbalancing:us-east-1:222222222222:targetgroup/video-blue/1
          ContainerName: app
          ContainerPort: 8080`,
    )
    .replace(/ {6}DeploymentConfiguration:\n( {8}.*\n)+/, '')
    .replace(
      'Type: AWS::ECS::Service\n',
      `Type: AWS::ECS::Service\n    DependsOn: ReleaseTaskDefinition${hash}\n`,
    )
    .concat('  Live: { Value: !Ref LiveTaskDefinition }\n');

/** Publishes a version of video-gateway and gives what its stack is made with. */
export async function publishFargate(
  sandbox: RunningSandbox,
  version: string,
  source?: string,
  templateOf = fargateTemplate,
) {
  const digest = await pushImage(sandbox, version, source);
  const uri = `${REPOSITORY}@${digest}`;
  const template = templateOf(digest.slice(7, 19));
  const { id } = await publishRelease(sandbox, {
    component: NAME,
    kind: 'ecs-service',
    version,
    builtAt: `2026-01-1${version.split('.')[1]}T00:00:00Z`,
    template,
    contentHash: digest,
    artifact: () => ({
      type: 'image',
      repositoryArn: `arn:aws:ecr:us-east-1:${DEV}:repository/${NAME}`,
      uri,
      digest,
      tags: [version],
    }),
  });
  const parameters: Record<string, string | undefined> = {
    Stage: 'dev',
    ReleaseId: id,
    ReleaseVersion: version,
    ImageUri: uri,
  };
  return { id, digest, template, parameters, name: `svc-${NAME}` };
}
