import type { Sandbox } from '../../core';
import {
  newRecord,
  propertiesOf,
  resourceContext,
  same,
  scopeOf,
  tagsFor,
} from './evaluation';
import type { Operation, ResourceRecord, StackRecord } from './model';
import { handlerOf } from './resources';
import { Outcome } from './Outcome';
import { Reverse } from './Reverse';
import { reasonOf, ResourceFailure } from './failures';
import { writeResource } from './writeResource';
import { deniedBy, type PolicyAction } from './stackPolicy';
import { StackStore } from './StackStore';
import { parseTemplate } from './template';

export const STEP = 'cloudformation.step';
const PAUSE_MS = 30;
const STEPS_PER_JOB = 5;
const STABLE_LIMIT_MS = 3 * 60 * 60 * 1000;

export interface StepPayload {
  account: string;
  stackId: string;
  operationId: string;
}

/**
 * Carries stack operations out in persisted jobs of a few resources, saved
 * after each, so that a restart goes on where it stopped. A resource is written with CloudFormation's
 * last value against its next one; what is equal is not touched.
 */
export class Engine {
  private readonly reverse: Reverse;
  private readonly outcome: Outcome;

  constructor(private readonly sandbox: Sandbox) {
    this.reverse = new Reverse(sandbox);
    this.outcome = new Outcome(this.reverse);
  }

  /** Runs the next step soon; call it after the stack was saved with its operation. */
  schedule(stack: StackRecord, delay = PAUSE_MS): void {
    if (!stack.operation || stack.status === 'UPDATE_ROLLBACK_FAILED') return;
    this.sandbox.jobs.schedule(
      STEP,
      new Date(this.sandbox.clock.now().getTime() + delay),
      {
        account: stack.account,
        stackId: stack.id,
        operationId: stack.operation.id,
      } satisfies StepPayload,
    );
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

  private async advance(
    store: StackStore,
    stack: StackRecord,
    operation: Operation,
  ): Promise<number | undefined> {
    if (operation.phase !== 'forward' || operation.kind === 'DELETE') {
      await this.reverse.advance(store, stack, operation);
      return undefined;
    }
    try {
      if (operation.waiting) return await this.settle(store, stack, operation);
      const id = operation.queue[0];
      if (id === undefined) {
        this.outcome.finish(store, stack, operation);
        return undefined;
      }
      await this.write(store, stack, operation, id);
    } catch (error) {
      this.outcome.fail(store, stack, operation, reasonOf(error));
    }
    return undefined;
  }

  private async write(
    store: StackStore,
    stack: StackRecord,
    operation: Operation,
    id: string,
  ): Promise<void> {
    const template = parseTemplate(operation.wanted.templateBody);
    const scope = scopeOf(stack, operation.wanted, store, template);
    const resource = template.Resources[id];
    const properties = propertiesOf(template, id, scope);
    const tags = tagsFor(stack, operation.wanted, id, resource.Type);
    const existing: ResourceRecord | undefined = stack.resources[id];
    const policies = newRecord(template, id);

    if (
      existing &&
      operation.begun !== id &&
      same(existing.properties, properties) &&
      same(existing.tags, tags)
    ) {
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
      const action: PolicyAction = replaced
        ? 'Update:Replace'
        : 'Update:Modify';
      const denied = deniedBy(operation.policy, action, id, resource.Type);
      if (denied) {
        store.resourceStatus(stack, existing, 'UPDATE_FAILED', denied);
        throw new ResourceFailure(denied);
      }
    }
    const verb =
      existing?.physicalId &&
      !(resumed && operation.touched.at(-1)?.action === 'create')
        ? 'UPDATE'
        : 'CREATE';
    const record = existing ?? policies;
    if (!resumed) {
      const change = replaced ? 'replace' : 'update';
      operation.touched.push({
        logicalId: id,
        action: existing ? change : 'create',
        before: existing && structuredClone(existing),
        attempted: properties,
      });
      operation.begun = id;
      stack.resources[id] = record;
      store.resourceStatus(
        stack,
        record,
        `${verb}_IN_PROGRESS`,
        replaced
          ? 'Requested update requires the creation of a new physical resource; hence creating one.'
          : undefined,
      );
      store.save(stack);
    }
    try {
      await writeResource(
        this.sandbox,
        stack,
        operation,
        record,
        properties,
        tags,
        replaced || !existing?.physicalId,
        resumed,
      );
    } catch (error) {
      store.resourceStatus(stack, record, `${verb}_FAILED`, reasonOf(error));
      throw new ResourceFailure(reasonOf(error));
    }
    record.deletionPolicy = policies.deletionPolicy;
    record.updateReplacePolicy = policies.updateReplacePolicy;
    operation.waiting = {
      logicalId: id,
      since: this.sandbox.clock.now().getTime(),
    };
    await this.settle(store, stack, operation);
  }

  /** Waits for AWS to be done with the resource just written. */
  private async settle(
    store: StackStore,
    stack: StackRecord,
    operation: Operation,
  ): Promise<number | undefined> {
    const { logicalId, since } = operation.waiting!;
    const record = stack.resources[logicalId];
    const verb =
      operation.touched.at(-1)?.action === 'create' ? 'CREATE' : 'UPDATE';
    const context = resourceContext(
      this.sandbox,
      stack,
      operation,
      logicalId,
      record.tags,
    );
    try {
      const stable = await (handlerOf(record.type).isStable?.(
        record.physicalId,
        record.properties,
        context,
      ) ?? true);
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
}
