import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-lambda';
import { AwsError, type CallContext, type Operations } from '../../core';
import { conflict, refer, requireRevision } from './lookup';
import { page } from './page';

interface Mapping {
  id: string;
  functionArn: string;
  eventSourceArn: string;
  enabled: boolean;
  batchSize: number;
  lastModified: string;
}

function mappings({ sandbox, account }: CallContext) {
  return sandbox.store<Mapping>('lambda', account, 'eventSources');
}

function show(mapping: Mapping, state?: string) {
  return {
    UUID: mapping.id,
    EventSourceMappingArn: mapping.functionArn.replace(
      /:function:.*$/,
      `:event-source-mapping:${mapping.id}`,
    ),
    EventSourceArn: mapping.eventSourceArn,
    FunctionArn: mapping.functionArn,
    BatchSize: mapping.batchSize,
    LastModified: new Date(mapping.lastModified),
    State: state ?? (mapping.enabled ? 'Enabled' : 'Disabled'),
    StateTransitionReason: 'USER_INITIATED',
  };
}

function requireMapping(context: CallContext, id: string): Mapping {
  const found = mappings(context).get(id);
  if (!found) {
    throw new AwsError(
      'ResourceNotFoundException',
      'The resource you requested does not exist.',
      { fields: { Type: 'User' } },
    );
  }
  return found;
}

/** Which alias or version a source calls; nothing is polled. */
export const eventSourceOperations = {
  CreateEventSourceMapping(input, context) {
    const reference = refer(context, input.FunctionName);
    requireRevision(reference);
    const functionArn = reference.state.arn(
      reference.name,
      reference.qualifier,
    );
    const eventSourceArn = input.EventSourceArn ?? '';
    const existing = mappings(context)
      .values()
      .find(
        each =>
          each.functionArn === functionArn &&
          each.eventSourceArn === eventSourceArn,
      );
    if (existing) {
      throw conflict(
        `An event source mapping with event source (" ${eventSourceArn} ") and function (" ${functionArn} ") already exists. Please update or delete the existing mapping with UUID ${existing.id}`,
      );
    }
    const mapping: Mapping = {
      id: randomUUID(),
      functionArn,
      eventSourceArn,
      enabled: input.Enabled ?? true,
      batchSize: input.BatchSize ?? 10,
      lastModified: context.sandbox.clock.now().toISOString(),
    };
    mappings(context).set(mapping.id, mapping);
    return show(mapping, 'Creating');
  },

  GetEventSourceMapping: (input, context) =>
    show(requireMapping(context, input.UUID)),

  UpdateEventSourceMapping(input, context) {
    const before = requireMapping(context, input.UUID);
    const target = input.FunctionName
      ? refer(context, input.FunctionName)
      : undefined;
    if (target) requireRevision(target);
    const mapping: Mapping = {
      ...before,
      functionArn: target
        ? target.state.arn(target.name, target.qualifier)
        : before.functionArn,
      enabled: input.Enabled ?? before.enabled,
      batchSize: input.BatchSize ?? before.batchSize,
      lastModified: context.sandbox.clock.now().toISOString(),
    };
    mappings(context).set(mapping.id, mapping);
    return show(mapping, 'Updating');
  },

  DeleteEventSourceMapping(input, context) {
    const mapping = requireMapping(context, input.UUID);
    mappings(context).delete(mapping.id);
    return show(mapping, 'Deleting');
  },

  ListEventSourceMappings(input, context) {
    const target = input.FunctionName
      ? refer(context, input.FunctionName)
      : undefined;
    const wanted = target?.state.arn(target.name, target.qualifier);
    const shown = page(
      mappings(context)
        .values()
        .filter(
          each =>
            (wanted ?? each.functionArn) === each.functionArn &&
            (input.EventSourceArn ?? each.eventSourceArn) ===
              each.eventSourceArn,
        ),
      each => each.id,
      input,
    );
    return {
      NextMarker: shown.next,
      EventSourceMappings: shown.items.map(each => show(each)),
    };
  },
} satisfies Operations<typeof sdk>;
