import {
  CloudFormationClient,
  GetTemplateCommand,
  StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { NotFoundError } from '@backstage/errors';
import { AwsClients, toBackstageError } from '@careplane/aws-node';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import { parse } from 'yaml';
import {
  isMissing,
  placeOf,
  resourcesOf,
  stackContext,
  StackReader,
} from '../stack/StackReader';

const object = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

/**
 * Reads the `UpdatePolicy` by which CloudFormation has CodeDeploy move an
 * alias:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatepolicy.html
 */
export class UpdatePolicyReader {
  readonly #clients: AwsClients;
  readonly #stacks: StackReader;

  constructor(clients: AwsClients, stacks: StackReader) {
    this.#clients = clients;
    this.#stacks = stacks;
  }

  async groupOf(
    target: TargetRef,
  ): Promise<{ application: string; group: string } | undefined> {
    // One call tells of all stacks; a template is asked for where there is one.
    const stack = await this.#stacks.stack(target, { shared: true });
    if (!stack) return undefined;
    const template = await this.#template(target);
    if (!/CodeDeployLambdaAliasUpdate/.test(template ?? '')) return undefined;
    const resources = await this.#resources(target);
    const mine = resources.find(one => one.PhysicalResourceId === target.arn);
    const declared = object(
      object(object(parse(template ?? '', { logLevel: 'silent' })).Resources)[
        mine?.LogicalResourceId ?? ''
      ],
    );
    const policy = object(
      object(declared.UpdatePolicy).CodeDeployLambdaAliasUpdate,
    );
    // A short-form `!Ref Group` is read as the name that it refers to.
    const named = (value: unknown): string | undefined => {
      const name = object(value).Ref ?? value;
      if (typeof name !== 'string') return undefined;
      const own = resources.find(one => one.LogicalResourceId === name);
      return own?.PhysicalResourceId ?? name;
    };
    const application = named(policy.ApplicationName);
    const group = named(policy.DeploymentGroupName);
    return application && group ? { application, group } : undefined;
  }

  async #template(target: TargetRef): Promise<string | undefined> {
    return this.#optional(target, 'GetTemplate', async client => {
      const { TemplateBody } = await client.send(
        new GetTemplateCommand({
          StackName: target.stackName,
          TemplateStage: 'Processed',
        }),
      );
      return TemplateBody;
    });
  }

  async #resources(target: TargetRef): Promise<StackResourceSummary[]> {
    const found = await this.#optional(target, 'ListStackResources', client =>
      resourcesOf(client, target.stackName),
    );
    return found ?? [];
  }

  async #optional<T>(
    target: TargetRef,
    operation: string,
    run: (client: CloudFormationClient) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    try {
      return await run(
        this.#clients.read(CloudFormationClient, placeOf(target)),
      );
    } catch (error) {
      if (isMissing(error)) return undefined;
      const mapped = toBackstageError(error, stackContext(target, operation));
      if (mapped instanceof NotFoundError) return undefined;
      throw mapped;
    }
  }
}
