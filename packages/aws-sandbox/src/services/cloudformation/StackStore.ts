import { randomUUID } from 'node:crypto';
import { AwsError, type Sandbox } from '../../core';
import type {
  ChangeSetRecord,
  ResourceRecord,
  StackEventRecord,
  StackRecord,
} from './model';

const SERVICE = 'cloudformation';

/** Stacks, their events and change sets of one account. */
export class StackStore {
  constructor(private readonly sandbox: Sandbox, readonly account: string) {}

  private get stacks() {
    return this.sandbox.store<StackRecord>(SERVICE, this.account, 'stacks');
  }

  private get eventLists() {
    return this.sandbox.store<StackEventRecord[]>(
      SERVICE,
      this.account,
      'events',
    );
  }

  private get changeSets() {
    return this.sandbox.store<ChangeSetRecord>(
      SERVICE,
      this.account,
      'changeSets',
    );
  }

  /** Every stack, newest first, deleted ones too. */
  all(): StackRecord[] {
    return this.stacks
      .values()
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  }

  /** By ARN (deleted ones too) or by the name of a stack that lives. */
  find(nameOrId: string): StackRecord | undefined {
    if (nameOrId.startsWith('arn:')) return this.stacks.get(nameOrId);
    return this.stacks
      .keys()
      .filter(id => id.includes(`:stack/${nameOrId}/`))
      .map(id => this.stacks.get(id))
      .find(stack => stack && stack.status !== 'DELETE_COMPLETE');
  }

  /** @throws AwsError ValidationError as AWS words it. */
  need(nameOrId: string | undefined): StackRecord {
    const stack = nameOrId === undefined ? undefined : this.find(nameOrId);
    if (!stack) {
      throw new AwsError(
        'ValidationError',
        `Stack with id ${nameOrId} does not exist`,
      );
    }
    return stack;
  }

  save(stack: StackRecord): void {
    this.stacks.set(stack.id, stack);
  }

  remove(stack: StackRecord): void {
    this.stacks.delete(stack.id);
  }

  /** Newest first. */
  events(stackId: string): StackEventRecord[] {
    return (this.eventLists.get(stackId) ?? []).toReversed();
  }

  private append(
    stack: StackRecord,
    event: Omit<StackEventRecord, 'id' | 'at'>,
  ): void {
    const events = this.eventLists.get(stack.id) ?? [];
    events.push({
      id: `${event.logicalId}-${event.status}-${randomUUID()}`,
      at: this.sandbox.clock.now().toISOString(),
      ...event,
    });
    this.eventLists.set(stack.id, events);
  }

  /** Sets the stack's status and records it as an event. Does not save the stack. */
  stackStatus(stack: StackRecord, status: string, reason?: string): void {
    stack.status = status;
    stack.statusReason = reason;
    this.append(stack, {
      logicalId: stack.name,
      physicalId: stack.id,
      type: 'AWS::CloudFormation::Stack',
      status,
      reason,
      token: stack.operation?.token ?? stack.lastToken,
    });
  }

  /** Sets the resource's status and records it as an event. */
  resourceStatus(
    stack: StackRecord,
    resource: ResourceRecord,
    status: string,
    reason?: string,
  ): void {
    resource.status = status;
    resource.statusReason = reason;
    resource.updatedAt = this.sandbox.clock.now().toISOString();
    this.append(stack, {
      logicalId: resource.logicalId,
      physicalId: resource.physicalId,
      type: resource.type,
      status,
      reason,
      token: stack.operation?.token,
    });
  }

  exports(): { stackId: string; name: string; value: string }[] {
    return this.all()
      .filter(stack => stack.status !== 'DELETE_COMPLETE')
      .flatMap(stack =>
        stack.outputs.flatMap(output =>
          output.exportName
            ? [
                {
                  stackId: stack.id,
                  name: output.exportName,
                  value: output.value,
                },
              ]
            : [],
        ),
      );
  }

  changeSetsOf(stackId: string): ChangeSetRecord[] {
    return this.changeSets
      .values()
      .filter(set => set.stackId === stackId)
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  }

  /** @throws AwsError ChangeSetNotFound */
  needChangeSet(
    nameOrId: string | undefined,
    stackName?: string,
  ): ChangeSetRecord {
    const set = nameOrId?.startsWith('arn:')
      ? this.changeSets.get(nameOrId)
      : this.changeSets
          .values()
          .find(
            candidate =>
              candidate.name === nameOrId &&
              candidate.stackId === this.need(stackName).id,
          );
    if (!set) {
      throw new AwsError(
        'ChangeSetNotFoundException',
        `ChangeSet [${nameOrId}] does not exist`,
      );
    }
    return set;
  }

  saveChangeSet(set: ChangeSetRecord): void {
    this.changeSets.set(set.id, set);
  }

  deleteChangeSet(set: ChangeSetRecord): void {
    this.changeSets.delete(set.id);
  }
}
