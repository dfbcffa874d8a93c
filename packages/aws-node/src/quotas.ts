/**
 * How many calls Careplane plans per second for each group of operations that
 * share an AWS quota, in one account and region, over all its processes.
 *
 * Sources: Lambda https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 * (15/s for the control plane together, not adjustable: 9 planned), ECS
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/request-throttling.html,
 * CloudTrail LookupEvents 2/s, CloudWatch DescribeAlarms 9/s. AWS publishes no
 * figure for the Code* services; the plan there is cautious.
 */
export interface QuotaGroup {
  id: string;
  /** Calls per second. */
  rate: number;
  /** Calls that may be made at once after a quiet time, besides `reserve`. */
  burst: number;
  /** Burst that only rollbacks may use, in every process. */
  reserve: number;
  /** Calls under way at once; rollbacks are not held by it. */
  concurrency: number;
}

const group = (
  id: string,
  rate: number,
  burst: number,
  reserve = 2,
  concurrency = 10,
): QuotaGroup => ({ id, rate, burst, reserve, concurrency });

const LAMBDA_CONTROL = group('lambda', 9, 1, 6, 6);
const LAMBDA_GET_FUNCTION = group('lambda:GetFunction', 60, 20, 6, 20);
const LAMBDA_POLICY = group('lambda:GetPolicy', 9, 3, 0);
const LAMBDA_INVOKE = group('lambda:Invoke', 50, 10, 0);
const ECS_SERVICE_MODIFY = group('ecs:service-modify', 3, 10, 10, 5);
const ECS_SERVICE_READ = group('ecs:service-read', 12, 20, 10);
const ECS_DEPLOYMENT = group('ecs:deployment-read', 12, 20, 10);
const ECS_REVISION = group('ecs:revision-read', 12, 20, 5);
const ECS_TASKDEF_MODIFY = group('ecs:task-definition-modify', 0.6, 5, 5, 2);
const ECS_TASKDEF_READ = group('ecs:task-definition-read', 12, 20, 5);
const ECS_CLUSTER = group('ecs:cluster-read', 12, 20, 10);

const BY_OPERATION: Record<string, QuotaGroup> = {
  'lambda:GetFunction': LAMBDA_GET_FUNCTION,
  'lambda:GetPolicy': LAMBDA_POLICY,
  'lambda:Invoke': LAMBDA_INVOKE,
  'ecs:UpdateService': ECS_SERVICE_MODIFY,
  'ecs:CreateService': ECS_SERVICE_MODIFY,
  'ecs:DeleteService': ECS_SERVICE_MODIFY,
  'ecs:StopServiceDeployment': ECS_SERVICE_MODIFY,
  'ecs:ContinueServiceDeployment': ECS_SERVICE_MODIFY,
  'ecs:DescribeServices': ECS_SERVICE_READ,
  'ecs:ListServices': ECS_SERVICE_READ,
  'ecs:ListServiceDeployments': ECS_DEPLOYMENT,
  'ecs:DescribeServiceDeployments': ECS_DEPLOYMENT,
  'ecs:DescribeServiceRevisions': ECS_REVISION,
  'ecs:RegisterTaskDefinition': ECS_TASKDEF_MODIFY,
  'ecs:DeregisterTaskDefinition': ECS_TASKDEF_MODIFY,
  'ecs:DescribeTaskDefinition': ECS_TASKDEF_READ,
  'ecs:ListTaskDefinitions': ECS_TASKDEF_READ,
  'cloudwatch:DescribeAlarms': group('cloudwatch:DescribeAlarms', 5, 3),
  'cloudtrail:LookupEvents': group('cloudtrail:LookupEvents', 1, 2, 0, 2),
};

const BY_SERVICE: Record<string, QuotaGroup> = {
  lambda: LAMBDA_CONTROL,
  ecs: ECS_CLUSTER,
  ecr: group('ecr', 10, 10),
  cloudformation: group('cloudformation', 5, 5, 3),
  codepipeline: group('codepipeline', 5, 5),
  codebuild: group('codebuild', 5, 5),
  codecommit: group('codecommit', 5, 10, 0),
  // Its reserve is a mass rollback's: each asks once whether a deployment runs.
  codedeploy: group('codedeploy', 1, 3, 10),
  s3: group('s3', 50, 20, 5, 20),
  resourcegroupstaggingapi: group('tagging', 3, 3, 0),
};

/** The group whose quota an operation spends. */
export function quotaGroupOf(service: string, operation: string): QuotaGroup {
  return (
    BY_OPERATION[`${service}:${operation}`] ??
    BY_SERVICE[service] ??
    group(service, 5, 5)
  );
}
