import type { StageDeclaration } from '@aws-sdk/client-codepipeline';
import { assumeActionRole } from './actionRole';
import { failed, type ActionRun, type Progress } from './actions/driver';
import { intendAction, prepareAction } from './actionRun';
import { checkCondition, type Verdict } from './conditions';
import { declarationOf, type ExecutionFile } from './ExecutionFile';
import {
  activeActions,
  isOpen,
  type ActionRecord,
  type ConditionKind,
  type ExecutionRecord,
} from './model';
import { retryStage } from './retry';
import { rollBackAutomatically } from './rollback';
import { endExecution, enterStage, leaveStage } from './stages';

const DEFAULT_POLL_MS = 60_000;

/** One execution's next moves. */
export class Step {
  /** Milliseconds until it should be looked at again. */
  again = Infinity;

  constructor(private readonly file: ExecutionFile) {}

  /** Does one move; answers whether there may be another. */
  async run(): Promise<boolean> {
    this.again = Infinity;
    const execution = this.file.read();
    if (!execution || !isOpen(execution)) return false;
    if (execution.waiting) return enterStage(this.file, execution);
    const stage = execution.declaration.stages?.[execution.stage];
    if (!stage) return false;
    const name = stage.name ?? '';
    const actions = activeActions(execution, name);

    const running = actions.filter(action => action.status === 'InProgress');
    if (execution.stop?.abandon) {
      for (const record of running) await this.#abandon(execution, record);
      endExecution(this.file, name, 'Stopped');
      return true;
    }
    let changed = false;
    for (const record of running) {
      changed = (await this.#advance(record)) || changed;
    }
    if (changed) return true;
    if (running.length > 0) return false;

    if (actions.some(action => action.status !== 'Succeeded')) {
      return this.#fails(execution, stage);
    }
    if (execution.stop) {
      endExecution(this.file, name, 'Stopped');
      return true;
    }
    const entry = await this.#check(stage, 'BEFORE_ENTRY');
    if (entry === 'waits') return false;
    if (entry === 'SKIP') leaveStage(this.file, execution, name, 'Skipped');
    else if (entry !== 'met') endExecution(this.file, name, 'Failed');
    if (entry !== 'met') return true;
    const open = (stage.actions ?? []).filter(
      declaration =>
        !actions.some(action => action.action === declaration.name),
    );
    if (open.length === 0) return this.#succeeds(execution, stage);
    const order = Math.min(...open.map(action => action.runOrder ?? 1));
    const next = open.filter(action => (action.runOrder ?? 1) === order);
    this.file.change(draft => {
      draft.actions.push(
        ...next.map(action =>
          intendAction(this.file.now(), draft, name, action),
        ),
      );
    });
    this.file.changePipeline(draft => {
      for (const record of activeActions(
        this.file.read() as ExecutionRecord,
        name,
      )) {
        if (next.some(action => action.name === record.action)) {
          draft.latest[`${name}/${record.action}`] = {
            execution: this.file.id,
            action: record.id,
          };
        }
      }
    });
    return true;
  }

  async #check(stage: StageDeclaration, kind: ConditionKind): Promise<Verdict> {
    const { verdict, again } = await checkCondition(this.file, stage, kind);
    this.again = Math.min(this.again, again);
    return verdict;
  }

  /** All actions have succeeded: whether the stage has, its condition says. */
  async #succeeds(
    execution: ExecutionRecord,
    stage: StageDeclaration,
  ): Promise<boolean> {
    const name = stage.name ?? '';
    const verdict = await this.#check(stage, 'ON_SUCCESS');
    if (verdict === 'waits') return false;
    if (verdict === 'met') {
      leaveStage(this.file, execution, name);
      return true;
    }
    endExecution(this.file, name, 'Failed');
    if (verdict === 'ROLLBACK') {
      rollBackAutomatically(this.file, execution, name);
    }
    return true;
  }

  /** An action has failed: its stage is retried once, rolled back, or fails. */
  async #fails(
    execution: ExecutionRecord,
    stage: StageDeclaration,
  ): Promise<boolean> {
    const name = stage.name ?? '';
    const verdict = execution.stop
      ? 'met'
      : await this.#check(stage, 'ON_FAILURE');
    if (verdict === 'waits') return false;
    if (
      verdict === 'RETRY' &&
      !execution.retries?.[name]?.autoStageRetryAttempt
    ) {
      const mode = stage.onFailure?.retryConfiguration?.retryMode;
      this.file.change(draft =>
        retryStage(draft, name, mode, 'AutomatedStageRetry'),
      );
      return true;
    }
    endExecution(this.file, name, 'Failed');
    if (verdict === 'ROLLBACK') {
      rollBackAutomatically(this.file, execution, name);
    }
    return true;
  }

  /** Starts or looks at one action; answers whether it has ended. */
  async #advance(record: ActionRecord): Promise<boolean> {
    let progress: Progress;
    try {
      const [run, driver] = prepareAction(this.file, record);
      if (!record.started) await assumeOwnRole(run);
      progress = record.started
        ? await driver.poll(run)
        : await driver.start(run);
    } catch (error) {
      progress = failed('JobFailed', (error as Error).message);
    }
    const ended = progress.status !== 'InProgress';
    if (!ended)
      this.again = Math.min(this.again, progress.again ?? DEFAULT_POLL_MS);
    const { again: _again, source, ...facts } = progress;
    const known = Object.fromEntries(
      Object.entries(facts).filter(([, value]) => value !== undefined),
    );
    if (
      record.started &&
      !ended &&
      Object.keys(known).every(
        key =>
          key === 'status' ||
          JSON.stringify(known[key]) ===
            JSON.stringify(record[key as keyof ActionRecord]),
      )
    ) {
      return false;
    }
    this.file.change(draft => {
      const index = draft.actions.findIndex(({ id }) => id === record.id);
      // An approval may have been answered while its driver looked.
      if (draft.actions[index].status !== 'InProgress') return;
      const action: ActionRecord = {
        ...draft.actions[index],
        ...known,
        started: true,
        updated: this.file.now(),
        ...(ended ? { token: undefined } : {}),
      };
      draft.actions[index] = action;
      if (action.status !== 'Succeeded') return;
      for (const output of action.outputs)
        draft.artifacts[output.name] = output;
      const namespace = declarationOf(draft, action)?.namespace;
      if (namespace) draft.namespaces[namespace] = action.outputVariables ?? {};
      if (source) {
        draft.sources = [
          ...draft.sources.filter(
            other => other.actionName !== source.actionName,
          ),
          source,
        ];
      }
    });
    return ended;
  }

  async #abandon(execution: ExecutionRecord, record: ActionRecord) {
    try {
      const [run, driver] = prepareAction(this.file, record);
      await driver.abandon?.(run);
    } catch (error) {
      this.file.sandbox.log.warn(
        `Abandoning ${record.action}: ${(error as Error).message}`,
      );
    }
    this.file.change(draft => {
      const action = draft.actions.find(({ id }) => id === record.id);
      if (!action) return;
      action.status = 'Abandoned';
      action.token = undefined;
      action.updated = this.file.now();
      action.summary = execution.stop?.reason;
    });
  }
}

async function assumeOwnRole({
  sandbox,
  execution,
  declaration,
  as,
}: ActionRun) {
  if (!declaration.roleArn) return;
  await assumeActionRole(
    sandbox,
    {
      pipeline: execution.declaration.roleArn,
      action: declaration.roleArn,
      sessionName: as.principal?.sessionName ?? execution.id,
    },
    as,
  );
}
