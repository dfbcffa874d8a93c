import type { Sandbox } from '../../core';
import { resourceContext } from './evaluation';
import type { Operation, ResourceRecord, StackRecord } from './model';
import { handlerOf } from './resources';
import type { StackStore } from './StackStore';

/** The ways back and out: rollback, deletion, and the cleanup after an update. */
export class Reverse {
  constructor(private readonly sandbox: Sandbox) {}

  /** One resource further. */
  async advance(
    store: StackStore,
    stack: StackRecord,
    operation: Operation,
  ): Promise<void> {
    if (operation.kind === 'DELETE')
      return this.deleteNext(store, stack, operation);
    if (operation.phase === 'cleanup')
      return this.cleanNext(store, stack, operation);
    return operation.kind === 'CREATE'
      ? this.undoCreation(store, stack, operation)
      : this.undoUpdate(store, stack, operation);
  }

  /** The operation is over: status, event, no operation any more. */
  complete(
    store: StackStore,
    stack: StackRecord,
    status: string,
    reason?: string,
  ): void {
    const { operation } = stack;
    const changeSetId = operation?.changeSetId;
    stack.lastToken = operation?.token;
    if (operation && operation.kind !== 'DELETE') {
      stack.disableRollback = operation.disableRollback;
    }
    store.stackStatus(stack, status, reason);
    stack.operation = undefined;
    if (changeSetId) {
      const set = store
        .changeSetsOf(stack.id)
        .find(item => item.id === changeSetId);
      if (set) {
        const good =
          status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE';
        store.saveChangeSet({
          ...set,
          executionStatus: good ? 'EXECUTE_COMPLETE' : 'EXECUTE_FAILED',
        });
      }
    }
  }

  private async remove(
    store: StackStore,
    stack: StackRecord,
    operation: Operation,
    record: ResourceRecord,
    retained: boolean,
  ): Promise<boolean> {
    if (retained || !record.physicalId) {
      store.resourceStatus(
        stack,
        record,
        retained ? 'DELETE_SKIPPED' : 'DELETE_COMPLETE',
      );
      return true;
    }
    store.resourceStatus(stack, record, 'DELETE_IN_PROGRESS');
    store.save(stack);
    try {
      await handlerOf(record.type).delete(
        record.physicalId,
        record.properties,
        resourceContext(
          this.sandbox,
          stack,
          operation,
          record.logicalId,
          record.tags,
        ),
      );
    } catch (error) {
      store.resourceStatus(
        stack,
        record,
        'DELETE_FAILED',
        `Resource handler returned message: "${(error as Error).message}"`,
      );
      return false;
    }
    store.resourceStatus(stack, record, 'DELETE_COMPLETE');
    return true;
  }

  private async deleteNext(
    store: StackStore,
    stack: StackRecord,
    operation: Operation,
  ): Promise<void> {
    const id = operation.queue.shift();
    if (id !== undefined) {
      const record = stack.resources[id];
      if (!record) return;
      const retained =
        operation.retain.includes(id) ||
        record.deletionPolicy.startsWith('Retain');
      if (await this.remove(store, stack, operation, record, retained))
        delete stack.resources[id];
      return;
    }
    const left = Object.keys(stack.resources);
    if (left.length > 0) {
      this.complete(
        store,
        stack,
        'DELETE_FAILED',
        `The following resource(s) failed to delete: [${left.join(', ')}]. `,
      );
      return;
    }
    stack.deletedAt = this.sandbox.clock.now().toISOString();
    stack.outputs = [];
    this.complete(store, stack, 'DELETE_COMPLETE');
  }

  /** After an update: replaced and dropped resources; after its rollback: new ones. */
  private async cleanNext(
    store: StackStore,
    stack: StackRecord,
    operation: Operation,
  ): Promise<void> {
    const record = operation.cleanup.shift();
    const undone = operation.failure !== undefined;
    if (!record) {
      this.complete(
        store,
        stack,
        undone ? 'UPDATE_ROLLBACK_COMPLETE' : 'UPDATE_COMPLETE',
      );
      return;
    }
    const replacedNow = record.logicalId in stack.resources;
    const policy =
      replacedNow && !undone
        ? record.updateReplacePolicy
        : record.deletionPolicy;
    // What cannot be deleted in cleanup is left, as AWS does after its attempts.
    // RetainExceptOnCreate keeps everything but what a rollback takes back.
    const retained =
      undone && policy === 'RetainExceptOnCreate'
        ? false
        : policy.startsWith('Retain');
    await this.remove(store, stack, operation, record, retained);
  }

  private async undoCreation(
    store: StackStore,
    stack: StackRecord,
    operation: Operation,
  ): Promise<void> {
    const id = operation.queue.shift();
    if (id === undefined) {
      const left = Object.values(stack.resources).filter(
        record => record.status === 'DELETE_FAILED',
      );
      this.complete(
        store,
        stack,
        left.length > 0 ? 'ROLLBACK_FAILED' : 'ROLLBACK_COMPLETE',
        left.length > 0
          ? `The following resource(s) failed to delete: [${left
              .map(item => item.logicalId)
              .join(', ')}]. `
          : undefined,
      );
      return;
    }
    const record = stack.resources[id];
    if (
      record &&
      (await this.remove(
        store,
        stack,
        operation,
        record,
        record.deletionPolicy === 'Retain',
      ))
    ) {
      delete stack.resources[id];
    }
  }

  /**
   * Writes the properties that each touched resource had before the update.
   * The value is CloudFormation's last one: what somebody wrote past it in the
   * meantime is overwritten, as on AWS.
   */
  private async undoUpdate(
    store: StackStore,
    stack: StackRecord,
    operation: Operation,
  ): Promise<void> {
    const id = operation.queue[0];
    if (id === undefined) {
      operation.phase = 'cleanup';
      store.stackStatus(stack, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
      return;
    }
    const { action, before, attempted } = operation.touched.find(
      item => item.logicalId === id,
    )!;
    const record = stack.resources[id];
    if (action === 'create') {
      delete stack.resources[id];
      operation.cleanup.push(record);
    } else if (
      action === 'replace' &&
      before &&
      record.physicalId !== before.physicalId
    ) {
      operation.cleanup = operation.cleanup.filter(
        item => item.physicalId !== before.physicalId,
      );
      operation.cleanup.push({
        ...record,
        deletionPolicy: record.deletionPolicy,
      });
      stack.resources[id] = before;
      store.resourceStatus(stack, before, 'UPDATE_COMPLETE');
    } else if (before) {
      store.resourceStatus(stack, record, 'UPDATE_IN_PROGRESS');
      store.save(stack);
      const context = resourceContext(
        this.sandbox,
        stack,
        operation,
        id,
        before.tags,
      );
      try {
        const written = await handlerOf(record.type).update(
          before.physicalId,
          before.properties,
          attempted,
          context,
        );
        before.attributes = { ...before.attributes, ...written.attributes };
      } catch (error) {
        store.resourceStatus(
          stack,
          record,
          'UPDATE_FAILED',
          `Resource handler returned message: "${(error as Error).message}"`,
        );
        store.stackStatus(
          stack,
          'UPDATE_ROLLBACK_FAILED',
          `The following resource(s) failed to update: [${id}]. `,
        );
        return;
      }
      stack.resources[id] = before;
      store.resourceStatus(stack, before, 'UPDATE_COMPLETE');
    }
    operation.queue.shift();
  }
}
