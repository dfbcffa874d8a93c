import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-cloudformation';
import type {
  Change,
  ChangeSetSummary,
  ResourceChangeDetail,
} from '@aws-sdk/client-cloudformation';
import { AwsError, type CallContext, type Operations } from '../../../core';
import { diffStack } from '../diff';
import { isUnchanged } from '../prepare';
import type {
  ChangeDetail,
  ChangeSetRecord,
  ResourceChangeRecord,
  StackRecord,
} from '../model';
import {
  assertSameTypes,
  assertUpdatable,
  invalid,
  storeOf,
  validated,
  wantedInputs,
} from '../prepare';
import type { StackStore } from '../StackStore';
import { parseTemplate } from '../template';
import { parametersOf, tagsOf } from './describe';
import { beginCreate, beginUpdate, newStack } from './stacks';

const UNCHANGED =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

const detailView = (
  detail: ChangeDetail,
  values: boolean,
): ResourceChangeDetail => ({
  Target: {
    Attribute: detail.attribute as never,
    Name: detail.name,
    RequiresRecreation: detail.requiresRecreation,
    ...(values && { BeforeValue: detail.before, AfterValue: detail.after }),
  },
  Evaluation: detail.evaluation,
  ChangeSource: detail.source as ResourceChangeDetail['ChangeSource'],
  CausingEntity: detail.causingEntity,
});

const changeView = (change: ResourceChangeRecord, values: boolean): Change => ({
  Type: 'Resource',
  ResourceChange: {
    Action: change.action,
    PolicyAction: change.policyAction as never,
    LogicalResourceId: change.logicalId,
    PhysicalResourceId: change.physicalId,
    ResourceType: change.type,
    Replacement: change.replacement,
    Scope: change.scope as never,
    Details: change.details.map(detail => detailView(detail, values)),
    ...(values && { BeforeContext: change.before, AfterContext: change.after }),
  },
});

const summary = (set: ChangeSetRecord): ChangeSetSummary => ({
  StackId: set.stackId,
  StackName: set.stackName,
  ChangeSetId: set.id,
  ChangeSetName: set.name,
  Description: set.description,
  CreationTime: new Date(set.createdAt),
  Status: set.status as ChangeSetSummary['Status'],
  StatusReason: set.statusReason,
  ExecutionStatus: set.executionStatus as ChangeSetSummary['ExecutionStatus'],
});

async function stackFor(
  input: Parameters<NonNullable<Operations<typeof sdk>['CreateChangeSet']>>[0],
  store: StackStore,
  context: CallContext,
): Promise<StackRecord> {
  const known = store.find(input.StackName!);
  if (input.ChangeSetType === 'CREATE') {
    if (known && known.status !== 'REVIEW_IN_PROGRESS') {
      throw invalid(
        `Stack [${input.StackName}] already exists and cannot be created again with the changeSet [${input.ChangeSetName}].`,
      );
    }
    if (known) return known;
    const wanted = await wantedInputs(input, context);
    const stack = newStack(input.StackName!, { ...wanted }, context);
    store.stackStatus(stack, 'REVIEW_IN_PROGRESS', 'User Initiated');
    store.save(stack);
    return stack;
  }
  if (!known) throw invalid(`Stack [${input.StackName}] does not exist`);
  if (known.status === 'REVIEW_IN_PROGRESS') {
    throw invalid(
      `Stack:${known.id} is in REVIEW_IN_PROGRESS state and can not be updated.`,
    );
  }
  assertUpdatable(known);
  return known;
}

export const changeSetOperations: Operations<typeof sdk> = {
  async CreateChangeSet(input, context) {
    const store = storeOf(context);
    if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(input.ChangeSetName!)) {
      throw invalid(
        `1 validation error detected: Value '${input.ChangeSetName}' at 'changeSetName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
      );
    }
    const existing = store.find(input.StackName!);
    const wanted = await wantedInputs(
      input,
      context,
      existing?.status === 'REVIEW_IN_PROGRESS' ? undefined : existing,
    );
    const stack = await stackFor(input, store, context);
    const type = input.ChangeSetType === 'CREATE' ? 'CREATE' : 'UPDATE';
    if (
      store.changeSetsOf(stack.id).some(set => set.name === input.ChangeSetName)
    ) {
      throw new AwsError(
        'AlreadyExistsException',
        `ChangeSet ${input.ChangeSetName} already exists`,
      );
    }
    if (type === 'UPDATE') assertSameTypes(stack, wanted);
    const empty =
      type === 'UPDATE' && validated(() => isUnchanged(stack, wanted, store));
    const changes = empty
      ? []
      : validated(() => diffStack(stack, wanted, store));
    const set: ChangeSetRecord = {
      id: `arn:aws:cloudformation:${context.region}:${
        context.account
      }:changeSet/${input.ChangeSetName}/${randomUUID()}`,
      name: input.ChangeSetName!,
      stackId: stack.id,
      stackName: stack.name,
      type,
      description: input.Description,
      inputs: wanted,
      status: empty ? 'FAILED' : 'CREATE_COMPLETE',
      statusReason: empty ? UNCHANGED : undefined,
      executionStatus: empty ? 'UNAVAILABLE' : 'AVAILABLE',
      createdAt: context.sandbox.clock.now().toISOString(),
      changes,
      generation: stack.generation,
      notificationArns: input.NotificationARNs ?? [],
      includePropertyValues: false,
      onStackFailure: input.OnStackFailure,
    };
    store.saveChangeSet(set);
    return { Id: set.id, StackId: stack.id };
  },

  DescribeChangeSet(input, context) {
    const set = storeOf(context).needChangeSet(
      input.ChangeSetName,
      input.StackName,
    );
    return {
      ChangeSetName: set.name,
      ChangeSetId: set.id,
      StackId: set.stackId,
      StackName: set.stackName,
      Description: set.description,
      Parameters: parametersOf(
        parseTemplate(set.inputs.templateBody),
        set.inputs.parameters,
      ),
      CreationTime: new Date(set.createdAt),
      ExecutionStatus:
        set.executionStatus as ChangeSetSummary['ExecutionStatus'],
      Status: set.status as ChangeSetSummary['Status'],
      StatusReason: set.statusReason,
      NotificationARNs: set.notificationArns,
      RollbackConfiguration: {},
      Capabilities: set.inputs.capabilities as never,
      Tags: tagsOf(set.inputs.tags),
      Changes: set.changes.map(change =>
        changeView(change, input.IncludePropertyValues ?? false),
      ),
    };
  },

  ExecuteChangeSet(input, context) {
    const store = storeOf(context);
    const set = store.needChangeSet(input.ChangeSetName, input.StackName);
    const stack = store.need(set.stackId);
    if (
      input.ClientRequestToken !== undefined &&
      (stack.operation?.token === input.ClientRequestToken ||
        stack.lastToken === input.ClientRequestToken)
    ) {
      return {};
    }
    const stale = set.type === 'UPDATE' && set.generation !== stack.generation;
    if (set.executionStatus !== 'AVAILABLE' || stale) {
      if (stale && set.executionStatus === 'AVAILABLE') {
        store.saveChangeSet({ ...set, executionStatus: 'OBSOLETE' });
      }
      throw new AwsError(
        'InvalidChangeSetStatusException',
        `ChangeSet [${
          set.id
        }] cannot be executed in its current execution status of [${
          stale ? 'OBSOLETE' : set.executionStatus
        }]`,
      );
    }
    if (set.type === 'UPDATE') assertUpdatable(stack);
    else if (stack.status !== 'REVIEW_IN_PROGRESS') {
      throw invalid(
        `Stack:${stack.id} is in ${stack.status} state and can not be updated.`,
      );
    }
    store.saveChangeSet({ ...set, executionStatus: 'EXECUTE_IN_PROGRESS' });
    stack.changeSetId = set.id;
    const more = {
      token: input.ClientRequestToken,
      changeSetId: set.id,
      disableRollback:
        input.DisableRollback === true || set.onStackFailure === 'DO_NOTHING',
    };
    if (set.type === 'CREATE') {
      beginCreate(stack, set.inputs, context, more);
    } else {
      beginUpdate(store, stack, set.inputs, context, more);
    }
    return {};
  },

  DeleteChangeSet(input, context) {
    const store = storeOf(context);
    let set: ChangeSetRecord;
    try {
      set = store.needChangeSet(input.ChangeSetName, input.StackName);
    } catch (error) {
      if ((error as AwsError).code === 'ChangeSetNotFoundException') return {};
      throw error;
    }
    if (set.executionStatus === 'EXECUTE_IN_PROGRESS') {
      throw new AwsError(
        'InvalidChangeSetStatusException',
        `ChangeSet [${set.id}] cannot be deleted in its current execution status of [EXECUTE_IN_PROGRESS]`,
      );
    }
    store.deleteChangeSet(set);
    return {};
  },

  ListChangeSets(input, context) {
    const store = storeOf(context);
    return {
      Summaries: store
        .changeSetsOf(store.need(input.StackName).id)
        .map(summary),
    };
  },
};
