// What this kind of service releases: a container image by its digest.
import { spawnSync } from 'node:child_process';
import { callJson } from './lib/aws.mjs';
import { resourceText, stamp } from './lib/release.mjs';

export const kind = 'ecs-service';
export const liveParameter = 'LiveTaskDefinition';

/** The image is built once the quality gate is passed. */
export async function packageArtifact() {
  return { type: 'image' };
}

/**
 * Builds and pushes the image and names it by digest. Tags are immutable, so
 * that a retry finds the image which the first try pushed.
 */
export async function publishArtifact({ version }) {
  const { IMAGE_REPOSITORY: repository, IMAGE_REPOSITORY_ARN: repositoryArn, SERVICE_NAME: name } = process.env;
  let digest = await digestOf(name, version);
  if (!digest) {
    await login(repository.split('/')[0]);
    docker(['build', '--tag', `${repository}:${version}`, '.']);
    docker(['push', `${repository}:${version}`]);
    digest = await digestOf(name, version);
    if (!digest) throw new Error(`ECR has no image ${name}:${version} after the push`);
  }
  return { type: 'image', repositoryArn, uri: `${repository}@${digest}`, digest, tags: [version] };
}

/** The template with a logical id that follows the image and the task's configuration. */
export function releaseTemplate(template, { digest }) {
  return stamp(template, 'ReleaseTaskDefinition', [digest, resourceText(template, 'ReleaseTaskDefinition')]);
}

async function digestOf(repositoryName, imageTag) {
  try {
    const { imageDetails } = await callJson('ecr', 'AmazonEC2ContainerRegistry_V20150921.DescribeImages', {
      repositoryName,
      imageIds: [{ imageTag }],
    });
    return imageDetails[0]?.imageDigest;
  } catch (error) {
    if (/ImageNotFoundException/.test(error.message)) return undefined;
    throw error;
  }
}

async function login(registry) {
  const { authorizationData } = await callJson('ecr', 'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken', {});
  const [user, password] = Buffer.from(authorizationData[0].authorizationToken, 'base64').toString('utf8').split(':');
  docker(['login', '--username', user, '--password-stdin', registry], password);
}

function docker(args, input) {
  const run = spawnSync('docker', args, { input, stdio: [input ? 'pipe' : 'ignore', 'inherit', 'inherit'] });
  if (run.status !== 0) throw new Error(`docker ${args[0]} ended with ${run.status ?? run.error?.message}`);
}
