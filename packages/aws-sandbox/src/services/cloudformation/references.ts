import { intrinsicOf, subParts } from './intrinsics';
import { TemplateError, type Json, type Template } from './template';

export interface Reference {
  kind: 'Ref' | 'GetAtt';
  name: string;
  attribute?: string;
}

/** Every parameter, pseudo parameter and resource that `value` refers to. */
export function referencesOf(value: Json): Reference[] {
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap(referencesOf);
  const intrinsic = intrinsicOf(value);
  if (intrinsic) {
    const [name, argument] = intrinsic;
    if (name === 'Ref') return [{ kind: 'Ref', name: String(argument) }];
    if (name === 'Condition') return [];
    if (name === 'Fn::GetAtt') {
      const [id, ...rest] = Array.isArray(argument)
        ? argument.map(String)
        : String(argument).split('.');
      return [{ kind: 'GetAtt', name: id, attribute: rest.join('.') }];
    }
    if (name === 'Fn::Sub') {
      const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
      const named = Object.keys((own ?? {}) as object);
      const direct = subParts(String(text)).flatMap((part): Reference[] => {
        if (part.name === undefined || named.includes(part.name)) return [];
        const dot = part.name.indexOf('.');
        return dot < 0
          ? [{ kind: 'Ref', name: part.name }]
          : [
              {
                kind: 'GetAtt',
                name: part.name.slice(0, dot),
                attribute: part.name.slice(dot + 1),
              },
            ];
      });
      return [...direct, ...referencesOf(own ?? {})];
    }
    return referencesOf(argument);
  }
  return Object.values(value).flatMap(referencesOf);
}

const list = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : [value].flat();

/**
 * Logical ids in the order in which they are made: each after what it refers
 * to and depends on; among equals, the template's order.
 *
 * @throws TemplateError on a circle or a reference to nothing.
 */
export function creationOrder(template: Template): string[] {
  const ids = Object.keys(template.Resources);
  const known = new Set([...ids, ...Object.keys(template.Parameters)]);
  const dependencies = new Map<string, Set<string>>();
  const unresolved = new Set<string>();
  for (const id of ids) {
    const resource = template.Resources[id];
    const needs = new Set<string>(list(resource.DependsOn));
    for (const reference of referencesOf(resource.Properties ?? {})) {
      if (reference.name.startsWith('AWS::')) continue;
      if (!known.has(reference.name)) unresolved.add(reference.name);
      else if (reference.name in template.Resources) needs.add(reference.name);
    }
    for (const need of list(resource.DependsOn)) {
      if (!(need in template.Resources)) unresolved.add(need);
    }
    dependencies.set(id, needs);
  }
  if (unresolved.size > 0) {
    throw new TemplateError(
      `Template format error: Unresolved resource dependencies [${[
        ...unresolved,
      ].join(', ')}] in the Resources block of the template`,
    );
  }
  for (const [name, output] of Object.entries(template.Outputs)) {
    for (const reference of referencesOf(output.Value ?? null)) {
      if (!reference.name.startsWith('AWS::') && !known.has(reference.name)) {
        throw new TemplateError(
          `Template format error: Unresolved resource dependencies [${reference.name}] in the Outputs block of the template (${name})`,
        );
      }
    }
  }
  const order: string[] = [];
  const left = new Set(ids);
  while (left.size > 0) {
    const next = [...left].find(id =>
      [...dependencies.get(id)!].every(need => !left.has(need)),
    );
    if (next === undefined) {
      throw new TemplateError(
        `Circular dependency between resources: [${[...left].join(', ')}]`,
      );
    }
    left.delete(next);
    order.push(next);
  }
  return order;
}
