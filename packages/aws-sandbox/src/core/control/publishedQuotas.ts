/** Calls that AWS counts together, per account and region. */
export interface QuotaGroup {
  /** `<service>:<name>`; stable, proofs name it. */
  id: string;
  /** Service id of the sandbox. */
  service: string;
  /** Operations that count; `rest` for all that no other group of the service names. */
  operations: readonly string[] | 'rest';
  /** Sustained calls per second. */
  perSecond: number;
  /** Calls at once; the sustained rate where AWS publishes no other. */
  burst?: number;
  /** AWS page that publishes the number. */
  source: string;
}

const LAMBDA =
  'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html';
const ECS =
  'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/request-throttling.html';
const ECR =
  'https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html';
const CLOUDWATCH =
  'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html';
const CLOUDTRAIL =
  'https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html';

function ecs(
  name: string,
  burst: number,
  perSecond: number,
  operations: readonly string[],
): QuotaGroup {
  return {
    id: `ecs:${name}`,
    service: 'ecs',
    operations,
    perSecond,
    burst,
    source: ECS,
  };
}

function single(
  service: string,
  operation: string,
  perSecond: number,
  source: string,
): QuotaGroup {
  return {
    id: `${service}:${operation}`,
    service,
    operations: [operation],
    perSecond,
    source,
  };
}

/**
 * What AWS publishes. An operation that is in no group here is not throttled
 * and is counted under `<service>:unpublished`. A group is replaced by id with
 * the sandbox's option `quotas`.
 */
export const PUBLISHED_QUOTAS: readonly QuotaGroup[] = [
  single('lambda', 'GetFunction', 100, LAMBDA),
  single('lambda', 'GetPolicy', 15, LAMBDA),
  {
    id: 'lambda:control-plane',
    service: 'lambda',
    operations: 'rest',
    perSecond: 15,
    source: LAMBDA,
  },
  ecs('service-modify', 50, 5, [
    'CreateService',
    'DeleteService',
    'UpdateService',
  ]),
  ecs('service-read', 100, 20, ['DescribeServices', 'ListServices']),
  ecs('service-deployment-read', 50, 20, [
    'DescribeServiceDeployments',
    'ListServiceDeployments',
  ]),
  ecs('service-revision-read', 50, 20, ['DescribeServiceRevisions']),
  ecs('task-definition-modify', 20, 1, [
    'RegisterTaskDefinition',
    'DeregisterTaskDefinition',
  ]),
  ecs('task-definition-read', 50, 20, [
    'DescribeTaskDefinition',
    'ListTaskDefinitions',
    'ListTaskDefinitionFamilies',
  ]),
  ecs('cluster-resource-read', 100, 20, ['DescribeTasks', 'ListTasks']),
  ecs('cluster-read', 50, 20, ['DescribeClusters', 'ListClusters']),
  ecs('tag-modify', 20, 10, ['TagResource', 'UntagResource']),
  ecs('tag-read', 50, 20, ['ListTagsForResource']),
  single('ecr', 'BatchGetImage', 2000, ECR),
  single('ecr', 'GetDownloadUrlForLayer', 3000, ECR),
  single('ecr', 'GetAuthorizationToken', 500, ECR),
  single('ecr', 'PutImage', 10, ECR),
  single('cloudwatch', 'GetMetricData', 500, CLOUDWATCH),
  single('cloudwatch', 'GetMetricStatistics', 400, CLOUDWATCH),
  single('cloudwatch', 'DescribeAlarms', 9, CLOUDWATCH),
  single('cloudwatch', 'DescribeAlarmHistory', 20, CLOUDWATCH),
  single('cloudwatch', 'ListMetrics', 25, CLOUDWATCH),
  single('cloudwatch', 'PutMetricAlarm', 3, CLOUDWATCH),
  single('cloudwatch', 'DeleteAlarms', 3, CLOUDWATCH),
  single('cloudwatch', 'SetAlarmState', 3, CLOUDWATCH),
  single('cloudtrail', 'LookupEvents', 2, CLOUDTRAIL),
];

/** The data plane: Lambda's control-plane quota does not count it. */
export const NOT_COUNTED: Readonly<Record<string, readonly string[]>> = {
  lambda: ['Invoke', 'InvokeWithResponseStream', 'InvokeAsync'],
};
