import { createHash } from 'node:crypto';
import type { Sandbox } from '../../core';
import { evaluate, type Scope } from './intrinsics';
import type {
  Operation,
  ResourceRecord,
  StackInputs,
  StackRecord,
} from './model';
import { handlerOf } from './resources';
import type { ResourceContext } from './resources/handler';
import { isIncluded, stackScope } from './scope';
import type { StackStore } from './StackStore';
import { parseTemplate, type JsonObject, type Template } from './template';

export const same = (a: unknown, b: unknown): boolean =>
  canonical(a) === canonical(b);

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(
          Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : item,
  );
}

/** Scope of a stack's wanted template over the resources it has now. */
export function scopeOf(
  stack: StackRecord,
  inputs: StackInputs,
  store: StackStore,
  template: Template = parseTemplate(inputs.templateBody),
): Scope {
  return stackScope({
    template,
    parameters: inputs.parameters,
    stack,
    notificationArns: stack.notificationArns,
    resource(logicalId) {
      const record = stack.resources[logicalId];
      return (
        record && {
          ref: record.ref ?? record.physicalId,
          attribute: name => record.attributes[name],
        }
      );
    },
    importValue: name =>
      store.exports().find(item => item.name === name)?.value,
  });
}

/** Evaluated properties; an absent `Properties` is an empty object. */
export const propertiesOf = (
  template: Template,
  logicalId: string,
  scope: Scope,
): JsonObject =>
  evaluate(template.Resources[logicalId].Properties ?? {}, scope) as JsonObject;

/** Tags that the stack gives to a resource of a type that carries tags. */
export function tagsFor(
  stack: StackRecord,
  inputs: StackInputs,
  logicalId: string,
  type: string,
) {
  if (!handlerOf(type).taggable) return {};
  return {
    ...inputs.tags,
    'aws:cloudformation:stack-name': stack.name,
    'aws:cloudformation:stack-id': stack.id,
    'aws:cloudformation:logical-id': logicalId,
  };
}

/** Outputs of a template whose resources are all there. */
export function outputsOf(
  template: Template,
  scope: Scope,
): StackRecord['outputs'] {
  return Object.entries(template.Outputs)
    .filter(
      ([, output]) =>
        output.Condition === undefined || scope.condition(output.Condition),
    )
    .map(([key, output]) => {
      const value = evaluate(output.Value, scope);
      return {
        key,
        value: Array.isArray(value)
          ? value.map(String).join(',')
          : String(value),
        description: output.Description,
        exportName:
          output.Export && String(evaluate(output.Export.Name, scope)),
      };
    });
}

/** Logical ids that the template makes with these inputs, of those given. */
export const included = (
  template: Template,
  ids: readonly string[],
  scope: Scope,
): string[] => ids.filter(id => isIncluded(template, id, scope));

export function resourceContext(
  sandbox: Sandbox,
  stack: StackRecord,
  operation: Operation,
  logicalId: string,
  tags: Record<string, string>,
  salt = '',
): ResourceContext {
  const principal = {
    arn: operation.principalArn,
    accessKeyId: operation.principalAccessKeyId,
    invokedBy: 'cloudformation.amazonaws.com',
  };
  return {
    sandbox,
    account: stack.account,
    region: stack.region,
    stackName: stack.name,
    stackId: stack.id,
    logicalId,
    tags,
    principal,
    uniqueName(maximum = 64) {
      const hash = createHash('sha256')
        .update(`${stack.id}/${logicalId}/${salt}`)
        .digest('hex');
      const tail = BigInt(`0x${hash}`).toString(36).slice(0, 12);
      const head = `${stack.name}-${logicalId}`.slice(
        0,
        maximum - tail.length - 1,
      );
      return `${head}-${tail}`;
    },
    async call<T>(service: string, name: string, input: object): Promise<T> {
      try {
        return await sandbox.call<T>(service, name, input, {
          account: stack.account,
          region: stack.region,
          principal,
        });
      } catch (error) {
        // What the sandbox has no operation for is kept as a record only.
        if ((error as { code?: string }).code === 'UnknownOperationException')
          return {} as T;
        throw error;
      }
    },
  };
}

export function newRecord(
  template: Template,
  logicalId: string,
): ResourceRecord {
  const resource = template.Resources[logicalId];
  return {
    logicalId,
    type: resource.Type,
    physicalId: '',
    properties: {},
    tags: {},
    attributes: {},
    status: '',
    updatedAt: '',
    deletionPolicy: resource.DeletionPolicy ?? 'Delete',
    updateReplacePolicy: resource.UpdateReplacePolicy ?? 'Delete',
  };
}
