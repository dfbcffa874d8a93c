import { included, outputsOf, scopeOf } from './evaluation';
import { ResourceFailure } from './failures';
import type { Operation, StackRecord } from './model';
import { creationOrder } from './references';
import type { Reverse } from './Reverse';
import { deniedBy } from './stackPolicy';
import type { StackStore } from './StackStore';
import { parseTemplate } from './template';

/** How the forward half of a creation or update ends. */
export class Outcome {
  constructor(private readonly reverse: Reverse) {}

  /** Every wanted resource is written: outputs, then what is left over goes. */
  finish(store: StackStore, stack: StackRecord, operation: Operation): void {
    const { wanted } = operation;
    const template = parseTemplate(wanted.templateBody);
    const scope = scopeOf(stack, wanted, store, template);
    const keep = new Set(
      included(template, Object.keys(template.Resources), scope),
    );
    const dropped = Object.values(stack.resources).filter(
      record => !keep.has(record.logicalId),
    );
    for (const record of dropped) {
      const denied = deniedBy(
        operation.policy,
        'Update:Delete',
        record.logicalId,
        record.type,
      );
      if (denied) throw new ResourceFailure(denied);
    }
    const outputs = outputsOf(template, scope);
    const taken = store
      .exports()
      .find(
        other =>
          other.stackId !== stack.id &&
          outputs.some(output => output.exportName === other.name),
      );
    if (taken)
      throw new ResourceFailure(
        `Export with name ${taken.name} is already exported by another stack`,
      );
    stack.outputs = outputs;
    Object.assign(stack, wanted, { description: template.Description });
    stack.generation += 1;
    if (operation.kind === 'CREATE') {
      this.reverse.complete(store, stack, 'CREATE_COMPLETE');
      return;
    }
    const order = creationOrder(
      parseTemplate(operation.previous!.templateBody),
    ).toReversed();
    operation.cleanup.push(
      ...dropped.sort(
        (a, b) => order.indexOf(a.logicalId) - order.indexOf(b.logicalId),
      ),
    );
    for (const record of dropped) delete stack.resources[record.logicalId];
    operation.phase = 'cleanup';
    store.stackStatus(stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  }

  /** The update or creation failed: the way back begins, or it stays as it is. */
  fail(
    store: StackStore,
    stack: StackRecord,
    operation: Operation,
    reason: string,
  ): void {
    operation.failure = reason;
    operation.waiting = undefined;
    operation.begun = undefined;
    const failed = Object.values(stack.resources)
      .filter(record => record.status.endsWith('_FAILED'))
      .map(record => record.logicalId);
    const sentence =
      failed.length > 0
        ? `The following resource(s) failed to ${
            operation.kind === 'CREATE' ? 'create' : 'update'
          }: [${failed.join(', ')}]. `
        : `${reason}. `;
    if (operation.disableRollback) {
      if (operation.kind === 'UPDATE') stack.generation += 1;
      this.reverse.complete(
        store,
        stack,
        `${operation.kind}_FAILED`,
        sentence.trim(),
      );
      return;
    }
    operation.phase = 'rollback';
    operation.queue = operation.touched
      .map(item => item.logicalId)
      .toReversed();
    const asked =
      operation.kind === 'CREATE' ? 'Rollback requested by user.' : '';
    store.stackStatus(
      stack,
      operation.kind === 'CREATE'
        ? 'ROLLBACK_IN_PROGRESS'
        : 'UPDATE_ROLLBACK_IN_PROGRESS',
      `${sentence}${asked}`.trim(),
    );
  }
}
