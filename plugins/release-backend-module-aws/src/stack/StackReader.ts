import {
  CloudFormationClient,
  DescribeChangeSetCommand,
  DescribeChangeSetOutput,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateSummaryCommand,
  paginateListStackResources,
  Stack,
  StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import {
  AwsClients,
  awsErrorCode,
  toBackstageError,
} from '@careplane/aws-node';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import { StackIndex } from './StackIndex';

/**
 * How long a target that the named stack does not hold is not looked for again
 * in shared reads. One call for each target: a thousand of them take more than
 * three minutes of the planned calls, and acts ask anew anyway.
 */
const ELSEWHERE_MS = 30 * 60_000;

/** CloudFormation says "does not exist" by a validation error. */
export function isMissing(error: unknown): boolean {
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

/** All resources of a stack; DescribeStackResources ends at a hundred. */
export async function resourcesOf(
  client: CloudFormationClient,
  StackName: string,
): Promise<StackResourceSummary[]> {
  const found: StackResourceSummary[] = [];
  for await (const page of paginateListStackResources(
    { client },
    { StackName },
  )) {
    found.push(...(page.StackResourceSummaries ?? []));
  }
  return found;
}

/** Reads of a target's stack; what is missing is undefined. */
export class StackReader {
  private readonly index: StackIndex;
  /** Which stack held a target in which state of the named one, and when. */
  private readonly holders = new Map<
    string,
    { state: string; name: string | undefined; at: number }
  >();

  constructor(private readonly clients: AwsClients) {
    this.index = new StackIndex(clients);
  }

  /** `shared`: half a minute old at most, and one call for many targets. */
  async stack(
    target: TargetRef,
    options: { shared?: boolean } = {},
  ): Promise<Stack | undefined> {
    return this.optional(target, 'DescribeStacks', async client => {
      if (options.shared) {
        return this.index.stack(placeOf(target), target.stackName);
      }
      const { Stacks } = await client.send(
        new DescribeStacksCommand({ StackName: target.stackName }),
      );
      const found = Stacks?.[0];
      return found?.StackStatus === 'DELETE_COMPLETE' ? undefined : found;
    });
  }

  /** Physical names of the stack's resources of some types; none without it. */
  async namesOf(target: TargetRef, types: string[]): Promise<string[]> {
    const found = await this.optional(target, 'ListStackResources', client =>
      resourcesOf(client, target.stackName),
    );
    return (found ?? []).flatMap(resource =>
      types.includes(resource.ResourceType ?? '') && resource.PhysicalResourceId
        ? resource.PhysicalResourceId
        : [],
    );
  }

  /**
   * Name of the stack that has the target among its resources, whatever it is
   * called; undefined where none has. Asked once for each state of `named`:
   * what a stack holds changes with its updates only. `shared`: that it is not
   * `named` is asked again after half an hour.
   */
  async holderOf(
    target: TargetRef,
    named?: Stack,
    options: { shared?: boolean } = {},
  ): Promise<string | undefined> {
    const changedAt = named?.LastUpdatedTime ?? named?.CreationTime;
    const state = `${named?.StackId} ${
      named?.StackStatus
    } ${changedAt?.toISOString()}`;
    const key = `${target.arn} ${target.stackName}`;
    const known = this.holders.get(key);
    if (known?.state === state) {
      if (named && known.name === target.stackName) return known.name;
      const age = performance.now() - known.at;
      if (options.shared && age < ELSEWHERE_MS) return known.name;
    }
    const name = await this.optional(
      target,
      'DescribeStackResources',
      async client => {
        const { StackResources } = await client.send(
          new DescribeStackResourcesCommand({ PhysicalResourceId: target.arn }),
        );
        // Those of the stack that has it, and no more than a hundred of them:
        // it itself may not be among them (API_DescribeStackResources).
        return StackResources?.[0]?.StackName;
      },
    );
    this.holders.set(key, { state, name, at: performance.now() });
    return name;
  }

  /** Transforms that the stack's template declares. */
  async transforms(target: TargetRef): Promise<string[]> {
    const found = await this.optional(
      target,
      'GetTemplateSummary',
      async client => {
        const { DeclaredTransforms } = await client.send(
          new GetTemplateSummaryCommand({ StackName: target.stackName }),
        );
        return DeclaredTransforms;
      },
    );
    return found ?? [];
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
