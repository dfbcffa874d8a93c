import {
  CloudFormationClient,
  DescribeChangeSetCommand,
  DescribeChangeSetOutput,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  Stack,
} from '@aws-sdk/client-cloudformation';
import {
  AwsClients,
  awsErrorCode,
  toBackstageError,
} from '@careplane/aws-node';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';

/** CloudFormation says "does not exist" by a validation error. */
function isMissing(error: unknown): boolean {
  const code = awsErrorCode(error);
  return (
    /NotFound/.test(code) ||
    (/^Validation/.test(code) &&
      error instanceof Error &&
      /does not exist|not found/i.test(error.message))
  );
}

export const placeOf = ({ stage }: TargetRef) => ({
  accountId: stage.accountId,
  region: stage.region,
});

/** The IAM ARN pattern of a target's stack. */
export const stackArnOf = (
  { stage, stackName }: TargetRef,
  partition: string,
) =>
  `arn:${partition}:cloudformation:${stage.region}:${stage.accountId}:stack/${stackName}/*`;

/** The error context of a call on a target's stack. */
export const stackContext = (target: TargetRef, operation: string) => ({
  service: 'cloudformation',
  operation,
  ...placeOf(target),
  resource: `stack ${target.stackName}`,
});

/** Reads of a target's stack; what is missing is undefined. */
export class StackReader {
  constructor(private readonly clients: AwsClients) {}

  async stack(target: TargetRef): Promise<Stack | undefined> {
    return this.optional(target, 'DescribeStacks', async client => {
      const { Stacks } = await client.send(
        new DescribeStacksCommand({ StackName: target.stackName }),
      );
      const found = Stacks?.[0];
      return found?.StackStatus === 'DELETE_COMPLETE' ? undefined : found;
    });
  }

  /** Physical names of the stack's resources of some types; none without it. */
  async namesOf(target: TargetRef, types: string[]): Promise<string[]> {
    const found = await this.optional(
      target,
      'DescribeStackResources',
      async client => {
        const { StackResources } = await client.send(
          new DescribeStackResourcesCommand({ StackName: target.stackName }),
        );
        return StackResources;
      },
    );
    return (found ?? []).flatMap(resource =>
      types.includes(resource.ResourceType ?? '') && resource.PhysicalResourceId
        ? resource.PhysicalResourceId
        : [],
    );
  }

  /** Whether some stack, whatever its name, holds the target. */
  async holds(target: TargetRef): Promise<boolean> {
    const found = await this.optional(
      target,
      'DescribeStackResources',
      async client => {
        const { StackResources } = await client.send(
          new DescribeStackResourcesCommand({ PhysicalResourceId: target.arn }),
        );
        return StackResources?.length ? true : undefined;
      },
    );
    return found ?? false;
  }

  /** All pages of a change set. `name` is an ARN, or a name of this stack. */
  async changeSet(
    target: TargetRef,
    name: string,
  ): Promise<DescribeChangeSetOutput | undefined> {
    return this.optional(target, 'DescribeChangeSet', async client => {
      const read = (NextToken?: string) =>
        client.send(
          new DescribeChangeSetCommand({
            ChangeSetName: name,
            StackName: name.startsWith('arn:') ? undefined : target.stackName,
            NextToken,
          }),
        );
      const whole = await read();
      let next = whole.NextToken;
      const changes = [...(whole.Changes ?? [])];
      while (next) {
        const page = await read(next);
        changes.push(...(page.Changes ?? []));
        next = page.NextToken;
      }
      return { ...whole, Changes: changes };
    });
  }

  private async optional<T>(
    target: TargetRef,
    operation: string,
    run: (client: CloudFormationClient) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    try {
      return await run(
        this.clients.read(CloudFormationClient, placeOf(target)),
      );
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw toBackstageError(error, stackContext(target, operation));
    }
  }
}
