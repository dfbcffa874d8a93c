import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import { migrate, Stores } from '../../../plugins/release-backend/src/store';
import type { Boundary, When } from './boundaries';
import { openFile } from './engine';
import { accountOf, makeBucket, Target } from './estate';
import { Flow, FLOWS } from './flows';
import type { Proof } from './part';
import type { Task } from './protocol';
import { Trace, traceOf } from './record';
import { WorkerProcess } from './WorkerProcess';

/** One rollout of a flow, with an account and a database of its own. */
export interface Case {
  flow: Flow;
  task: Task;
  target: Target;
  point?: Boundary;
  when?: When;
}

/** Makes cases in a sandbox, and says what became of them. */
export class Cases {
  #count = 0;
  #making = 0;

  constructor(
    private readonly sandbox: RunningSandbox,
    private readonly folder: string,
  ) {}

  async prepare(): Promise<void> {
    const knex = openFile(this.#file('empty'));
    await migrate(knex);
    await knex.destroy();
  }

  async make(
    flow: Flow,
    more: Partial<Task> = {},
    where: { point?: Boundary; when?: When } = {},
  ): Promise<Case> {
    this.#count += 1;
    const id = `case-${this.#count}`;
    this.#making += 1;
    try {
      return await this.#make(id, flow, more, where);
    } finally {
      this.#making -= 1;
    }
  }

  /** Stacks are made in the sandbox's own time; no rollout is under way then. */
  async pass(): Promise<void> {
    if (this.#making > 0) await this.sandbox.clock.advance(5_000);
  }

  async #make(
    id: string,
    flow: Flow,
    more: Partial<Task>,
    where: { point?: Boundary; when?: When },
  ): Promise<Case> {
    const account = accountOf(id);
    await makeBucket(this.sandbox, account);
    const target = await flow.make(this.sandbox, account);
    const file = this.#file(id);
    copyFileSync(this.#file('empty'), file);
    const record = flow.rollout(target, this.sandbox.clock.now().getTime());
    const knex = openFile(file);
    await new Stores(knex).commit({
      at: record.requestedAt,
      evidence: [],
      opens: record,
    });
    await knex.destroy();
    const { acts } = flow;
    const task = { id, file, account, rolloutId: record.id, acts, ...more };
    return { flow, task, target, ...where };
  }

  trace({ target, task }: Case): Promise<Trace> {
    return traceOf(this.sandbox, target, task.file, task.rolloutId);
  }

  #file(name: string): string {
    return join(this.folder, `${name}.sqlite`);
  }
}

/** A sandbox whose time passes quickly, and the cases in it. */
export async function startCases(proof: Proof) {
  const sandbox = await startSandbox();
  proof.onEnd(() => sandbox.close());
  const cases = new Cases(sandbox, proof.folder);
  const ticking = setInterval(() => cases.pass(), 50);
  proof.onEnd(() => clearInterval(ticking));
  await cases.prepare();
  return { cases, sandbox };
}

/** A flow that nothing happens to: what it meets, and what it leaves. */
export interface Plain {
  flow: Flow;
  met: Boundary[];
  trace: Trace;
}

/** Runs each flow undisturbed, and checks that it ends as it should. */
export async function plainRuns(
  cases: Cases,
  awsUrl: string,
  proof: Proof,
): Promise<Plain[]> {
  const flows = FLOWS.filter(
    flow =>
      (!proof.quick || flow.slice) &&
      (!proof.only || [flow.driver, flow.name].includes(proof.only)),
  );
  const made = await Promise.all(flows.map(flow => cases.make(flow)));
  const worker = new WorkerProcess(awsUrl);
  try {
    const outcomes = await worker.carry(made.map(one => one.task));
    return await Promise.all(
      made.map(async (one, index): Promise<Plain> => {
        const { flow } = one;
        const outcome = outcomes[index];
        if (outcome.stopped) throw new Error(`${flow.name} stopped by itself.`);
        const trace = await cases.trace(one);
        proof.check(
          `${flow.name}, undisturbed`,
          trace.state === flow.ends && trace.traffic === flow.wants(one.target),
          `${trace.state} on ${trace.traffic.split('/').pop()}`,
        );
        return { flow, met: outcome.end.met, trace };
      }),
    );
  } finally {
    await worker.kill();
  }
}
