import type { CallAs, Sandbox } from '../../core';
import { AwsError } from '../../core';

const STEP_MS = 2_000;
const LIMIT_MS = 30 * 60_000;

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
    Tags: Object.entries(stack.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
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
      error instanceof AwsError && /No updates are to be performed/.test(error.message);
    if (!nothing) throw error;
  }
  return settled(sandbox, as, stack.name);
}

/** Parameter value that keeps what the stack has. */
export const USE_PREVIOUS = Symbol.for('careplane.use-previous').toString();

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
  for (let waited = 0; waited < LIMIT_MS; waited += STEP_MS) {
    const stack = await describeStack(sandbox, as, name);
    const status = stack?.StackStatus ?? 'missing';
    if (/^(CREATE|UPDATE)_COMPLETE$/.test(status)) {
      return Object.fromEntries(
        (stack?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [
          OutputKey,
          OutputValue,
        ]),
      );
    }
    if (!/IN_PROGRESS$/.test(status)) {
      throw new Error(
        `Stack ${name} in ${as.account} ended in ${status}: ${stack?.StackStatusReason ?? ''}`,
      );
    }
    await sandbox.clock.advance(STEP_MS);
    await sandbox.jobs.idle();
  }
  throw new Error(`Stack ${name} in ${as.account} did not end`);
}
