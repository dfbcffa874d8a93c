import { evaluateCondition, type Scope } from './intrinsics';
import { parameterRef } from './parameters';
import type { Json, Template } from './template';

export interface ScopeInput {
  template: Template;
  parameters: Record<string, string>;
  stack: { id: string; name: string; account: string; region: string };
  notificationArns?: string[];
  resource(
    logicalId: string,
  ): { ref: Json; attribute(name: string): Json | undefined } | undefined;
  importValue(name: string): Json | undefined;
}

/** The evaluator's view of one stack with given parameters and resources. */
export function stackScope(input: ScopeInput): Scope {
  const { template, parameters, stack } = input;
  const conditions = new Map<string, boolean>();
  const pseudo: Record<string, Json> = {
    'AWS::AccountId': stack.account,
    'AWS::Region': stack.region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackId': stack.id,
    'AWS::StackName': stack.name,
    'AWS::NotificationARNs': input.notificationArns ?? [],
  };
  const scope: Scope = {
    ref(name) {
      if (name in pseudo) return pseudo[name];
      if (name in template.Parameters) {
        return parameterRef(template.Parameters[name], parameters[name]);
      }
      return input.resource(name)?.ref;
    },
    getAtt: (logicalId, attribute) =>
      input.resource(logicalId)?.attribute(attribute),
    condition(name) {
      const known = conditions.get(name);
      if (known !== undefined) return known;
      if (!(name in template.Conditions)) {
        throw new Error(
          `Template error: unresolved condition dependency ${name}`,
        );
      }
      const value = evaluateCondition(template.Conditions[name], scope);
      conditions.set(name, value);
      return value;
    },
    mapping: (map, top, second) => template.Mappings[map]?.[top]?.[second],
    importValue: name => input.importValue(name),
  };
  return scope;
}

/** Whether the template makes this resource with these conditions. */
export const isIncluded = (
  template: Template,
  logicalId: string,
  scope: Scope,
): boolean => {
  const condition = template.Resources[logicalId].Condition;
  return condition === undefined || scope.condition(condition);
};
