import {
  Capability,
  CloudFormationClient,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  Stack,
  StackEvent,
} from '@aws-sdk/client-cloudformation';
import { awsErrorCode } from '@careplane/aws-node';
import { Patience, until } from '../aws/wait';

const NO_CHANGES = /didn't contain changes|No updates are to be performed/i;

/** The stack, or undefined where there is none of that name. */
export async function findStack(
  client: CloudFormationClient,
  StackName: string,
): Promise<Stack | undefined> {
  try {
    const { Stacks } = await client.send(
      new DescribeStacksCommand({ StackName }),
    );
    return Stacks?.[0];
  } catch (error) {
    // CloudFormation has no error of its own for this; it says so in words.
    if (
      awsErrorCode(error) === 'ValidationError' &&
      /does not exist/.test(String((error as Error).message))
    ) {
      return undefined;
    }
    throw error;
  }
}

/** Waits until nothing is going on, and removes what a failed creation left. */
export async function settledStack(
  client: CloudFormationClient,
  stackName: string,
  patience: Patience,
  signal?: AbortSignal,
): Promise<Stack | undefined> {
  const settled = () =>
    until(`The stack ${stackName}`, patience, signal, async () => {
      const stack = await findStack(client, stackName);
      const busy =
        stack?.StackStatus?.endsWith('_IN_PROGRESS') &&
        stack.StackStatus !== 'REVIEW_IN_PROGRESS';
      return busy ? undefined : { stack };
    });
  const { stack } = await settled();
  if (stack?.StackStatus === 'DELETE_COMPLETE') return undefined;
  if (stack && /^ROLLBACK_(COMPLETE|FAILED)$/.test(stack.StackStatus ?? '')) {
    await client.send(new DeleteStackCommand({ StackName: stack.StackId }));
    await settled();
    return undefined;
  }
  return stack;
}

export interface ChangeSetInput {
  stackName: string;
  changeSetName: string;
  template: string;
  parameters: Record<string, string>;
  tags: Record<string, string>;
  roleArn: string;
  create: boolean;
}

/** Makes a change set. Returns false when it would change nothing. */
export async function prepareChangeSet(
  client: CloudFormationClient,
  input: ChangeSetInput,
  patience: Patience,
  signal?: AbortSignal,
): Promise<boolean> {
  const names = {
    StackName: input.stackName,
    ChangeSetName: input.changeSetName,
  };
  await client.send(
    new CreateChangeSetCommand({
      ...names,
      ChangeSetType: input.create ? 'CREATE' : 'UPDATE',
      TemplateBody: input.template,
      Capabilities: [Capability.CAPABILITY_NAMED_IAM],
      RoleARN: input.roleArn,
      Parameters: Object.entries(input.parameters).map(
        ([ParameterKey, ParameterValue]) => ({
          ParameterKey,
          ParameterValue,
        }),
      ),
      Tags: Object.entries(input.tags).map(([Key, Value]) => ({
        Key,
        Value,
      })),
    }),
  );
  const { Status, StatusReason } = await until(
    `The change set of ${input.stackName}`,
    patience,
    signal,
    async () => {
      const described = await client.send(new DescribeChangeSetCommand(names));
      return /_(PENDING|IN_PROGRESS)$/.test(described.Status ?? '')
        ? undefined
        : described;
    },
  );
  if (Status !== 'FAILED') return true;
  await client.send(new DeleteChangeSetCommand(names));
  if (NO_CHANGES.test(StatusReason ?? '')) return false;
  throw new Error(
    `CloudFormation refused the change set of ${input.stackName}: ${StatusReason}`,
  );
}

/** Executes a change set and reports each event until the stack is at rest. */
export async function executeChangeSet(
  client: CloudFormationClient,
  input: { stackName: string; changeSetName: string },
  patience: Patience,
  report: (event: StackEvent) => void,
  signal?: AbortSignal,
): Promise<Stack> {
  const seen = new Set(await eventIds(client, input.stackName));
  let cause: StackEvent | undefined;
  await client.send(
    new ExecuteChangeSetCommand({
      StackName: input.stackName,
      ChangeSetName: input.changeSetName,
      // A creation that fails leaves nothing behind that a retry would meet.
      RetainExceptOnCreate: true,
    }),
  );
  const stack = await until(
    `The stack ${input.stackName}`,
    patience,
    signal,
    async () => {
      const found = await findStack(client, input.stackName);
      for (const event of await newEvents(client, input.stackName, seen)) {
        report(event);
        if (/_FAILED$/.test(event.ResourceStatus ?? '')) cause ??= event;
      }
      const status = found?.StackStatus ?? '';
      return /_IN_PROGRESS$/.test(status) ? undefined : found;
    },
  );
  if (!/^(CREATE|UPDATE)_COMPLETE$/.test(stack.StackStatus ?? '')) {
    throw new Error(
      `The stack ${input.stackName} ended as ${stack.StackStatus}: ${
        cause
          ? `${cause.LogicalResourceId} (${cause.ResourceType}): ${cause.ResourceStatusReason}`
          : stack.StackStatusReason ?? 'CloudFormation gave no reason'
      }`,
    );
  }
  return stack;
}

async function eventIds(client: CloudFormationClient, stackName: string) {
  return (await events(client, stackName)).flatMap(
    ({ EventId }) => EventId ?? [],
  );
}

async function newEvents(
  client: CloudFormationClient,
  stackName: string,
  seen: Set<string>,
): Promise<StackEvent[]> {
  const fresh = (await events(client, stackName)).filter(
    ({ EventId }) => EventId && !seen.has(EventId),
  );
  fresh.forEach(({ EventId }) => EventId && seen.add(EventId));
  return fresh.reverse();
}

/** The newest page of events, newest first: enough, since it is read often. */
async function events(client: CloudFormationClient, StackName: string) {
  const { StackEvents = [] } = await client.send(
    new DescribeStackEventsCommand({ StackName }),
  );
  return StackEvents;
}
