import type { Sandbox } from '../../core';
import { EvaluationError } from './intrinsics';
import {
  included, newRecord, outputsOf, propertiesOf, resourceContext, same, scopeOf, tagsFor,
} from './evaluation';
import type { Operation, ResourceRecord, StackRecord } from './model';
import { creationOrder } from './references';
import { handlerOf } from './resources';
import { Reverse } from './Reverse';
import { deniedBy, type PolicyAction } from './stackPolicy';
import { StackStore } from './StackStore';
import { parseTemplate, type JsonObject } from './template';

export const STEP = 'cloudformation.step';
const PAUSE_MS = 30;
const STEPS_PER_JOB = 5;
const STABLE_LIMIT_MS = 3 * 60 * 60 * 1000;

export interface StepPayload {
  account: string;
  stackId: string;
  operationId: string;
}

/** A resource could not be written; the message becomes its status reason. */
class ResourceFailure extends Error {}

const reasonOf = (error: unknown): string => {
  if (error instanceof EvaluationError || error instanceof ResourceFailure) return error.message;
  const { code, message } = error as { code?: string; message?: string };
  return code
    ? `Resource handler returned message: "${message}" (HandlerErrorCode: ${code})`
    : String(message ?? error);
};

/**
 * Carries stack operations out in persisted jobs of a few resources, saved
 * after each, so that a restart goes on where it stopped. A resource is written with CloudFormation's
 * last value against its next one; what is equal is not touched.
 */
export class Engine {
  private readonly reverse: Reverse;

  constructor(private readonly sandbox: Sandbox) {
    this.reverse = new Reverse(sandbox);
  }

  /** Runs the next step soon; call it after the stack was saved with its operation. */
  schedule(stack: StackRecord, delay = PAUSE_MS): void {
    if (!stack.operation || stack.status === 'UPDATE_ROLLBACK_FAILED') return;
    this.sandbox.jobs.schedule(STEP, new Date(this.sandbox.clock.now().getTime() + delay), {
      account: stack.account,
      stackId: stack.id,
      operationId: stack.operation.id,
    } satisfies StepPayload);
  }

  async step({ account, stackId, operationId }: StepPayload): Promise<void> {
    const store = new StackStore(this.sandbox, account);
    for (let resources = 1; ; resources += 1) {
      const stack = store.find(stackId);
      if (!stack?.operation || stack.operation.id !== operationId) return;
      const { phase } = stack.operation;
      const delay = await this.advance(store, stack, stack.operation);
      // Set by others while this step was at work.
      const { policy, terminationProtection } = store.find(stackId)!;
      store.save(Object.assign(stack, { policy, terminationProtection }));
      const turn = stack.operation?.phase !== phase || delay !== undefined;
      if (turn || resources === STEPS_PER_JOB) {
        this.schedule(stack, delay);
        return;
      }
    }
  }

  private async advance(store: StackStore, stack: StackRecord, operation: Operation): Promise<number | undefined> {
    if (operation.phase !== 'forward' || operation.kind === 'DELETE') {
      await this.reverse.advance(store, stack, operation);
      return undefined;
    }
    try {
      if (operation.waiting) return await this.settle(store, stack, operation);
      const id = operation.queue[0];
      if (id === undefined) {
        this.finish(store, stack, operation);
        return undefined;
      }
      await this.write(store, stack, operation, id);
    } catch (error) {
      this.fail(store, stack, operation, reasonOf(error));
    }
    return undefined;
  }

  private async write(store: StackStore, stack: StackRecord, operation: Operation, id: string): Promise<void> {
    const template = parseTemplate(operation.wanted.templateBody);
    const scope = scopeOf(stack, operation.wanted, store, template);
    const resource = template.Resources[id];
    const properties = propertiesOf(template, id, scope);
    const tags = tagsFor(stack, operation.wanted, id, resource.Type);
    const existing: ResourceRecord | undefined = stack.resources[id];
    const policies = newRecord(template, id);

    if (existing && operation.begun !== id && same(existing.properties, properties) && same(existing.tags, tags)) {
      existing.deletionPolicy = policies.deletionPolicy;
      existing.updateReplacePolicy = policies.updateReplacePolicy;
      operation.queue.shift();
      return;
    }
    const handler = handlerOf(resource.Type);
    const changed = existing
      ? Object.keys({ ...existing.properties, ...properties }).filter(
          key => !same(existing.properties[key], properties[key]),
        )
      : [];
    const replaced = changed.some(key => handler.replaceOn.includes(key));
    const resumed = operation.begun === id;
    if (existing?.physicalId && !resumed) {
      const action: PolicyAction = replaced ? 'Update:Replace' : 'Update:Modify';
      const denied = deniedBy(operation.policy, action, id, resource.Type);
      if (denied) {
        store.resourceStatus(stack, existing, 'UPDATE_FAILED', denied);
        throw new ResourceFailure(denied);
      }
    }
    const verb = existing?.physicalId && !(resumed && operation.touched.at(-1)?.action === 'create') ? 'UPDATE' : 'CREATE';
    const record = existing ?? policies;
    if (!resumed) {
      operation.touched.push({
        logicalId: id,
        action: existing ? (replaced ? 'replace' : 'update') : 'create',
        before: existing && structuredClone(existing),
        attempted: properties,
      });
      operation.begun = id;
      stack.resources[id] = record;
      store.resourceStatus(
        stack, record, `${verb}_IN_PROGRESS`,
        replaced
          ? 'Requested update requires the creation of a new physical resource; hence creating one.'
          : undefined,
      );
      store.save(stack);
    }
    try {
      await this.writeResource(stack, operation, record, properties, tags, replaced || !existing?.physicalId, resumed);
    } catch (error) {
      store.resourceStatus(stack, record, `${verb}_FAILED`, reasonOf(error));
      throw new ResourceFailure(reasonOf(error));
    }
    record.deletionPolicy = policies.deletionPolicy;
    record.updateReplacePolicy = policies.updateReplacePolicy;
    operation.waiting = { logicalId: id, since: this.sandbox.clock.now().getTime() };
    await this.settle(store, stack, operation);
  }

  private async writeResource(
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
    const context = resourceContext(this.sandbox, stack, operation, record.logicalId, tags, salt);
    const before = record.properties;
    const old = structuredClone(record);
    let written;
    if (make) {
      try {
        written = await handler.create(properties, context);
      } catch (error) {
        // Made just before the sandbox stopped: taken over rather than refused.
        const exists = /Exist|Conflict|InUse/i.test((error as { code?: string }).code ?? '');
        if (!(resumed && exists && record.physicalId)) throw error;
        written = await handler.update(record.physicalId, properties, before, context);
      }
      if (old.physicalId && old.physicalId !== written.physicalId) operation.cleanup.push(old);
    } else {
      written = await handler.update(record.physicalId, properties, before, context);
    }
    record.physicalId = written.physicalId;
    record.ref = written.ref;
    record.attributes = make ? written.attributes ?? {} : { ...record.attributes, ...written.attributes };
    record.properties = properties;
    record.tags = tags;
  }

  /** Waits for AWS to be done with the resource just written. */
  private async settle(store: StackStore, stack: StackRecord, operation: Operation): Promise<number | undefined> {
    const { logicalId, since } = operation.waiting!;
    const record = stack.resources[logicalId];
    const verb = operation.touched.at(-1)?.action === 'create' ? 'CREATE' : 'UPDATE';
    const context = resourceContext(this.sandbox, stack, operation, logicalId, record.tags);
    try {
      const stable = await (handlerOf(record.type).isStable?.(record.physicalId, record.properties, context) ?? true);
      if (!stable) {
        if (this.sandbox.clock.now().getTime() - since > STABLE_LIMIT_MS) {
          throw new ResourceFailure('Exceeded attempts to wait');
        }
        return 150;
      }
    } catch (error) {
      operation.waiting = undefined;
      store.resourceStatus(stack, record, `${verb}_FAILED`, reasonOf(error));
      throw new ResourceFailure(reasonOf(error));
    }
    operation.waiting = undefined;
    operation.begun = undefined;
    operation.queue.shift();
    store.resourceStatus(stack, record, `${verb}_COMPLETE`);
    return undefined;
  }

  /** Every wanted resource is written: outputs, then what is left over goes. */
  private finish(store: StackStore, stack: StackRecord, operation: Operation): void {
    const { wanted } = operation;
    const template = parseTemplate(wanted.templateBody);
    const scope = scopeOf(stack, wanted, store, template);
    const keep = new Set(included(template, Object.keys(template.Resources), scope));
    const dropped = Object.values(stack.resources).filter(record => !keep.has(record.logicalId));
    for (const record of dropped) {
      const denied = deniedBy(operation.policy, 'Update:Delete', record.logicalId, record.type);
      if (denied) throw new ResourceFailure(denied);
    }
    const outputs = outputsOf(template, scope);
    const taken = store.exports().find(
      other => other.stackId !== stack.id && outputs.some(output => output.exportName === other.name),
    );
    if (taken) throw new ResourceFailure(`Export with name ${taken.name} is already exported by another stack`);
    stack.outputs = outputs;
    Object.assign(stack, wanted, { description: template.Description });
    stack.generation += 1;
    if (operation.kind === 'CREATE') {
      this.reverse.complete(store, stack, 'CREATE_COMPLETE');
      return;
    }
    const order = creationOrder(parseTemplate(operation.previous!.templateBody)).toReversed();
    operation.cleanup.push(
      ...dropped.sort((a, b) => order.indexOf(a.logicalId) - order.indexOf(b.logicalId)),
    );
    for (const record of dropped) delete stack.resources[record.logicalId];
    operation.phase = 'cleanup';
    store.stackStatus(stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  }

  private fail(store: StackStore, stack: StackRecord, operation: Operation, reason: string): void {
    operation.failure = reason;
    operation.waiting = undefined;
    operation.begun = undefined;
    const failed = Object.values(stack.resources)
      .filter(record => record.status.endsWith('_FAILED'))
      .map(record => record.logicalId);
    const sentence = failed.length > 0
      ? `The following resource(s) failed to ${operation.kind === 'CREATE' ? 'create' : 'update'}: [${failed.join(', ')}]. `
      : `${reason}. `;
    if (operation.disableRollback) {
      if (operation.kind === 'UPDATE') stack.generation += 1;
      this.reverse.complete(store, stack, `${operation.kind}_FAILED`, sentence.trim());
      return;
    }
    operation.phase = 'rollback';
    operation.queue = operation.touched.map(item => item.logicalId).toReversed();
    const asked = operation.kind === 'CREATE' ? 'Rollback requested by user.' : '';
    store.stackStatus(
      stack,
      operation.kind === 'CREATE' ? 'ROLLBACK_IN_PROGRESS' : 'UPDATE_ROLLBACK_IN_PROGRESS',
      `${sentence}${asked}`.trim(),
    );
  }
}

