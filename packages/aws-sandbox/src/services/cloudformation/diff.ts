import { included, propertiesOf, same, scopeOf, tagsFor } from './evaluation';
import type {
  ChangeDetail,
  ResourceChangeRecord,
  StackInputs,
  StackRecord,
} from './model';
import { parameterRef } from './parameters';
import { creationOrder, referencesOf } from './references';
import { handlerOf } from './resources';
import { stackScope } from './scope';
import type { StackStore } from './StackStore';
import { parseTemplate, type Json, type Template } from './template';

/** What AWS writes for a value that only the execution will know. */
const KNOWN_AFTER_APPLY = '{{changeSet:KNOWN_AFTER_APPLY}}';

const shown = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : JSON.stringify(value);

/** Where a property's new value comes from, in the words of `ResourceChangeDetail`. */
function sourceOf(
  raw: Json | undefined,
  template: Template,
  stack: StackRecord,
  wanted: StackInputs,
  moving: ReadonlySet<string>,
  rawBefore: Json | undefined,
): Pick<ChangeDetail, 'source' | 'causingEntity' | 'evaluation'> {
  if (!same(raw, rawBefore))
    return { source: 'DirectModification', evaluation: 'Static' };
  for (const reference of referencesOf(raw ?? null)) {
    if (moving.has(reference.name)) {
      return reference.kind === 'Ref'
        ? {
            source: 'ResourceReference',
            causingEntity: reference.name,
            evaluation: 'Dynamic',
          }
        : {
            source: 'ResourceAttribute',
            causingEntity: `${reference.name}.${reference.attribute}`,
            evaluation: 'Dynamic',
          };
    }
    const declared = template.Parameters[reference.name];
    if (
      declared &&
      !same(
        parameterRef(declared, wanted.parameters[reference.name]),
        stack.parameters[reference.name],
      )
    ) {
      return {
        source: 'ParameterReference',
        causingEntity: reference.name,
        evaluation: 'Static',
      };
    }
  }
  return { source: 'DirectModification', evaluation: 'Static' };
}

/** What executing `wanted` would do to each resource, in order of creation, removals last. */
export function diffStack(
  stack: StackRecord,
  wanted: StackInputs,
  store: StackStore,
): ResourceChangeRecord[] {
  const template = parseTemplate(wanted.templateBody);
  const before = parseTemplate(stack.templateBody);
  const order = included(
    template,
    creationOrder(template),
    scopeOf(stack, wanted, store, template),
  );
  const changes: ResourceChangeRecord[] = [];
  /** Resources whose `Ref` and attributes the execution will change. */
  const moving = new Set<string>();
  const scope = stackScope({
    template,
    parameters: wanted.parameters,
    stack,
    notificationArns: stack.notificationArns,
    resource(logicalId) {
      const record = stack.resources[logicalId];
      if (!record || moving.has(logicalId)) {
        return { ref: KNOWN_AFTER_APPLY, attribute: () => KNOWN_AFTER_APPLY };
      }
      return {
        ref: record.ref ?? record.physicalId,
        attribute: name => record.attributes[name],
      };
    },
    importValue: name =>
      store.exports().find(item => item.name === name)?.value,
  });
  for (const logicalId of order) {
    const resource = template.Resources[logicalId];
    const record = stack.resources[logicalId];
    const properties = propertiesOf(template, logicalId, scope);
    if (!record) {
      moving.add(logicalId);
      changes.push({
        action: 'Add',
        logicalId,
        type: resource.Type,
        scope: [],
        details: [],
        after: JSON.stringify({ Properties: properties }),
      });
      continue;
    }
    const change = modification(
      stack,
      wanted,
      template,
      before,
      logicalId,
      properties,
      moving,
    );
    if (!change) continue;
    if (change.replacement === 'True') moving.add(logicalId);
    changes.push(change);
  }
  const keep = new Set(order);
  for (const record of Object.values(stack.resources)) {
    if (keep.has(record.logicalId)) continue;
    changes.push({
      action: 'Remove',
      logicalId: record.logicalId,
      type: record.type,
      physicalId: record.physicalId,
      policyAction: record.deletionPolicy.startsWith('Retain')
        ? 'Retain'
        : 'Delete',
      scope: [],
      details: [],
      before: JSON.stringify({ Properties: record.properties }),
    });
  }
  return changes;
}

function modification(
  stack: StackRecord,
  wanted: StackInputs,
  template: Template,
  before: Template,
  logicalId: string,
  properties: Record<string, Json>,
  moving: ReadonlySet<string>,
): ResourceChangeRecord | undefined {
  const record = stack.resources[logicalId];
  const resource = template.Resources[logicalId];
  const handler = handlerOf(resource.Type);
  const details: ChangeDetail[] = [];
  for (const name of Object.keys({ ...record.properties, ...properties })) {
    if (same(record.properties[name], properties[name])) continue;
    details.push({
      attribute: name === 'Tags' ? 'Tags' : 'Properties',
      name,
      requiresRecreation: handler.replaceOn.includes(name) ? 'Always' : 'Never',
      ...sourceOf(
        resource.Properties?.[name],
        template,
        stack,
        wanted,
        moving,
        before.Resources[logicalId]?.Properties?.[name],
      ),
      before: shown(record.properties[name]),
      after: shown(properties[name]),
    });
  }
  if (!same(record.tags, tagsFor(stack, wanted, logicalId, resource.Type))) {
    details.push({
      attribute: 'Tags',
      requiresRecreation: 'Never',
      evaluation: 'Static',
      source: 'DirectModification',
    });
  }
  for (const [attribute, was, is] of [
    [
      'DeletionPolicy',
      record.deletionPolicy,
      resource.DeletionPolicy ?? 'Delete',
    ],
    [
      'UpdateReplacePolicy',
      record.updateReplacePolicy,
      resource.UpdateReplacePolicy ?? 'Delete',
    ],
  ]) {
    if (was !== is) {
      details.push({
        attribute,
        requiresRecreation: 'Never',
        evaluation: 'Static',
        source: 'DirectModification',
        before: was,
        after: is,
      });
    }
  }
  if (details.length === 0) return undefined;
  const recreating = details.filter(
    detail => detail.requiresRecreation === 'Always',
  );
  const replacement = recreating.length === 0 ? 'False' : 'True';
  const retains = record.updateReplacePolicy.startsWith('Retain');
  const replacing = retains ? 'ReplaceAndRetain' : 'ReplaceAndDelete';
  return {
    action: 'Modify',
    logicalId,
    type: resource.Type,
    physicalId: record.physicalId,
    replacement,
    policyAction: replacement === 'True' ? replacing : undefined,
    scope: [...new Set(details.map(detail => detail.attribute))],
    details,
    before: JSON.stringify({ Properties: record.properties }),
    after: JSON.stringify({ Properties: properties }),
  };
}
