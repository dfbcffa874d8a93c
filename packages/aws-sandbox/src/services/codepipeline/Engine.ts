import { randomBytes, randomUUID } from 'node:crypto';
import type { ActionDeclaration } from '@aws-sdk/client-codepipeline';
import type { CallAs, Sandbox } from '../../core';
import { DRIVERS } from './actions';
import {
  failed,
  type ActionDriver,
  type ActionRun,
  type Progress,
} from './actions/driver';
import {
  activeActions,
  executionsOf,
  pipelinesOf,
  providerOf,
  type ActionRecord,
  type ExecutionRecord,
  type PipelineRecord,
} from './model';
import { resolveVariables } from './variables';

const TICK = 'codepipeline.tick';
const DEFAULT_POLL_MS = 60_000;

const engines = new WeakMap<Sandbox, Engine>();

/**
 * Moves executions forward. It is level-triggered: `tick` reads what is stored,
 * does what follows from it and writes that down before and after each step, so
 * an execution goes on after a restart from where it was.
 *
 * Execution mode SUPERSEDED: one execution in a stage, at most one before it,
 * and a newer one takes the place of an older one that waits.
 *
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html
 */
export class Engine {
  readonly #turns = new Map<string, Promise<void>>();
  readonly #timers = new Map<string, string>();
  #closing = false;

  private constructor(private readonly sandbox: Sandbox) {
    sandbox.onClose(async () => {
      this.#closing = true;
      await Promise.all(this.#turns.values());
    });
  }

  static of(sandbox: Sandbox): Engine {
    const engine = engines.get(sandbox) ?? new Engine(sandbox);
    engines.set(sandbox, engine);
    return engine;
  }

  /** Registers the engine's jobs and takes up what an earlier process left. */
  begin() {
    this.sandbox.jobs.handle<{ account: string; pipeline: string }>(
      TICK,
      ({ account, pipeline }) => this.tick(account, pipeline),
    );
    for (const account of this.sandbox.accounts('codepipeline', 'pipelines')) {
      for (const { name } of pipelinesOf(this.sandbox, account).values()) {
        if (this.#open(account, name).length > 0) this.wake(account, name, 0);
      }
    }
  }

  /** Looks at a pipeline's executions after `delay` milliseconds at the latest. */
  wake(account: string, pipeline: string, delay = 0) {
    if (this.#closing) return;
    const key = `${account}/${pipeline}`;
    const earlier = this.#timers.get(key);
    if (earlier) this.sandbox.jobs.cancel(earlier);
    const at = new Date(this.sandbox.clock.now().getTime() + delay);
    this.#timers.set(
      key,
      this.sandbox.jobs.schedule(TICK, at, { account, pipeline }),
    );
  }

  /** Moves every open execution of a pipeline as far as it goes now. */
  tick(account: string, pipeline: string): Promise<void> {
    const key = `${account}/${pipeline}`;
    const turn = (this.#turns.get(key) ?? Promise.resolve())
      .then(() => this.#turn(account, pipeline))
      .catch(error =>
        this.sandbox.log.warn(`Pipeline ${key}: ${error?.stack ?? error}`),
      )
      .finally(() => {
        if (this.#turns.get(key) === turn) this.#turns.delete(key);
      });
    this.#turns.set(key, turn);
    return turn;
  }

  async #turn(account: string, pipeline: string) {
    let again = Infinity;
    for (let moved = true; moved && !this.#closing; ) {
      moved = false;
      again = Infinity;
      // The furthest goes first, so that it makes room for those behind it.
      for (const { id } of this.#open(account, pipeline)) {
        const step = new Step(this.sandbox, account, pipeline, id);
        while (!this.#closing && (await step.run())) moved = true;
        again = Math.min(again, step.again);
      }
    }
    if (Number.isFinite(again)) this.wake(account, pipeline, again);
  }

  #open(account: string, pipeline: string): ExecutionRecord[] {
    return executionsOf(this.sandbox, account, pipeline)
      .values()
      .filter(({ status }) => status === 'InProgress' || status === 'Stopping')
      .sort((a, b) => b.stage - a.stage || a.sequence - b.sequence);
  }
}

/** One execution's next moves. */
class Step {
  /** Milliseconds until it should be looked at again. */
  again = Infinity;

  constructor(
    private readonly sandbox: Sandbox,
    private readonly account: string,
    private readonly pipelineName: string,
    private readonly id: string,
  ) {}

  /** Does one move; answers whether there may be another. */
  async run(): Promise<boolean> {
    this.again = Infinity;
    const execution = this.#execution();
    if (!execution || !['InProgress', 'Stopping'].includes(execution.status))
      return false;
    if (execution.waiting) return this.#enter(execution);
    const stage = execution.declaration.stages?.[execution.stage];
    const name = stage?.name ?? '';
    const actions = activeActions(execution, name);

    const running = actions.filter(action => action.status === 'InProgress');
    if (execution.stop?.abandon) {
      for (const record of running) await this.#abandon(execution, record);
      this.#end(name, 'Stopped');
      return true;
    }
    let changed = false;
    for (const record of running) {
      changed = (await this.#advance(record)) || changed;
    }
    if (changed) return true;
    if (running.length > 0) return false;

    if (actions.some(action => action.status !== 'Succeeded')) {
      this.#end(name, 'Failed');
      return true;
    }
    if (execution.stop) {
      this.#end(name, 'Stopped');
      return true;
    }
    const open = (stage?.actions ?? []).filter(
      declaration =>
        !actions.some(action => action.action === declaration.name),
    );
    if (open.length === 0) {
      this.#leave(execution, name);
      return true;
    }
    const order = Math.min(...open.map(action => action.runOrder ?? 1));
    const next = open.filter(action => (action.runOrder ?? 1) === order);
    this.#change(draft => {
      draft.actions.push(
        ...next.map(action => this.#intend(draft, name, action)),
      );
    });
    this.#pipeline(draft => {
      for (const record of activeActions(
        this.#execution() as ExecutionRecord,
        name,
      )) {
        if (next.some(action => action.name === record.action)) {
          draft.latest[`${name}/${record.action}`] = {
            execution: this.id,
            action: record.id,
          };
        }
      }
    });
    return true;
  }

  /** Enters the next stage, or waits before it. */
  #enter(execution: ExecutionRecord): boolean {
    if (execution.status === 'Stopping') {
      const before =
        execution.declaration.stages?.[Math.max(0, execution.stage - 1)]?.name;
      this.#end(before ?? '', 'Stopped');
      return true;
    }
    const name = execution.declaration.stages?.[execution.stage]?.name ?? '';
    const pipeline = pipelinesOf(this.sandbox, this.account).get(
      this.pipelineName,
    );
    const all = executionsOf(this.sandbox, this.account, this.pipelineName);
    const stage = pipeline?.stages[name] ?? {};
    const current = stage.current ? all.get(stage.current) : undefined;
    const waits = stage.inbound ? all.get(stage.inbound) : undefined;
    if (
      waits &&
      waits.id !== this.id &&
      waits.status === 'InProgress' &&
      waits.waiting
    ) {
      const older = waits.sequence < execution.sequence ? waits : execution;
      const newer = older === waits ? execution : waits;
      this.#supersede(older.id, newer.id);
      if (older === execution) return false;
    }
    const overtaken = current && current.sequence > execution.sequence;
    if (overtaken) {
      this.#supersede(this.id, current.id);
      return false;
    }
    const occupied =
      current &&
      current.id !== this.id &&
      ['InProgress', 'Stopping'].includes(current.status) &&
      !current.waiting &&
      current.stage === execution.stage;
    if (occupied || stage.disabled) {
      this.#pipeline(draft => {
        draft.stages[name] = { ...draft.stages[name], inbound: this.id };
      });
      return false;
    }
    this.#pipeline(draft => {
      draft.stages[name] = {
        ...draft.stages[name],
        current: this.id,
        inbound: undefined,
      };
    });
    this.#change(draft => {
      draft.waiting = false;
      draft.stages[name] = 'InProgress';
    });
    return true;
  }

  #leave(execution: ExecutionRecord, name: string) {
    const last =
      execution.stage + 1 >= (execution.declaration.stages?.length ?? 0);
    this.#change(draft => {
      draft.stages[name] = 'Succeeded';
      if (last) draft.status = 'Succeeded';
      else {
        draft.stage += 1;
        draft.waiting = true;
      }
    });
  }

  #end(stage: string, status: 'Failed' | 'Stopped') {
    this.#change(draft => {
      draft.status = status;
      if (draft.stages[stage] === 'InProgress' || !draft.waiting)
        draft.stages[stage] = status;
      if (draft.stop && status === 'Stopped')
        draft.statusSummary = draft.stop.reason;
    });
  }

  #supersede(id: string, by: string) {
    const all = executionsOf(this.sandbox, this.account, this.pipelineName);
    const execution = all.get(id);
    if (!execution) return;
    all.set(id, {
      ...execution,
      status: 'Superseded',
      statusSummary: `Superseded by ${by}`,
      updated: this.#now(),
    });
  }

  /** The record of an action that is about to start. */
  #intend(
    execution: ExecutionRecord,
    stage: string,
    declaration: ActionDeclaration,
  ): ActionRecord {
    const now = this.#now();
    const bucket = execution.declaration.artifactStore?.location ?? '';
    return {
      id: randomUUID(),
      stage,
      action: declaration.name ?? '',
      status: 'InProgress',
      started: false,
      start: now,
      updated: now,
      configuration: { ...declaration.configuration },
      inputs: (declaration.inputArtifacts ?? []).flatMap(
        ({ name }) => execution.artifacts[name ?? ''] ?? [],
      ),
      outputs: (declaration.outputArtifacts ?? []).map(({ name = '' }) => ({
        name,
        bucket,
        key: `${execution.pipeline.slice(0, 20)}/${name.slice(
          0,
          10,
        )}/${randomBytes(5).toString('base64url').replace(/[-_]/g, 'x')}`,
      })),
    };
  }

  /** Starts or looks at one action; answers whether it has ended. */
  async #advance(record: ActionRecord): Promise<boolean> {
    let progress: Progress;
    try {
      const [run, driver] = this.#prepare(record);
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
    this.#change(draft => {
      const index = draft.actions.findIndex(({ id }) => id === record.id);
      // An approval may have been answered while its driver looked.
      if (draft.actions[index].status !== 'InProgress') return;
      const action: ActionRecord = {
        ...draft.actions[index],
        ...known,
        started: true,
        updated: this.#now(),
        ...(ended ? { token: undefined } : {}),
      };
      draft.actions[index] = action;
      if (action.status !== 'Succeeded') return;
      for (const output of action.outputs)
        draft.artifacts[output.name] = output;
      const namespace = this.#declaration(draft, action)?.namespace;
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
      const [run, driver] = this.#prepare(record);
      await driver.abandon?.(run);
    } catch (error) {
      this.sandbox.log.warn(
        `Abandoning ${record.action}: ${(error as Error).message}`,
      );
    }
    this.#change(draft => {
      const action = draft.actions.find(({ id }) => id === record.id);
      if (!action) return;
      action.status = 'Abandoned';
      action.token = undefined;
      action.updated = this.#now();
      action.summary = execution.stop?.reason;
    });
  }

  #prepare(record: ActionRecord): [ActionRun, ActionDriver] {
    const execution = this.#execution() as ExecutionRecord;
    const declaration = this.#declaration(execution, record);
    const driver = declaration && DRIVERS[providerOf(declaration)];
    if (!declaration || !driver)
      throw new Error(`Action ${record.action} cannot be run`);
    const pipeline = pipelinesOf(this.sandbox, this.account).get(
      this.pipelineName,
    );
    const configuration = resolveVariables(declaration.configuration ?? {}, {
      ...execution.namespaces,
      variables: execution.variables,
      codepipeline: {
        PipelineExecutionId: execution.id,
        PipelineName: execution.pipeline,
        PipelineArn: pipeline?.arn ?? '',
      },
    });
    if (
      JSON.stringify(configuration) !== JSON.stringify(record.configuration)
    ) {
      this.#change(draft => {
        const action = draft.actions.find(({ id }) => id === record.id);
        if (action) action.configuration = configuration;
      });
    }
    const region = declaration.region ?? pipeline?.region ?? 'us-east-1';
    const role = execution.declaration.roleArn;
    return [
      {
        sandbox: this.sandbox,
        region,
        execution,
        declaration,
        record: { ...record, configuration },
        as: asRole(role, this.account, execution.id, region),
        actionAs: asRole(
          declaration.roleArn ?? role,
          this.account,
          execution.id,
          region,
        ),
      },
      driver,
    ];
  }

  #declaration(execution: ExecutionRecord, record: ActionRecord) {
    return execution.declaration.stages
      ?.find(stage => stage.name === record.stage)
      ?.actions?.find(action => action.name === record.action);
  }

  #execution(): ExecutionRecord | undefined {
    return executionsOf(this.sandbox, this.account, this.pipelineName).get(
      this.id,
    );
  }

  #change(edit: (draft: ExecutionRecord) => void) {
    const draft = this.#execution();
    if (!draft) return;
    edit(draft);
    draft.updated = this.#now();
    executionsOf(this.sandbox, this.account, this.pipelineName).set(
      this.id,
      draft,
    );
  }

  #pipeline(edit: (draft: PipelineRecord) => void) {
    const pipelines = pipelinesOf(this.sandbox, this.account);
    const draft = pipelines.get(this.pipelineName);
    if (!draft) return;
    edit(draft);
    pipelines.set(this.pipelineName, draft);
  }

  #now(): string {
    return this.sandbox.clock.now().toISOString();
  }
}

/** A session of a role, as CodePipeline makes one for each execution. */
function asRole(
  role: string | undefined,
  account: string,
  execution: string,
  region: string,
): CallAs {
  const [, , , , roleAccount = account] = role?.split(':') ?? [];
  const name = role?.split('/').pop() ?? 'codepipeline';
  const sessionName = execution.replace(/-/g, '').slice(0, 32);
  return {
    account: roleAccount,
    region,
    principal: {
      arn: `arn:aws:sts::${roleAccount}:assumed-role/${name}/${sessionName}`,
      accessKeyId: roleAccount,
      sessionName,
      invokedBy: 'codepipeline.amazonaws.com',
    },
  };
}
