import type { RecordShape } from './shapes';

/** API Gateway, REST and HTTP. */
export const gatewayShapes: Record<string, RecordShape> = {
  'AWS::ApiGateway::RestApi': {
    ref: '{id10}',
    attributes: { RestApiId: '{id10}', RootResourceId: '{id10}' },
  },
  'AWS::ApiGateway::Account': { ref: '{id}', attributes: { Id: '{id}' } },
  'AWS::ApiGateway::Resource': {
    ref: '{id10}',
    attributes: { ResourceId: '{id10}' },
  },
  'AWS::ApiGateway::Method': { ref: '{id}' },
  'AWS::ApiGateway::Deployment': {
    ref: '{id10}',
    attributes: { DeploymentId: '{id10}' },
  },
  'AWS::ApiGateway::Stage': {
    name: 'StageName',
    ref: '{name}',
    replaceOn: ['StageName', 'RestApiId'],
  },
  'AWS::ApiGateway::Authorizer': {
    ref: '{id10}',
    attributes: { AuthorizerId: '{id10}' },
  },
  'AWS::ApiGateway::RequestValidator': {
    ref: '{id10}',
    attributes: { RequestValidatorId: '{id10}' },
  },
  'AWS::ApiGateway::Model': { name: 'Name', ref: '{name}' },
  'AWS::ApiGateway::GatewayResponse': {
    ref: '{id10}',
    attributes: { Id: '{id10}' },
  },
  'AWS::ApiGateway::UsagePlan': { ref: '{id10}', attributes: { Id: '{id10}' } },
  'AWS::ApiGateway::UsagePlanKey': {
    ref: '{id10}',
    attributes: { Id: '{id10}' },
  },
  'AWS::ApiGateway::ApiKey': {
    ref: '{id10}',
    attributes: { APIKeyId: '{id10}' },
  },
  'AWS::ApiGateway::ClientCertificate': {
    ref: '{id10}',
    attributes: { ClientCertificateId: '{id10}' },
  },
  'AWS::ApiGateway::DomainName': { name: 'DomainName', ref: '{name}' },
  'AWS::ApiGateway::BasePathMapping': { ref: '{id}' },
  'AWS::ApiGateway::VpcLink': {
    ref: '{id10}',
    attributes: { VpcLinkId: '{id10}' },
  },
  'AWS::ApiGatewayV2::Api': {
    ref: '{id10}',
    attributes: {
      ApiId: '{id10}',
      ApiEndpoint: 'https://{id10}.execute-api.{region}.amazonaws.com',
    },
    replaceOn: ['ProtocolType'],
  },
  'AWS::ApiGatewayV2::Stage': {
    name: 'StageName',
    ref: '{name}',
    replaceOn: ['StageName', 'ApiId'],
  },
  'AWS::ApiGatewayV2::Integration': {
    ref: '{id10}',
    attributes: { IntegrationId: '{id10}' },
    replaceOn: ['ApiId'],
  },
  'AWS::ApiGatewayV2::Route': {
    ref: '{id10}',
    attributes: { RouteId: '{id10}' },
    replaceOn: ['ApiId'],
  },
  'AWS::ApiGatewayV2::Authorizer': {
    ref: '{id10}',
    attributes: { AuthorizerId: '{id10}' },
    replaceOn: ['ApiId'],
  },
  'AWS::ApiGatewayV2::Deployment': {
    ref: '{id10}',
    attributes: { DeploymentId: '{id10}' },
  },
  'AWS::ApiGatewayV2::DomainName': { name: 'DomainName', ref: '{name}' },
  'AWS::ApiGatewayV2::ApiMapping': {
    ref: '{id10}',
    attributes: { ApiMappingId: '{id10}' },
  },
  'AWS::ApiGatewayV2::VpcLink': {
    ref: '{id10}',
    attributes: { VpcLinkId: '{id10}' },
  },
};

gatewayShapes['AWS::ApiGateway::Stage'].attributes = {
  StageArn: 'arn:aws:apigateway:{region}::/restapis/{RestApiId}/stages/{name}',
};
