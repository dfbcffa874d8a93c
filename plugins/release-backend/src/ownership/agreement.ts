import {
  liveParameterOf,
  Ownership,
  OwnerTool,
} from '@careplane/backstage-plugin-release-common';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';

type Agreement = NonNullable<Ownership['agreement']>;

const lambdaTemplate = (
  live: string,
  alias: string,
  // One condition for each parameter: aliases of a function move apart.
  useLatest = live.replace(/^LiveVersion/, 'UseLatest'),
) => `Parameters:
  ${live}: { Type: String, Default: latest }
Conditions:
  ${useLatest}: !Equals [!Ref ${live}, latest]
Resources:
  # Version: the logical id of your AWS::Lambda::Version
  LiveAlias:
    Type: AWS::Lambda::Alias
    Properties:
      FunctionName: !Ref Function
      Name: ${alias}
      FunctionVersion: !If [${useLatest}, !GetAtt Version.Version, !Ref ${live}]
Outputs:
  PublishedVersion: { Value: !GetAtt Version.Version }`;

const ECS_TEMPLATE = `Parameters:
  LiveTaskDefinition: { Type: String, Default: latest }
Conditions:
  UseLatest: !Equals [!Ref LiveTaskDefinition, latest]
Resources:
  # TaskDefinition: the logical id of your AWS::ECS::TaskDefinition
  Service:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !If [UseLatest, !Ref TaskDefinition, !Ref LiveTaskDefinition]
Outputs:
  PublishedTaskDefinition: { Value: !Ref TaskDefinition }`;

const indented = (text: string) =>
  text
    .split('\n')
    .map(line => `  ${line}`)
    .join('\n');

const terraform = (resource: string, attributes: string) =>
  `resource "${resource}" "live" {
  # what is there already stays
  lifecycle {
    ignore_changes = [${attributes}]
  }
}`;

/**
 * What makes the owner agree with what is live, so that its next run does not
 * move the target (INV-16).
 */
export function agreementFor(
  tool: OwnerTool,
  target: Pick<TargetRef, 'arn' | 'kind' | 'sharesFunction'>,
): Agreement | undefined {
  const isLambda = target.kind === 'lambda-alias';
  const parameter = liveParameterOf(target);
  const template = isLambda
    ? lambdaTemplate(parameter, target.arn.split(':').pop() ?? 'live')
    : ECS_TEMPLATE;
  switch (tool) {
    case 'cloudformation':
      return {
        summary: `Let the stack take what is live as the parameter ${parameter}; Careplane then keeps it right after each move, and can promote here.`,
        language: 'yaml',
        text: template,
      };
    case 'sam':
      return {
        summary: isLambda
          ? `Replace AutoPublishAlias and DeploymentPreference by an alias that takes the parameter ${parameter}.`
          : `Let the service take the parameter ${parameter}.`,
        language: 'yaml',
        text: template,
      };
    case 'serverless':
      return {
        summary: `Add the alias under resources of serverless.yml, with the parameter ${parameter}; a deploy that does not name it uses what the stack had.`,
        language: 'yaml',
        text: `resources:\n${indented(template)}`,
      };
    case 'terraform':
      return {
        summary:
          'Let Terraform leave what is live alone. Careplane cannot see the code: the warning stays until Terraform no longer writes the target.',
        language: 'hcl',
        text: isLambda
          ? terraform('aws_lambda_alias', 'function_version, routing_config')
          : terraform('aws_ecs_service', 'task_definition'),
      };
    default:
      return undefined;
  }
}
