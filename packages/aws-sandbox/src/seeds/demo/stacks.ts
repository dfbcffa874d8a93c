import type { CallAs, Sandbox } from '../../core';
import { AwsError } from '../../core';

const STEP_MS = 2_000;
const LIMIT_STEPS = 1200;

/** Parameter value that keeps what the stack has. */
export const USE_PREVIOUS = Symbol.for('careplane.use-previous').toString();

/**
 * Creates or updates a stack and moves virtual time until it has ended.
 *
 * @throws Error with the stack's status where it did not end well
 */
export async function deployStack(
  sandbox: Sandbox,
  as: CallAs,
  stack: {
    name: string;
    template?: string;
    parameters: Record<string, string>;
    tags?: Record<string, string>;
  },
): Promise<Record<string, string>> {
  const exists = await describeStack(sandbox, as, stack.name);
  const input = {
    StackName: stack.name,
    ...(stack.template
      ? { TemplateBody: stack.template }
      : { UsePreviousTemplate: true }),
    Parameters: Object.entries(stack.parameters).map(([key, value]) => ({
      ParameterKey: key,
      ...(value === USE_PREVIOUS
        ? { UsePreviousValue: true }
        : { ParameterValue: value }),
    })),
    Tags: Object.entries(stack.tags ?? {}).map(([Key, Value]) => ({
      Key,
      Value,
    })),
    Capabilities: ['CAPABILITY_NAMED_IAM'],
    RoleARN: `arn:aws:iam::${as.account}:role/careplane-cfn`,
  };
  try {
    await sandbox.call(
      'cloudformation',
      exists ? 'UpdateStack' : 'CreateStack',
      input,
      as,
    );
  } catch (error) {
    const nothing =
      error instanceof AwsError &&
      /No updates are to be performed/.test(error.message);
    if (!nothing) throw error;
  }
  return settled(sandbox, as, stack.name);
}

interface Described {
  StackStatus: string;
  StackStatusReason?: string;
  Outputs?: { OutputKey: string; OutputValue: string }[];
}

async function describeStack(
  sandbox: Sandbox,
  as: CallAs,
  name: string,
): Promise<Described | undefined> {
  try {
    const { Stacks } = await sandbox.call<{ Stacks: Described[] }>(
      'cloudformation',
      'DescribeStacks',
      { StackName: name },
      as,
    );
    return Stacks[0];
  } catch (error) {
    if (error instanceof AwsError && /does not exist/.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}

async function settled(
  sandbox: Sandbox,
  as: CallAs,
  name: string,
): Promise<Record<string, string>> {
  const stack = await until(
    sandbox,
    `stack ${name} in ${as.account}`,
    async () => {
      const found = await describeStack(sandbox, as, name);
      return /IN_PROGRESS$/.test(found?.StackStatus ?? '') ? undefined : found;
    },
  );
  if (!/^(CREATE|UPDATE)_COMPLETE$/.test(stack.StackStatus)) {
    throw new Error(
      `Stack ${name} in ${as.account} ended in ${
        stack.StackStatus
      }: ${await causeOf(sandbox, as, name)}`,
    );
  }
  return Object.fromEntries(
    (stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [
      OutputKey,
      OutputValue,
    ]),
  );
}

async function causeOf(sandbox: Sandbox, as: CallAs, name: string) {
  const { StackEvents } = await sandbox.call<{
    StackEvents: {
      LogicalResourceId: string;
      ResourceStatus: string;
      ResourceStatusReason?: string;
    }[];
  }>('cloudformation', 'DescribeStackEvents', { StackName: name }, as);
  return StackEvents.filter(event => /FAILED$/.test(event.ResourceStatus))
    .slice(0, 5)
    .map(event => `${event.LogicalResourceId}: ${event.ResourceStatusReason}`)
    .join('; ');
}

/**
 * Moves virtual time in steps until `look` finds something. Between the steps a
 * little real time passes, because tasks are real processes.
 */
export async function until<T>(
  sandbox: Sandbox,
  what: string,
  look: () => Promise<T | undefined>,
): Promise<T> {
  for (let steps = 0; steps < LIMIT_STEPS; steps++) {
    const found = await look();
    if (found !== undefined) return found;
    await sandbox.clock.advance(STEP_MS);
    await new Promise(resolve => setTimeout(resolve, steps < 5 ? 0 : 25));
  }
  throw new Error(`Waiting for ${what} took too long`);
}
