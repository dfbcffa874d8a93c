import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../template';
import { SHAPES, type RecordShape } from './shapes';
import {
  text,
  type ResourceContext,
  type ResourceHandler,
  type Written,
} from './handler';

function fill(
  template: string,
  properties: JsonObject,
  context: ResourceContext,
  name: string,
): string {
  const hex = createHash('sha256')
    .update(context.uniqueName(200))
    .digest('hex');
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(
    13,
    16,
  )}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  return template.replace(/\{(\w+)\}/g, (_, key: string) => {
    if (key === 'name') return name;
    if (key === 'id') return id;
    if (key === 'region') return context.region;
    if (key === 'account') return context.account;
    const length = /^id(\d+)$/.exec(key);
    if (length) return hex.slice(0, Number(length[1]));
    return text(properties[key]) ?? '';
  });
}

function recordHandler(shape: RecordShape): ResourceHandler {
  const write = (properties: JsonObject, context: ResourceContext): Written => {
    const name =
      (shape.name && text(properties[shape.name])) || context.uniqueName(32);
    const attributes: Record<string, Json> = {};
    for (const [key, value] of Object.entries(shape.attributes ?? {})) {
      attributes[key] = fill(value, properties, context, name);
    }
    return {
      physicalId: fill(shape.ref, properties, context, name),
      attributes,
    };
  };
  return {
    replaceOn: shape.replaceOn ?? [],
    create: async (properties, context) => write(properties, context),
    update: async physicalId => ({ physicalId }),
    delete: async () => {},
  };
}

export const recordResources: Record<string, ResourceHandler> =
  Object.fromEntries(
    Object.entries(SHAPES).map(([type, shape]) => [type, recordHandler(shape)]),
  );
