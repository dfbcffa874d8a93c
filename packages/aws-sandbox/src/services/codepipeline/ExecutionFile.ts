import type { ActionDeclaration } from '@aws-sdk/client-codepipeline';
import type { Sandbox } from '../../core';
import {
  executionsOf,
  isOpen,
  pipelinesOf,
  type ActionRecord,
  type ExecutionRecord,
  type PipelineRecord,
} from './model';
import { tellChanges } from './tell';

/** One execution and its pipeline, as they are stored now. */
export class ExecutionFile {
  constructor(
    readonly sandbox: Sandbox,
    readonly account: string,
    readonly pipelineName: string,
    readonly id: string,
  ) {}

  read(id: string | undefined = this.id): ExecutionRecord | undefined {
    return id === undefined ? undefined : this.#all.get(id);
  }

  pipeline(): PipelineRecord | undefined {
    return pipelinesOf(this.sandbox, this.account).get(this.pipelineName);
  }

  change(edit: (draft: ExecutionRecord) => void, id = this.id) {
    const before = this.#all.get(id);
    const draft = this.#all.get(id);
    if (!draft) return;
    edit(draft);
    draft.updated = this.now();
    this.#all.set(id, draft);
    tellChanges(this.sandbox, before, draft);
  }

  changePipeline(edit: (draft: PipelineRecord) => void) {
    const draft = this.pipeline();
    if (!draft) return;
    edit(draft);
    pipelinesOf(this.sandbox, this.account).set(this.pipelineName, draft);
  }

  /** Every other execution of the pipeline that is still under way. */
  others(): ExecutionRecord[] {
    return this.#all
      .values()
      .filter(other => other.id !== this.id && isOpen(other));
  }

  now(): string {
    return this.sandbox.clock.now().toISOString();
  }

  get #all() {
    return executionsOf(this.sandbox, this.account, this.pipelineName);
  }
}

/** An action's declaration in the structure that the execution began with. */
export function declarationOf(
  execution: ExecutionRecord,
  record: ActionRecord,
): ActionDeclaration | undefined {
  return execution.declaration.stages
    ?.find(stage => stage.name === record.stage)
    ?.actions?.find(action => action.name === record.action);
}
