import * as sdk from '@aws-sdk/client-cloudformation';
import type {
  Stack,
  StackEvent,
  StackResource,
  TemplateParameter as WireParameter,
} from '@aws-sdk/client-cloudformation';
import type { Operations } from '../../../core';
import type { ResourceRecord, StackEventRecord, StackRecord } from '../model';
import { page } from '../../paging';
import { isNoEcho } from '../parameters';
import { checkedTemplate, invalid, storeOf, templateBody } from '../prepare';
import { parseTemplate, type Template } from '../template';

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html */
const MOST_RESOURCES = 100;

const date = (text: string | undefined) => (text ? new Date(text) : undefined);

export function parametersOf(
  template: Template,
  values: Record<string, string>,
) {
  return Object.entries(values).map(([ParameterKey, value]) => ({
    ParameterKey,
    ParameterValue: isNoEcho(template.Parameters[ParameterKey])
      ? '****'
      : value,
  }));
}

export const tagsOf = (tags: Record<string, string>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

function stackView(stack: StackRecord): Stack {
  return {
    StackId: stack.id,
    StackName: stack.name,
    ChangeSetId: stack.changeSetId,
    Description: stack.description,
    Parameters: parametersOf(
      parseTemplate(stack.templateBody),
      stack.parameters,
    ),
    CreationTime: new Date(stack.createdAt),
    LastUpdatedTime: date(stack.updatedAt),
    DeletionTime: date(stack.deletedAt),
    RollbackConfiguration: {},
    StackStatus: stack.status as Stack['StackStatus'],
    StackStatusReason: stack.statusReason,
    DisableRollback: stack.disableRollback,
    NotificationARNs: stack.notificationArns,
    Capabilities: stack.capabilities as Stack['Capabilities'],
    Outputs: stack.outputs.map(output => ({
      OutputKey: output.key,
      OutputValue: output.value,
      Description: output.description,
      ExportName: output.exportName,
    })),
    RoleARN: stack.roleArn,
    Tags: tagsOf(stack.tags),
    EnableTerminationProtection: stack.terminationProtection,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

const eventView = (
  stack: StackRecord,
  event: StackEventRecord,
): StackEvent => ({
  StackId: stack.id,
  StackName: stack.name,
  EventId: event.id,
  LogicalResourceId: event.logicalId,
  PhysicalResourceId: event.physicalId,
  ResourceType: event.type,
  Timestamp: new Date(event.at),
  ResourceStatus: event.status as StackEvent['ResourceStatus'],
  ResourceStatusReason: event.reason,
  ClientRequestToken: event.token,
});

const resourceView = (
  stack: StackRecord,
  record: ResourceRecord,
): StackResource => ({
  StackId: stack.id,
  StackName: stack.name,
  LogicalResourceId: record.logicalId,
  PhysicalResourceId: record.physicalId,
  ResourceType: record.type,
  Timestamp: new Date(record.updatedAt),
  ResourceStatus: record.status as StackResource['ResourceStatus'],
  ResourceStatusReason: record.statusReason,
  DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
});

const parameterView = (template: Template): WireParameter[] =>
  Object.entries(template.Parameters).map(([ParameterKey, declared]) => ({
    ParameterKey,
    DefaultValue:
      declared.Default === undefined
        ? undefined
        : [declared.Default].flat().map(String).join(','),
    NoEcho: isNoEcho(declared),
    Description: declared.Description,
  }));

function capabilitiesOf(template: Template) {
  const iam = Object.values(template.Resources).some(resource =>
    resource.Type.startsWith('AWS::IAM::'),
  );
  return iam
    ? {
        Capabilities: ['CAPABILITY_NAMED_IAM' as const],
        CapabilitiesReason:
          'The following resource(s) require capabilities: [AWS::IAM::Role]',
      }
    : {};
}

function needResource(
  stack: StackRecord,
  logicalId: string | undefined,
): ResourceRecord {
  const record =
    logicalId === undefined ? undefined : stack.resources[logicalId];
  if (!record)
    throw invalid(
      `Resource ${logicalId} does not exist for stack ${stack.name}`,
    );
  return record;
}

export const describeOperations: Operations<typeof sdk> = {
  DescribeStacks(input, context) {
    const store = storeOf(context);
    if (input.StackName)
      return { Stacks: [stackView(store.need(input.StackName))] };
    const alive = store
      .all()
      .filter(stack => stack.status !== 'DELETE_COMPLETE');
    const { items, next } = page(alive, input.NextToken);
    return { Stacks: items.map(stackView), NextToken: next };
  },

  ListStacks(input, context) {
    const wanted = input.StackStatusFilter;
    const stacks = storeOf(context)
      .all()
      .filter(
        stack => !wanted?.length || wanted.includes(stack.status as never),
      );
    const { items, next } = page(stacks, input.NextToken);
    return {
      StackSummaries: items.map(stack => ({
        StackId: stack.id,
        StackName: stack.name,
        TemplateDescription: stack.description,
        CreationTime: new Date(stack.createdAt),
        LastUpdatedTime: date(stack.updatedAt),
        DeletionTime: date(stack.deletedAt),
        StackStatus: stack.status as Stack['StackStatus'],
        StackStatusReason: stack.statusReason,
        DriftInformation: { StackDriftStatus: 'NOT_CHECKED' as const },
      })),
      NextToken: next,
    };
  },

  DescribeStackEvents(input, context) {
    const store = storeOf(context);
    const stack = store.need(input.StackName);
    const { items, next } = page(store.events(stack.id), input.NextToken);
    return {
      StackEvents: items.map(event => eventView(stack, event)),
      NextToken: next,
    };
  },

  DescribeStackResources(input, context) {
    const store = storeOf(context);
    if (input.PhysicalResourceId) {
      const stack = store
        .all()
        .find(
          candidate =>
            candidate.status !== 'DELETE_COMPLETE' &&
            Object.values(candidate.resources).some(
              record => record.physicalId === input.PhysicalResourceId,
            ),
        );
      if (!stack)
        throw invalid(`Stack for ${input.PhysicalResourceId} does not exist`);
      return {
        StackResources: Object.values(stack.resources)
          .slice(0, MOST_RESOURCES)
          .map(record => resourceView(stack, record)),
      };
    }
    const stack = store.need(input.StackName);
    const records = input.LogicalResourceId
      ? [needResource(stack, input.LogicalResourceId)]
      : Object.values(stack.resources);
    return {
      StackResources: records
        .slice(0, MOST_RESOURCES)
        .map(record => resourceView(stack, record)),
    };
  },

  DescribeStackResource(input, context) {
    const stack = storeOf(context).need(input.StackName);
    const record = needResource(stack, input.LogicalResourceId);
    return {
      StackResourceDetail: {
        ...resourceView(stack, record),
        LastUpdatedTimestamp: new Date(record.updatedAt),
        DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
      },
    };
  },

  ListStackResources(input, context) {
    const stack = storeOf(context).need(input.StackName);
    const { items, next } = page(
      Object.values(stack.resources),
      input.NextToken,
    );
    return {
      StackResourceSummaries: items.map(record => ({
        LogicalResourceId: record.logicalId,
        PhysicalResourceId: record.physicalId,
        ResourceType: record.type,
        LastUpdatedTimestamp: new Date(record.updatedAt),
        ResourceStatus: record.status as StackResource['ResourceStatus'],
        ResourceStatusReason: record.statusReason,
        DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' as const },
      })),
      NextToken: next,
    };
  },

  GetTemplate(input, context) {
    const store = storeOf(context);
    const body = input.ChangeSetName
      ? store.needChangeSet(input.ChangeSetName, input.StackName).inputs
          .templateBody
      : store.need(input.StackName).templateBody;
    return { TemplateBody: body, StagesAvailable: ['Original', 'Processed'] };
  },

  async GetTemplateSummary(input, context) {
    const body = input.StackName
      ? storeOf(context).need(input.StackName).templateBody
      : await templateBody(input, context);
    const template = checkedTemplate(body);
    return {
      Description: template.Description,
      Parameters: Object.entries(template.Parameters).map(
        ([ParameterKey, declared]) => ({
          ParameterKey,
          ParameterType: declared.Type,
          DefaultValue:
            declared.Default === undefined
              ? undefined
              : [declared.Default].flat().map(String).join(','),
          NoEcho: isNoEcho(declared),
          Description: declared.Description,
          ParameterConstraints: declared.AllowedValues
            ? { AllowedValues: declared.AllowedValues.map(String) }
            : undefined,
        }),
      ),
      ResourceTypes: [
        ...new Set(
          Object.values(template.Resources).map(resource => resource.Type),
        ),
      ],
      Version: template.AWSTemplateFormatVersion,
      Metadata: template.Metadata && JSON.stringify(template.Metadata),
      ...capabilitiesOf(template),
    };
  },

  async ValidateTemplate(input, context) {
    const template = checkedTemplate(await templateBody(input, context));
    return {
      Description: template.Description,
      Parameters: parameterView(template),
      ...capabilitiesOf(template),
    };
  },

  ListExports(_input, context) {
    return {
      Exports: storeOf(context)
        .exports()
        .map(item => ({
          ExportingStackId: item.stackId,
          Name: item.name,
          Value: item.value,
        })),
    };
  },
};
