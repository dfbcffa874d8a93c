import type { ExecutionFile } from './ExecutionFile';
import { isOpen, modeOf, stageOf, type ExecutionRecord } from './model';

/** Enters the next stage, or waits before it. */
export function enterStage(
  file: ExecutionFile,
  execution: ExecutionRecord,
): boolean {
  if (execution.status === 'Stopping') {
    const before =
      execution.declaration.stages?.[Math.max(0, execution.stage - 1)]?.name;
    endExecution(file, before ?? '', 'Stopped');
    return true;
  }
  const name = stageOf(execution);
  // A rollback is made in its stage, so it passes no transition into it.
  const mode = execution.rollbackOf ? 'PARALLEL' : modeOf(execution);
  if (mode === 'SUPERSEDED' && isSuperseded(file, execution, name)) {
    return false;
  }
  const { current, disabled } = file.pipeline()?.stages[name] ?? {};
  if (
    (disabled && !execution.rollbackOf) ||
    (mode !== 'PARALLEL' && isOccupied(file, name, current)) ||
    (mode === 'QUEUED' && isBehind(file, execution, name))
  ) {
    if (mode === 'SUPERSEDED') {
      file.changePipeline(draft => {
        draft.stages[name] = { ...draft.stages[name], inbound: file.id };
      });
    }
    return false;
  }
  file.changePipeline(draft => {
    draft.stages[name] = {
      ...draft.stages[name],
      current: file.id,
      inbound: undefined,
    };
  });
  file.change(draft => {
    draft.waiting = false;
    draft.stages[name] = 'InProgress';
  });
  return true;
}

function isOccupied(
  file: ExecutionFile,
  name: string,
  id: string | undefined,
): boolean {
  const current = id === file.id ? undefined : file.read(id ?? '');
  return (
    current !== undefined &&
    isOpen(current) &&
    !current.waiting &&
    stageOf(current) === name
  );
}

/** Whether an older execution waits for the same stage. */
function isBehind(
  file: ExecutionFile,
  execution: ExecutionRecord,
  name: string,
) {
  return file
    .others()
    .some(
      other =>
        stageOf(other) === name &&
        other.waiting &&
        other.sequence < execution.sequence,
    );
}

/** At most one execution waits before a stage, and none passes a newer one. */
function isSuperseded(
  file: ExecutionFile,
  execution: ExecutionRecord,
  name: string,
): boolean {
  const stage = file.pipeline()?.stages[name] ?? {};
  const current = stage.current ? file.read(stage.current) : undefined;
  const waits = stage.inbound ? file.read(stage.inbound) : undefined;
  if (
    waits &&
    waits.id !== file.id &&
    waits.status === 'InProgress' &&
    waits.waiting
  ) {
    const older = waits.sequence < execution.sequence ? waits : execution;
    const newer = older === waits ? execution : waits;
    supersede(file, older.id, newer.id);
    if (older === execution) return true;
  }
  if (
    !current ||
    current.rollbackOf ||
    current.sequence <= execution.sequence
  ) {
    return false;
  }
  supersede(file, file.id, current.id);
  return true;
}

/** Ends a stage well: on to the next one, or the execution has succeeded. */
export function leaveStage(
  file: ExecutionFile,
  execution: ExecutionRecord,
  name: string,
  status: 'Succeeded' | 'Skipped' = 'Succeeded',
) {
  const last =
    Boolean(execution.rollbackOf) ||
    execution.stage + 1 >= (execution.declaration.stages?.length ?? 0);
  file.change(draft => {
    draft.stages[name] = status;
    if (last) draft.status = 'Succeeded';
    else {
      draft.stage += 1;
      draft.waiting = true;
    }
  });
}

/** Ends an execution in a stage. */
export function endExecution(
  file: ExecutionFile,
  stage: string,
  status: 'Failed' | 'Stopped',
) {
  file.change(draft => {
    draft.status = status;
    if (draft.stages[stage] === 'InProgress' || !draft.waiting)
      draft.stages[stage] = status;
    if (draft.stop && status === 'Stopped')
      draft.statusSummary = draft.stop.reason;
    for (const condition of draft.conditions ?? []) {
      if (condition.status !== 'InProgress') continue;
      condition.status = draft.stop?.abandon ? 'Abandoned' : 'Cancelled';
      condition.updated = file.now();
    }
  });
}

function supersede(file: ExecutionFile, id: string, by: string) {
  file.change(draft => {
    draft.status = 'Superseded';
    draft.statusSummary = `Superseded by ${by}`;
  }, id);
}
