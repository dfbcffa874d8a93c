import { shorten } from './arn';
import { InputError } from '@backstage/errors';
import { parseArnOf, parseResourceArn, ResourceArn } from './resourceArn';

/**
 * Links into the AWS console. Every function is pure: a link is made from what
 * is known, and never by asking AWS. Hosts per partition:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/console_partitions.html
 */

const HOSTS: Record<string, string> = {
  aws: 'console.aws.amazon.com',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-cn': 'console.amazonaws.cn',
};

interface Place {
  partition: string;
  region: string;
}

function origin({ partition, region }: Place): string {
  const host = HOSTS[partition];
  if (!host) {
    throw new InputError(
      `The console of partition '${shorten(partition)}' is not known.`,
    );
  }
  // Hosts of GovCloud and China carry no region in front.
  return partition === 'aws' && region
    ? `https://${region}.${host}`
    : `https://${host}`;
}

const enc = encodeURIComponent;

function page(place: Place, path: string): string {
  const query = place.region ? `?region=${place.region}` : '';
  return `${origin(place)}${path}${query}`;
}

function fragment(place: Place, service: string, hash: string): string {
  const query = place.region ? `?region=${place.region}` : '';
  return `${origin(place)}/${service}/home${query}#${hash}`;
}

function pathOf(resource: ResourceArn): string {
  switch (resource.kind) {
    case 'lambda-function':
      return fragment(
        resource,
        'lambda',
        `/functions/${resource.functionName}`,
      );
    case 'lambda-alias':
      return fragment(
        resource,
        'lambda',
        `/functions/${resource.functionName}/aliases/${resource.alias}`,
      );
    case 'lambda-version':
      return fragment(
        resource,
        'lambda',
        `/functions/${resource.functionName}/versions/${enc(resource.version)}`,
      );
    case 'ecs-cluster':
      return page(resource, `/ecs/v2/clusters/${resource.cluster}/services`);
    case 'ecs-service':
      return page(
        resource,
        `/ecs/v2/clusters/${resource.cluster}/services/${resource.service}/health`,
      );
    case 'ecs-service-deployment':
      return page(
        resource,
        `/ecs/v2/clusters/${resource.cluster}/services/${resource.service}/deployments/${resource.deployment}`,
      );
    case 'ecs-task-definition':
      return page(
        resource,
        `/ecs/v2/task-definitions/${resource.family}/${resource.revision}/containers`,
      );
    case 'codepipeline':
      return page(
        resource,
        `/codesuite/codepipeline/pipelines/${enc(resource.pipeline)}/view`,
      );
    case 'codebuild-project':
      return page(
        resource,
        `/codesuite/codebuild/${resource.accountId}/projects/${resource.project}/history`,
      );
    case 'codebuild-build':
      return page(
        resource,
        `/codesuite/codebuild/${resource.accountId}/projects/${
          resource.project
        }/build/${enc(`${resource.project}:${resource.build}`)}/log`,
      );
    case 'codecommit-repository':
      return page(
        resource,
        `/codesuite/codecommit/repositories/${resource.repository}/browse`,
      );
    case 'ecr-repository':
      return page(
        resource,
        `/ecr/repositories/private/${resource.accountId}/${resource.repository}`,
      );
    case 'cloudformation-stack':
      return fragment(
        resource,
        'cloudformation',
        `/stacks/stackinfo?stackId=${enc(
          `arn:${resource.partition}:cloudformation:${resource.region}:${resource.accountId}:stack/${resource.stack}/${resource.id}`,
        )}`,
      );
    case 'cloudformation-change-set':
      return fragment(
        resource,
        'cloudformation',
        `/stacks/changesets/changes?changeSetId=${enc(
          `arn:${resource.partition}:cloudformation:${resource.region}:${resource.accountId}:changeSet/${resource.changeSet}/${resource.id}`,
        )}`,
      );
    case 'codedeploy-group':
      return page(
        resource,
        `/codesuite/codedeploy/applications/${enc(
          resource.application,
        )}/deployment-groups/${enc(resource.group)}`,
      );
    case 'iam-role':
      return fragment(
        resource,
        'iam',
        `/roles/details/${enc(resource.role.split('/').pop() ?? '')}`,
      );
    case 's3-bucket':
      return page(resource, `/s3/buckets/${resource.bucket}`);
    case 'sqs-queue':
      return fragment(
        resource,
        'sqs/v3',
        `/queues/${enc(
          `https://sqs.${resource.region}.amazonaws.com/${resource.accountId}/${resource.queue}`,
        )}`,
      );
    case 'rds-instance':
      return fragment(
        resource,
        'rds',
        `database:id=${resource.instance};is-cluster=false`,
      );
    case 'rds-cluster':
      return fragment(
        resource,
        'rds',
        `database:id=${resource.cluster};is-cluster=true`,
      );
    case 'dynamodb-table':
      return fragment(resource, 'dynamodbv2', `table?name=${resource.table}`);
    default:
      throw new InputError('No console page is known for this resource.');
  }
}

/**
 * The console page of a resource: alias, version, service, deployment, task
 * definition, pipeline, build log, repository, stack, change set …
 *
 * @throws InputError when the ARN is malformed or of an unknown kind.
 */
export function consoleUrl(arn: string): string {
  return pathOf(parseResourceArn(arn));
}

/** One execution of a pipeline, at its timeline. */
export function pipelineExecutionUrl(
  pipelineArn: string,
  executionId: string,
): string {
  const pipeline = parseArnOf(pipelineArn, 'codepipeline');
  return page(
    pipeline,
    `/codesuite/codepipeline/pipelines/${enc(
      pipeline.pipeline,
    )}/executions/${enc(executionId)}/timeline`,
  );
}

/** The log of a build; `buildId` is CodeBuild's `<project>:<uuid>`. */
export function buildLogUrl(
  buildId: string,
  place: Place & { accountId: string },
): string {
  return consoleUrl(
    `arn:${place.partition}:codebuild:${place.region}:${place.accountId}:build/${buildId}`,
  );
}

/** One image by digest. */
export function imageUrl(repositoryArn: string, digest: string): string {
  const repo = parseArnOf(repositoryArn, 'ecr-repository');
  return page(
    repo,
    `/ecr/repositories/private/${repo.accountId}/${repo.repository}/_/image/${digest}/details`,
  );
}

/** A change set inside its stack. Both are full ARNs. */
export function changeSetUrl(stackArn: string, changeSetArn: string): string {
  const stack = parseArnOf(stackArn, 'cloudformation-stack');
  parseArnOf(changeSetArn, 'cloudformation-change-set');
  return fragment(
    stack,
    'cloudformation',
    `/stacks/changesets/changes?stackId=${enc(stackArn)}&changeSetId=${enc(
      changeSetArn,
    )}`,
  );
}

/** A stack by name, where its id is not known. */
export function stackUrl(place: Place, stackName: string): string {
  return fragment(
    place,
    'cloudformation',
    `/stacks?filteringText=${enc(stackName)}`,
  );
}

/** The console's start page of an account and region. */
export function accountUrl(place: Place): string {
  return page(place, '/console/home');
}

/**
 * The same page through IAM Identity Center, which signs in to the account
 * first (peers' config key `aws.sso.subdomain`).
 */
export function ssoUrl(
  subdomain: string,
  accountId: string,
  destination: string,
): string {
  return `https://${subdomain}.awsapps.com/start/#/console?account_id=${accountId}&destination=${enc(
    destination,
  )}`;
}
