import type { ExecutionFile } from './ExecutionFile';
import type { ExecutionRecord } from './model';

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
  const name = execution.declaration.stages?.[execution.stage]?.name ?? '';
  const pipeline = file.pipeline();
  const stage = pipeline?.stages[name] ?? {};
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
    if (older === execution) return false;
  }
  const overtaken = current && current.sequence > execution.sequence;
  if (overtaken) {
    supersede(file, file.id, current.id);
    return false;
  }
  const occupied =
    current &&
    current.id !== file.id &&
    ['InProgress', 'Stopping'].includes(current.status) &&
    !current.waiting &&
    current.stage === execution.stage;
  if (occupied || stage.disabled) {
    file.changePipeline(draft => {
      draft.stages[name] = { ...draft.stages[name], inbound: file.id };
    });
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

/** Ends a stage well: on to the next one, or the execution has succeeded. */
export function leaveStage(
  file: ExecutionFile,
  execution: ExecutionRecord,
  name: string,
) {
  const last =
    execution.stage + 1 >= (execution.declaration.stages?.length ?? 0);
  file.change(draft => {
    draft.stages[name] = 'Succeeded';
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
  });
}

function supersede(file: ExecutionFile, id: string, by: string) {
  file.change(draft => {
    draft.status = 'Superseded';
    draft.statusSummary = `Superseded by ${by}`;
  }, id);
}
