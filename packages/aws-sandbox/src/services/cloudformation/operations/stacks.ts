import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-cloudformation';
import { AwsError, type CallContext, type Operations } from '../../../core';
import { Engine } from '../Engine';
import type { Operation, StackInputs, StackRecord } from '../model';
import {
  assertSameTypes,
  assertUpdatable,
  invalid,
  isUnchanged,
  newOperation,
  plannedOrder,
  storeOf,
  validated,
  wantedInputs,
} from '../prepare';
import { checkPolicy } from '../stackPolicy';
import type { StackStore } from '../StackStore';
import { creationOrder } from '../references';
import { parseTemplate } from '../template';

export function newStack(
  name: string,
  inputs: StackInputs,
  context: CallContext,
  more: Partial<StackRecord> = {},
): StackRecord {
  if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name)) {
    throw invalid(
      `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
    );
  }
  return {
    ...inputs,
    id: `arn:aws:cloudformation:${context.region}:${
      context.account
    }:stack/${name}/${randomUUID()}`,
    name,
    account: context.account,
    region: context.region,
    description: parseTemplate(inputs.templateBody).Description,
    status: 'CREATE_IN_PROGRESS',
    createdAt: context.sandbox.clock.now().toISOString(),
    notificationArns: [],
    disableRollback: false,
    terminationProtection: false,
    outputs: [],
    resources: {},
    generation: 0,
    ...more,
  };
}

/** Begins the creation of a stack whose record exists. */
export function beginCreate(
  stack: StackRecord,
  wanted: StackInputs,
  context: CallContext,
  more: Partial<Operation> = {},
): void {
  const store = storeOf(context);
  Object.assign(stack, wanted);
  stack.operation = newOperation(
    'CREATE',
    randomUUID(),
    wanted,
    plannedOrder(stack, wanted, store),
    context,
    more,
  );
  store.stackStatus(stack, 'CREATE_IN_PROGRESS', 'User Initiated');
  store.save(stack);
  new Engine(context.sandbox).schedule(stack, 100);
}

/** Begins an update; change sets made before it are of no use any more. */
export function beginUpdate(
  store: StackStore,
  stack: StackRecord,
  wanted: StackInputs,
  context: CallContext,
  more: Partial<Operation> = {},
): void {
  const previous: StackInputs = {
    templateBody: stack.templateBody,
    parameters: stack.parameters,
    tags: stack.tags,
    capabilities: stack.capabilities,
    roleArn: stack.roleArn,
  };
  stack.operation = newOperation(
    'UPDATE',
    randomUUID(),
    wanted,
    plannedOrder(stack, wanted, store),
    context,
    { previous, policy: stack.policy, ...more },
  );
  stack.updatedAt = context.sandbox.clock.now().toISOString();
  for (const set of store.changeSetsOf(stack.id)) {
    if (set.id !== more.changeSetId && set.executionStatus === 'AVAILABLE') {
      store.saveChangeSet({ ...set, executionStatus: 'OBSOLETE' });
    }
  }
  store.stackStatus(stack, 'UPDATE_IN_PROGRESS', 'User Initiated');
  store.save(stack);
  new Engine(context.sandbox).schedule(stack, 100);
}

function policyText(body: string | undefined): string | undefined {
  if (body === undefined) return undefined;
  try {
    checkPolicy(body);
  } catch {
    throw invalid('Error validating stack policy: Invalid stack policy');
  }
  return body;
}

/** The stack that this token has already begun an operation on. */
const repeated = (stack: StackRecord | undefined, token: string | undefined) =>
  token !== undefined &&
  stack !== undefined &&
  (stack.operation?.token === token || stack.lastToken === token);

export const stackOperations: Operations<typeof sdk> = {
  async CreateStack(input, context) {
    const store = storeOf(context);
    const known = store.find(input.StackName!);
    if (known && repeated(known, input.ClientRequestToken))
      return { StackId: known.id };
    if (known) {
      throw new AwsError(
        'AlreadyExistsException',
        `Stack [${input.StackName}] already exists`,
      );
    }
    const wanted = await wantedInputs(input, context);
    const stack = newStack(input.StackName!, wanted, context, {
      notificationArns: input.NotificationARNs ?? [],
      terminationProtection: input.EnableTerminationProtection ?? false,
      policy: policyText(input.StackPolicyBody),
    });
    beginCreate(stack, wanted, context, {
      token: input.ClientRequestToken,
      disableRollback:
        input.DisableRollback === true || input.OnFailure === 'DO_NOTHING',
    });
    return { StackId: stack.id };
  },

  async UpdateStack(input, context) {
    const store = storeOf(context);
    const stack = store.need(input.StackName);
    if (repeated(stack, input.ClientRequestToken)) return { StackId: stack.id };
    assertUpdatable(stack);
    const wanted = await wantedInputs(input, context, stack);
    assertSameTypes(stack, wanted);
    const policy = policyText(input.StackPolicyBody);
    if (validated(() => isUnchanged(stack, wanted, store))) {
      throw invalid('No updates are to be performed.');
    }
    const during = policyText(input.StackPolicyDuringUpdateBody);
    if (policy !== undefined) stack.policy = policy;
    beginUpdate(store, stack, wanted, context, {
      token: input.ClientRequestToken,
      disableRollback: input.DisableRollback ?? false,
      policy: during ?? stack.policy,
    });
    return { StackId: stack.id };
  },

  DeleteStack(input, context) {
    const store = storeOf(context);
    const stack = store.find(input.StackName!);
    if (
      !stack ||
      stack.status === 'DELETE_COMPLETE' ||
      stack.status === 'DELETE_IN_PROGRESS'
    )
      return;
    if (stack.terminationProtection) {
      throw invalid(
        `Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`,
      );
    }
    if (/^UPDATE_.*IN_PROGRESS$/.test(stack.status)) {
      throw invalid(
        `Stack [${stack.id}] cannot be deleted while in status ${stack.status}`,
      );
    }
    const order = creationOrder(parseTemplate(stack.templateBody)).toReversed();
    const queue = Object.keys(stack.resources).sort(
      (a, b) => order.indexOf(a) - order.indexOf(b),
    );
    stack.operation = newOperation(
      'DELETE',
      randomUUID(),
      stack,
      queue,
      context,
      {
        token: input.ClientRequestToken,
        retain: input.RetainResources ?? [],
      },
    );
    stack.operation.wanted = {
      templateBody: stack.templateBody,
      parameters: stack.parameters,
      tags: stack.tags,
      capabilities: stack.capabilities,
    };
    store.stackStatus(stack, 'DELETE_IN_PROGRESS', 'User Initiated');
    store.save(stack);
    new Engine(context.sandbox).schedule(stack, 100);
  },

  ContinueUpdateRollback(input, context) {
    const store = storeOf(context);
    const stack = store.need(input.StackName);
    if (stack.status !== 'UPDATE_ROLLBACK_FAILED' || !stack.operation) {
      throw invalid(
        `Stack:${stack.id} is in ${stack.status} state and can not continue rollback.`,
      );
    }
    const skip = input.ResourcesToSkip ?? [];
    stack.operation.queue = stack.operation.queue.filter(
      id => !skip.includes(id),
    );
    store.stackStatus(stack, 'UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated');
    store.save(stack);
    new Engine(context.sandbox).schedule(stack, 100);
    return {};
  },

  UpdateTerminationProtection(input, context) {
    const store = storeOf(context);
    const stack = store.need(input.StackName);
    store.save({
      ...stack,
      terminationProtection: input.EnableTerminationProtection!,
    });
    return { StackId: stack.id };
  },

  SetStackPolicy(input, context) {
    const store = storeOf(context);
    const stack = store.need(input.StackName);
    store.save({ ...stack, policy: policyText(input.StackPolicyBody) });
  },

  GetStackPolicy(input, context) {
    return { StackPolicyBody: storeOf(context).need(input.StackName).policy };
  },
};
