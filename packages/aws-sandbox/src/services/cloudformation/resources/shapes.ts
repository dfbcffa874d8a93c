import { gatewayShapes } from './gatewayShapes';

export interface RecordShape {
  /** Property that names it; a made-up name without it. */
  name?: string;
  /** What `Ref` gives: a template of `{name}`, `{id}`, `{region}`, `{account}`. */
  ref: string;
  attributes?: Record<string, string>;
  replaceOn?: string[];
}

const ELB = 'arn:aws:elasticloadbalancing:{region}:{account}:';

/** Types that the sandbox keeps as a record only, with the right `Ref` and `GetAtt`. */
export const SHAPES: Record<string, RecordShape> = {
  ...gatewayShapes,
  'AWS::Lambda::Url': {
    ref: '{TargetFunctionArn}',
    attributes: {
      FunctionArn: '{TargetFunctionArn}',
      FunctionUrl: 'https://{id}.lambda-url.{region}.on.aws/',
    },
  },
  'AWS::Lambda::EventInvokeConfig': { ref: '{id}' },
  'AWS::Lambda::EventSourceMapping': {
    ref: '{id}',
    attributes: { Id: '{id}' },
  },
  'AWS::Lambda::CodeSigningConfig': {
    ref: 'arn:aws:lambda:{region}:{account}:code-signing-config:csc-{id}',
    attributes: {
      CodeSigningConfigArn:
        'arn:aws:lambda:{region}:{account}:code-signing-config:csc-{id}',
    },
  },
  'AWS::IAM::ServiceLinkedRole': { ref: '{name}' },
  'AWS::KMS::Key': {
    ref: '{id}',
    attributes: {
      KeyId: '{id}',
      Arn: 'arn:aws:kms:{region}:{account}:key/{id}',
    },
  },
  'AWS::KMS::Alias': {
    name: 'AliasName',
    ref: '{name}',
    replaceOn: ['AliasName'],
  },
  'AWS::SQS::Queue': {
    name: 'QueueName',
    ref: 'https://sqs.{region}.amazonaws.com/{account}/{name}',
    attributes: {
      Arn: 'arn:aws:sqs:{region}:{account}:{name}',
      QueueName: '{name}',
      QueueUrl: 'https://sqs.{region}.amazonaws.com/{account}/{name}',
    },
    replaceOn: ['QueueName', 'FifoQueue'],
  },
  'AWS::SQS::QueuePolicy': { ref: '{id}', attributes: { Id: '{id}' } },
  'AWS::SNS::Topic': {
    name: 'TopicName',
    ref: 'arn:aws:sns:{region}:{account}:{name}',
    attributes: {
      TopicName: '{name}',
      TopicArn: 'arn:aws:sns:{region}:{account}:{name}',
    },
    replaceOn: ['TopicName'],
  },
  'AWS::SNS::TopicPolicy': { ref: '{id}', attributes: { Id: '{id}' } },
  'AWS::SNS::Subscription': {
    ref: 'arn:aws:sns:{region}:{account}:subscription:{id}',
    attributes: { Arn: 'arn:aws:sns:{region}:{account}:subscription:{id}' },
  },
  'AWS::CloudWatch::Dashboard': { name: 'DashboardName', ref: '{name}' },
  'AWS::CloudWatch::CompositeAlarm': {
    name: 'AlarmName',
    ref: '{name}',
    attributes: { Arn: 'arn:aws:cloudwatch:{region}:{account}:alarm:{name}' },
  },
  'AWS::Logs::ResourcePolicy': { name: 'PolicyName', ref: '{name}' },
  'AWS::Logs::SubscriptionFilter': { ref: '{id}' },
  'AWS::WAFv2::WebACL': {
    name: 'Name',
    ref: '{name}|{id}|REGIONAL',
    attributes: {
      Arn: 'arn:aws:wafv2:{region}:{account}:regional/webacl/{name}/{id}',
      Id: '{id}',
    },
    replaceOn: ['Name', 'Scope'],
  },
  'AWS::WAFv2::WebACLAssociation': {
    ref: '{id}',
    replaceOn: ['ResourceArn', 'WebACLArn'],
  },
  'AWS::WAFv2::LoggingConfiguration': { ref: '{id}' },
  'AWS::CodePipeline::Webhook': { ref: '{id}' },
  'AWS::CodeStarNotifications::NotificationRule': {
    ref: 'arn:aws:codestar-notifications:{region}:{account}:notificationrule/{id}',
    attributes: {
      Arn: 'arn:aws:codestar-notifications:{region}:{account}:notificationrule/{id}',
    },
    replaceOn: ['Resource'],
  },
  'AWS::CodeStarConnections::Connection': {
    ref: 'arn:aws:codestar-connections:{region}:{account}:connection/{id}',
    attributes: {
      ConnectionArn:
        'arn:aws:codestar-connections:{region}:{account}:connection/{id}',
    },
  },
  'AWS::Events::Rule': {
    name: 'Name',
    ref: '{name}',
    attributes: { Arn: 'arn:aws:events:{region}:{account}:rule/{name}' },
    replaceOn: ['Name'],
  },
  'AWS::Scheduler::Schedule': {
    name: 'Name',
    ref: '{name}',
    attributes: {
      Arn: 'arn:aws:scheduler:{region}:{account}:schedule/default/{name}',
    },
    replaceOn: ['Name'],
  },
  'AWS::S3::BucketPolicy': { ref: '{Bucket}', replaceOn: ['Bucket'] },
  'AWS::SecretsManager::Secret': {
    name: 'Name',
    ref: 'arn:aws:secretsmanager:{region}:{account}:secret:{name}-{id6}',
    attributes: {
      Id: 'arn:aws:secretsmanager:{region}:{account}:secret:{name}-{id6}',
    },
    replaceOn: ['Name'],
  },
  'AWS::SSM::Parameter': {
    name: 'Name',
    ref: '{name}',
    attributes: { Type: '{Type}', Value: '{Value}' },
    replaceOn: ['Name'],
  },
  'AWS::DynamoDB::Table': {
    name: 'TableName',
    ref: '{name}',
    attributes: { Arn: 'arn:aws:dynamodb:{region}:{account}:table/{name}' },
    replaceOn: ['TableName', 'KeySchema'],
  },
  'AWS::EC2::SecurityGroup': {
    ref: 'sg-{id17}',
    attributes: { GroupId: 'sg-{id17}', VpcId: '{VpcId}' },
    replaceOn: ['GroupDescription', 'GroupName', 'VpcId'],
  },
  'AWS::EC2::SecurityGroupIngress': {
    ref: 'sgr-{id17}',
    attributes: { Id: 'sgr-{id17}' },
  },
  'AWS::EC2::SecurityGroupEgress': {
    ref: 'sgr-{id17}',
    attributes: { Id: 'sgr-{id17}' },
  },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    name: 'Name',
    ref: `${ELB}loadbalancer/app/{name}/{id16}`,
    attributes: {
      LoadBalancerArn: `${ELB}loadbalancer/app/{name}/{id16}`,
      DNSName: 'internal-{name}-{id10}.{region}.elb.amazonaws.com',
      CanonicalHostedZoneID: 'Z35SXDOTRQ7X7K',
      LoadBalancerFullName: 'app/{name}/{id16}',
      LoadBalancerName: '{name}',
    },
    replaceOn: ['Name', 'Scheme', 'Type'],
  },
  'AWS::ElasticLoadBalancingV2::TargetGroup': {
    name: 'Name',
    ref: `${ELB}targetgroup/{name}/{id16}`,
    attributes: {
      TargetGroupArn: `${ELB}targetgroup/{name}/{id16}`,
      TargetGroupFullName: 'targetgroup/{name}/{id16}',
      TargetGroupName: '{name}',
    },
    replaceOn: ['Name', 'Port', 'Protocol', 'TargetType', 'VpcId'],
  },
  'AWS::ElasticLoadBalancingV2::Listener': {
    ref: `${ELB}listener/app/{id10}/{id16}`,
    attributes: { ListenerArn: `${ELB}listener/app/{id10}/{id16}` },
    replaceOn: ['LoadBalancerArn'],
  },
  'AWS::ElasticLoadBalancingV2::ListenerRule': {
    ref: `${ELB}listener-rule/app/{id10}/{id16}`,
    attributes: { RuleArn: `${ELB}listener-rule/app/{id10}/{id16}` },
    replaceOn: ['ListenerArn'],
  },
  'AWS::ApplicationAutoScaling::ScalableTarget': {
    ref: '{ResourceId}|{ScalableDimension}|{ServiceNamespace}',
    attributes: { Id: '{id}' },
    replaceOn: ['ResourceId', 'ScalableDimension', 'ServiceNamespace'],
  },
  'AWS::ApplicationAutoScaling::ScalingPolicy': {
    name: 'PolicyName',
    ref: 'arn:aws:autoscaling:{region}:{account}:scalingPolicy:{id}:policyName/{name}',
    attributes: {
      Arn: 'arn:aws:autoscaling:{region}:{account}:scalingPolicy:{id}:policyName/{name}',
    },
    replaceOn: ['PolicyName'],
  },
  'AWS::ServiceDiscovery::Service': {
    name: 'Name',
    ref: 'srv-{id16}',
    attributes: {
      Id: 'srv-{id16}',
      Arn: 'arn:aws:servicediscovery:{region}:{account}:service/srv-{id16}',
      Name: '{name}',
    },
  },
  'AWS::Backup::BackupPlan': {
    ref: '{id}',
    attributes: {
      BackupPlanId: '{id}',
      BackupPlanArn: 'arn:aws:backup:{region}:{account}:backup-plan:{id}',
    },
  },
  'AWS::Backup::BackupSelection': { ref: '{id}' },
  'AWS::Backup::BackupVault': {
    name: 'BackupVaultName',
    ref: '{name}',
    attributes: {
      BackupVaultName: '{name}',
      BackupVaultArn: 'arn:aws:backup:{region}:{account}:backup-vault:{name}',
    },
  },
  'AWS::ECR::RegistryPolicy': { ref: '{account}' },
};
