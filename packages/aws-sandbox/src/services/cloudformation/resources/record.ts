import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../template';
import { text, type ResourceContext, type ResourceHandler, type Written } from './handler';

interface RecordShape {
  /** Property that names it; a made-up name without it. */
  name?: string;
  /** What `Ref` gives: a template of `{name}`, `{id}`, `{region}`, `{account}`. */
  ref: string;
  attributes?: Record<string, string>;
  replaceOn?: string[];
}

const GATEWAY = 'arn:aws:apigateway:{region}::';
const ELB = 'arn:aws:elasticloadbalancing:{region}:{account}:';

/** Types that the sandbox keeps as a record only, with the right `Ref` and `GetAtt`. */
const SHAPES: Record<string, RecordShape> = {
  'AWS::Lambda::Url': { ref: '{TargetFunctionArn}', attributes: { FunctionArn: '{TargetFunctionArn}', FunctionUrl: 'https://{id}.lambda-url.{region}.on.aws/' } },
  'AWS::Lambda::EventInvokeConfig': { ref: '{id}' },
  'AWS::Lambda::EventSourceMapping': { ref: '{id}', attributes: { Id: '{id}' } },
  'AWS::Lambda::CodeSigningConfig': { ref: 'arn:aws:lambda:{region}:{account}:code-signing-config:csc-{id}', attributes: { CodeSigningConfigArn: 'arn:aws:lambda:{region}:{account}:code-signing-config:csc-{id}' } },
  'AWS::IAM::ServiceLinkedRole': { ref: '{name}' },
  'AWS::KMS::Key': { ref: '{id}', attributes: { KeyId: '{id}', Arn: 'arn:aws:kms:{region}:{account}:key/{id}' } },
  'AWS::KMS::Alias': { name: 'AliasName', ref: '{name}', replaceOn: ['AliasName'] },
  'AWS::SQS::Queue': { name: 'QueueName', ref: 'https://sqs.{region}.amazonaws.com/{account}/{name}', attributes: { Arn: 'arn:aws:sqs:{region}:{account}:{name}', QueueName: '{name}', QueueUrl: 'https://sqs.{region}.amazonaws.com/{account}/{name}' }, replaceOn: ['QueueName', 'FifoQueue'] },
  'AWS::SQS::QueuePolicy': { ref: '{id}', attributes: { Id: '{id}' } },
  'AWS::SNS::Topic': { name: 'TopicName', ref: 'arn:aws:sns:{region}:{account}:{name}', attributes: { TopicName: '{name}', TopicArn: 'arn:aws:sns:{region}:{account}:{name}' }, replaceOn: ['TopicName'] },
  'AWS::SNS::TopicPolicy': { ref: '{id}', attributes: { Id: '{id}' } },
  'AWS::SNS::Subscription': { ref: 'arn:aws:sns:{region}:{account}:subscription:{id}', attributes: { Arn: 'arn:aws:sns:{region}:{account}:subscription:{id}' } },
  'AWS::CloudWatch::Dashboard': { name: 'DashboardName', ref: '{name}' },
  'AWS::CloudWatch::CompositeAlarm': { name: 'AlarmName', ref: '{name}', attributes: { Arn: 'arn:aws:cloudwatch:{region}:{account}:alarm:{name}' } },
  'AWS::Logs::ResourcePolicy': { name: 'PolicyName', ref: '{name}' },
  'AWS::Logs::SubscriptionFilter': { ref: '{id}' },
  'AWS::ApiGateway::RestApi': { ref: '{id10}', attributes: { RestApiId: '{id10}', RootResourceId: '{id10}' } },
  'AWS::ApiGateway::Account': { ref: '{id}', attributes: { Id: '{id}' } },
  'AWS::ApiGateway::Resource': { ref: '{id10}', attributes: { ResourceId: '{id10}' } },
  'AWS::ApiGateway::Method': { ref: '{id}' },
  'AWS::ApiGateway::Deployment': { ref: '{id10}', attributes: { DeploymentId: '{id10}' } },
  'AWS::ApiGateway::Stage': { name: 'StageName', ref: '{name}', replaceOn: ['StageName', 'RestApiId'] },
  'AWS::ApiGateway::Authorizer': { ref: '{id10}', attributes: { AuthorizerId: '{id10}' } },
  'AWS::ApiGateway::RequestValidator': { ref: '{id10}', attributes: { RequestValidatorId: '{id10}' } },
  'AWS::ApiGateway::Model': { name: 'Name', ref: '{name}' },
  'AWS::ApiGateway::GatewayResponse': { ref: '{id10}', attributes: { Id: '{id10}' } },
  'AWS::ApiGateway::UsagePlan': { ref: '{id10}', attributes: { Id: '{id10}' } },
  'AWS::ApiGateway::UsagePlanKey': { ref: '{id10}', attributes: { Id: '{id10}' } },
  'AWS::ApiGateway::ApiKey': { ref: '{id10}', attributes: { APIKeyId: '{id10}' } },
  'AWS::ApiGateway::ClientCertificate': { ref: '{id10}', attributes: { ClientCertificateId: '{id10}' } },
  'AWS::ApiGateway::DomainName': { name: 'DomainName', ref: '{name}' },
  'AWS::ApiGateway::BasePathMapping': { ref: '{id}' },
  'AWS::ApiGateway::VpcLink': { ref: '{id10}', attributes: { VpcLinkId: '{id10}' } },
  'AWS::ApiGatewayV2::Api': { ref: '{id10}', attributes: { ApiId: '{id10}', ApiEndpoint: 'https://{id10}.execute-api.{region}.amazonaws.com' }, replaceOn: ['ProtocolType'] },
  'AWS::ApiGatewayV2::Stage': { name: 'StageName', ref: '{name}', replaceOn: ['StageName', 'ApiId'] },
  'AWS::ApiGatewayV2::Integration': { ref: '{id10}', attributes: { IntegrationId: '{id10}' }, replaceOn: ['ApiId'] },
  'AWS::ApiGatewayV2::Route': { ref: '{id10}', attributes: { RouteId: '{id10}' }, replaceOn: ['ApiId'] },
  'AWS::ApiGatewayV2::Authorizer': { ref: '{id10}', attributes: { AuthorizerId: '{id10}' }, replaceOn: ['ApiId'] },
  'AWS::ApiGatewayV2::Deployment': { ref: '{id10}', attributes: { DeploymentId: '{id10}' } },
  'AWS::ApiGatewayV2::DomainName': { name: 'DomainName', ref: '{name}' },
  'AWS::ApiGatewayV2::ApiMapping': { ref: '{id10}', attributes: { ApiMappingId: '{id10}' } },
  'AWS::ApiGatewayV2::VpcLink': { ref: '{id10}', attributes: { VpcLinkId: '{id10}' } },
  'AWS::WAFv2::WebACL': { name: 'Name', ref: '{name}|{id}|REGIONAL', attributes: { Arn: 'arn:aws:wafv2:{region}:{account}:regional/webacl/{name}/{id}', Id: '{id}' }, replaceOn: ['Name', 'Scope'] },
  'AWS::WAFv2::WebACLAssociation': { ref: '{id}', replaceOn: ['ResourceArn', 'WebACLArn'] },
  'AWS::WAFv2::LoggingConfiguration': { ref: '{id}' },
  'AWS::CodeDeploy::Application': { name: 'ApplicationName', ref: '{name}', replaceOn: ['ApplicationName', 'ComputePlatform'] },
  'AWS::CodeDeploy::DeploymentGroup': { name: 'DeploymentGroupName', ref: '{name}', replaceOn: ['ApplicationName', 'DeploymentGroupName'] },
  'AWS::CodeDeploy::DeploymentConfig': { name: 'DeploymentConfigName', ref: '{name}' },
  'AWS::CodePipeline::Webhook': { ref: '{id}' },
  'AWS::CodeStarNotifications::NotificationRule': { ref: 'arn:aws:codestar-notifications:{region}:{account}:notificationrule/{id}', attributes: { Arn: 'arn:aws:codestar-notifications:{region}:{account}:notificationrule/{id}' }, replaceOn: ['Resource'] },
  'AWS::CodeStarConnections::Connection': { ref: 'arn:aws:codestar-connections:{region}:{account}:connection/{id}', attributes: { ConnectionArn: 'arn:aws:codestar-connections:{region}:{account}:connection/{id}' } },
  'AWS::Events::Rule': { name: 'Name', ref: '{name}', attributes: { Arn: 'arn:aws:events:{region}:{account}:rule/{name}' }, replaceOn: ['Name'] },
  'AWS::Scheduler::Schedule': { name: 'Name', ref: '{name}', attributes: { Arn: 'arn:aws:scheduler:{region}:{account}:schedule/default/{name}' }, replaceOn: ['Name'] },
  'AWS::S3::BucketPolicy': { ref: '{Bucket}', replaceOn: ['Bucket'] },
  'AWS::SecretsManager::Secret': { name: 'Name', ref: 'arn:aws:secretsmanager:{region}:{account}:secret:{name}-{id6}', attributes: { Id: 'arn:aws:secretsmanager:{region}:{account}:secret:{name}-{id6}' }, replaceOn: ['Name'] },
  'AWS::SSM::Parameter': { name: 'Name', ref: '{name}', attributes: { Type: '{Type}', Value: '{Value}' }, replaceOn: ['Name'] },
  'AWS::DynamoDB::Table': { name: 'TableName', ref: '{name}', attributes: { Arn: 'arn:aws:dynamodb:{region}:{account}:table/{name}' }, replaceOn: ['TableName', 'KeySchema'] },
  'AWS::EC2::SecurityGroup': { ref: 'sg-{id17}', attributes: { GroupId: 'sg-{id17}', VpcId: '{VpcId}' }, replaceOn: ['GroupDescription', 'GroupName', 'VpcId'] },
  'AWS::EC2::SecurityGroupIngress': { ref: 'sgr-{id17}', attributes: { Id: 'sgr-{id17}' } },
  'AWS::EC2::SecurityGroupEgress': { ref: 'sgr-{id17}', attributes: { Id: 'sgr-{id17}' } },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': { name: 'Name', ref: `${ELB}loadbalancer/app/{name}/{id16}`, attributes: { LoadBalancerArn: `${ELB}loadbalancer/app/{name}/{id16}`, DNSName: 'internal-{name}-{id10}.{region}.elb.amazonaws.com', CanonicalHostedZoneID: 'Z35SXDOTRQ7X7K', LoadBalancerFullName: 'app/{name}/{id16}', LoadBalancerName: '{name}' }, replaceOn: ['Name', 'Scheme', 'Type'] },
  'AWS::ElasticLoadBalancingV2::TargetGroup': { name: 'Name', ref: `${ELB}targetgroup/{name}/{id16}`, attributes: { TargetGroupArn: `${ELB}targetgroup/{name}/{id16}`, TargetGroupFullName: 'targetgroup/{name}/{id16}', TargetGroupName: '{name}' }, replaceOn: ['Name', 'Port', 'Protocol', 'TargetType', 'VpcId'] },
  'AWS::ElasticLoadBalancingV2::Listener': { ref: `${ELB}listener/app/{id10}/{id16}`, attributes: { ListenerArn: `${ELB}listener/app/{id10}/{id16}` }, replaceOn: ['LoadBalancerArn'] },
  'AWS::ElasticLoadBalancingV2::ListenerRule': { ref: `${ELB}listener-rule/app/{id10}/{id16}`, attributes: { RuleArn: `${ELB}listener-rule/app/{id10}/{id16}` }, replaceOn: ['ListenerArn'] },
  'AWS::ApplicationAutoScaling::ScalableTarget': { ref: '{ResourceId}|{ScalableDimension}|{ServiceNamespace}', attributes: { Id: '{id}' }, replaceOn: ['ResourceId', 'ScalableDimension', 'ServiceNamespace'] },
  'AWS::ApplicationAutoScaling::ScalingPolicy': { name: 'PolicyName', ref: 'arn:aws:autoscaling:{region}:{account}:scalingPolicy:{id}:policyName/{name}', attributes: { Arn: 'arn:aws:autoscaling:{region}:{account}:scalingPolicy:{id}:policyName/{name}' }, replaceOn: ['PolicyName'] },
  'AWS::ServiceDiscovery::Service': { name: 'Name', ref: 'srv-{id16}', attributes: { Id: 'srv-{id16}', Arn: 'arn:aws:servicediscovery:{region}:{account}:service/srv-{id16}', Name: '{name}' } },
  'AWS::Backup::BackupPlan': { ref: '{id}', attributes: { BackupPlanId: '{id}', BackupPlanArn: 'arn:aws:backup:{region}:{account}:backup-plan:{id}' } },
  'AWS::Backup::BackupSelection': { ref: '{id}' },
  'AWS::Backup::BackupVault': { name: 'BackupVaultName', ref: '{name}', attributes: { BackupVaultName: '{name}', BackupVaultArn: 'arn:aws:backup:{region}:{account}:backup-vault:{name}' } },
  'AWS::ECR::RegistryPolicy': { ref: '{account}' },
};
const REST_STAGE_ARN = `${GATEWAY}/restapis/{RestApiId}/stages/{name}`;
SHAPES['AWS::ApiGateway::Stage'].attributes = { StageArn: REST_STAGE_ARN };

function fill(template: string, properties: JsonObject, context: ResourceContext, name: string): string {
  const hex = createHash('sha256').update(context.uniqueName(200)).digest('hex');
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  return template.replace(/\{(\w+)\}/g, (_, key: string) => {
    if (key === 'name') return name;
    if (key === 'id') return id;
    if (key === 'region') return context.region;
    if (key === 'account') return context.account;
    const length = /^id(\d+)$/.exec(key);
    if (length) return hex.slice(0, Number(length[1]));
    return text(properties[key]) ?? '';
  });
}

function recordHandler(shape: RecordShape): ResourceHandler {
  const write = (properties: JsonObject, context: ResourceContext): Written => {
    const name = (shape.name && text(properties[shape.name])) || context.uniqueName(32);
    const attributes: Record<string, Json> = {};
    for (const [key, value] of Object.entries(shape.attributes ?? {})) {
      attributes[key] = fill(value, properties, context, name);
    }
    return { physicalId: fill(shape.ref, properties, context, name), attributes };
  };
  return {
    replaceOn: shape.replaceOn ?? [],
    create: async (properties, context) => write(properties, context),
    update: async physicalId => ({ physicalId }),
    delete: async () => {},
  };
}

export const recordResources: Record<string, ResourceHandler> = Object.fromEntries(
  Object.entries(SHAPES).map(([type, shape]) => [type, recordHandler(shape)]),
);
