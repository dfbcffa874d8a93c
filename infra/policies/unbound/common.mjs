// Actions that AWS knows no resource for, as patterns; only they may be allowed on
// every resource. Service authorization reference:
// https://docs.aws.amazon.com/service-authorization/latest/reference/

export default [
  'cloudformation:(DescribeStacks|GetTemplateSummary)',
  'cloudtrail:LookupEvents',
  'cloudwatch:(GetMetricData|DescribeAlarms|PutMetricData)',
  'codecommit:ListRepositories',
  'codepipeline:ListPipelines',
  'ec2:Describe\\w+',
  'ec2:(Create|Delete)NetworkInterface',
  'ec2:(Assign|Unassign)PrivateIpAddresses',
  'ecr:GetAuthorizationToken',
  'ecs:(DescribeTaskDefinition|ListClusters|ListTaskDefinitions)',
  'elasticloadbalancing:Describe\\w+',
  'kms:(CreateKey|ListAliases)',
  'lambda:(ListEventSourceMappings|ListFunctions)',
  'logs:DescribeLogGroups',
  'scheduler:ListSchedules',
  'ssmmessages:\\w+',
  'sts:GetCallerIdentity',
  'tag:GetResources',
  'xray:Put(TraceSegments|TelemetryRecords)',
];
