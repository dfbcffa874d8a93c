import type { Sandbox } from '../../core';
import { resourceContext } from './evaluation';
import type { Operation, ResourceRecord, StackRecord } from './model';
import { handlerOf } from './resources';
import type { JsonObject } from './template';

/** Makes or updates one resource and brings its record up to date. */
export async function writeResource(
  sandbox: Sandbox,
  stack: StackRecord,
  operation: Operation,
  record: ResourceRecord,
  properties: JsonObject,
  tags: Record<string, string>,
  make: boolean,
  resumed: boolean,
): Promise<void> {
  const handler = handlerOf(record.type);
  const salt = make && record.physicalId ? operation.id : '';
  const context = resourceContext(
    sandbox,
    stack,
    operation,
    record.logicalId,
    tags,
    salt,
  );
  const before = record.properties;
  const old = structuredClone(record);
  let written;
  if (make) {
    try {
      written = await handler.create(properties, context);
    } catch (error) {
      // Made just before the sandbox stopped: taken over rather than refused.
      const exists = /Exist|Conflict|InUse/i.test(
        (error as { code?: string }).code ?? '',
      );
      if (!(resumed && exists && record.physicalId)) throw error;
      written = await handler.update(
        record.physicalId,
        properties,
        before,
        context,
      );
    }
    if (old.physicalId && old.physicalId !== written.physicalId)
      operation.cleanup.push(old);
  } else {
    written = await handler.update(
      record.physicalId,
      properties,
      before,
      context,
    );
  }
  record.physicalId = written.physicalId;
  record.ref = written.ref;
  record.attributes = make
    ? written.attributes ?? {}
    : { ...record.attributes, ...written.attributes };
  record.properties = properties;
  record.tags = tags;
}
