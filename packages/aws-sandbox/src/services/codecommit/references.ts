import type { Sandbox } from '../../core';
import { GitRepository } from './GitRepository';
import { repositoriesOf } from './repositories';

/** A branch that now names another commit; `to` is undefined where it is gone. */
export interface ReferenceChange {
  account: string;
  repository: string;
  branch: string;
  from?: string;
  to?: string;
}

type Listener = (change: ReferenceChange) => void;

const listeners = new WeakMap<Sandbox, Listener[]>();
const paused = new WeakMap<Sandbox, number>();

/** Calls `listener` after each push and commit, as EventBridge would. */
export function onReferenceChange(sandbox: Sandbox, listener: Listener) {
  listeners.set(sandbox, [...(listeners.get(sandbox) ?? []), listener]);
}

/** Whether pipelines may start by themselves just now. */
export function triggersArePaused(sandbox: Sandbox): boolean {
  return (paused.get(sandbox) ?? 0) > 0;
}

/**
 * Runs `work` while neither a new commit nor a new pipeline starts an
 * execution: seeds write history with it.
 */
export async function withTriggersPaused<T>(
  sandbox: Sandbox,
  work: () => Promise<T>,
): Promise<T> {
  paused.set(sandbox, (paused.get(sandbox) ?? 0) + 1);
  try {
    return await work();
  } finally {
    paused.set(sandbox, (paused.get(sandbox) ?? 1) - 1);
  }
}

/** Records a moved branch: first default branch, time, listeners. */
export async function referenceChanged(
  sandbox: Sandbox,
  change: ReferenceChange,
) {
  const repositories = repositoriesOf(sandbox, change.account);
  const record = repositories.get(change.repository);
  if (!record) return;
  const first = !record.defaultBranch && change.to !== undefined;
  repositories.set(change.repository, {
    ...record,
    defaultBranch: first ? change.branch : record.defaultBranch,
    lastModified: sandbox.clock.now().toISOString(),
  });
  if (first) {
    await GitRepository.at(sandbox, change.account, change.repository).setHead(
      change.branch,
    );
  }
  if (triggersArePaused(sandbox)) return;
  for (const listener of listeners.get(sandbox) ?? []) listener(change);
}
