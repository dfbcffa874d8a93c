import type { Sandbox } from '../../../core';
import type { Principal } from '../../../core';
import type { Json, JsonObject } from '../template';

/** What a resource handler knows beside the properties. */
export interface ResourceContext {
  sandbox: Sandbox;
  account: string;
  region: string;
  stackName: string;
  stackId: string;
  logicalId: string;
  /** Stack tags and CloudFormation's own, for types that carry tags. */
  tags: Record<string, string>;
  principal: Principal;
  /** A physical name as CloudFormation makes it up, the same on every attempt. */
  uniqueName(maximum?: number): string;
  call<T = Record<string, unknown>>(
    service: string,
    operation: string,
    input: object,
  ): Promise<T>;
}

/** A resource as it came out of a write. */
export interface Written {
  physicalId: string;
  /** What `Ref` gives, when it is not the physical id. */
  ref?: string;
  attributes?: Record<string, Json>;
}

export interface ResourceHandler {
  /** Property names whose change makes CloudFormation replace the resource. */
  replaceOn: readonly string[];
  /** Whether stack tags are written to it. */
  taggable?: boolean;
  create(properties: JsonObject, context: ResourceContext): Promise<Written>;
  /** Writes the wanted properties in full, whatever the resource has now. */
  update(
    physicalId: string,
    wanted: JsonObject,
    before: JsonObject,
    context: ResourceContext,
  ): Promise<Written>;
  delete(
    physicalId: string,
    properties: JsonObject,
    context: ResourceContext,
  ): Promise<void>;
  /** False while AWS is still at it; an error fails the resource. */
  isStable?(
    physicalId: string,
    properties: JsonObject,
    context: ResourceContext,
  ): Promise<boolean>;
}

export const text = (value: Json | undefined): string | undefined =>
  value === undefined || value === null ? undefined : String(value);

/** CloudFormation passes numbers and booleans as text as well. */
export const number = (value: Json | undefined): number | undefined =>
  value === undefined || value === null ? undefined : Number(value);

export const bool = (value: Json | undefined): boolean | undefined =>
  value === undefined || value === null ? undefined : String(value) === 'true';

export const list = (value: Json | undefined): Json[] =>
  value === undefined || value === null ? [] : ([value].flat() as Json[]);

export const object = (value: Json | undefined): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? value
    : {};

/** `[{Key, Value}]` of a template plus the stack's tags, as one map. */
export function tagMap(
  tags: Json | undefined,
  stack: Record<string, string>,
): Record<string, string> {
  const own = Array.isArray(tags)
    ? Object.fromEntries(
        tags.map(tag => [String(object(tag).Key), String(object(tag).Value)]),
      )
    : Object.fromEntries(
        Object.entries(object(tags)).map(([key, value]) => [
          key,
          String(value),
        ]),
      );
  return { ...stack, ...own };
}

/** Property names to the lower-camel-case that ECS, CodeBuild and others use on the wire. */
export function lowerCamel(
  value: Json,
  keep: ReadonlySet<string> = new Set(),
): Json {
  if (Array.isArray(value)) return value.map(item => lowerCamel(item, keep));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key.charAt(0).toLowerCase() + key.slice(1),
      keep.has(key) ? item : lowerCamel(item, keep),
    ]),
  );
}

/** True for the many ways in which AWS says that something is not there. */
export const isMissing = (error: unknown): boolean =>
  /NotFound|NoSuch|DoesNotExist|ServiceNotActive/i.test(
    (error as { code?: string }).code ?? '',
  );

/** Runs a delete; a thing that is gone already is fine. */
export async function ignoreMissing(run: Promise<unknown>): Promise<void> {
  try {
    await run;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
