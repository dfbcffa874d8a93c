import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import { migrate, Stores } from '../../plugins/release-backend/src/store';
import { Boundary, keyOf, When } from './lib/boundaries';
import { openFile } from './lib/engine';
import { accountOf, makeBucket, Target } from './lib/estate';
import { ECS_FLOWS, Flow, LAMBDA_FLOWS } from './lib/flows';
import type { Part, Proof } from './lib/part';
import type { Task } from './lib/protocol';
import { doubled, lost, Trace, traceOf } from './lib/record';
import { WorkerProcess } from './lib/WorkerProcess';

const FLOWS = [...LAMBDA_FLOWS, ...ECS_FLOWS];
void LAMBDA_FLOWS;

/** Rollouts that die together. */
const BATCH = 24;

interface Case {
  flow: Flow;
  task: Task;
  target: Target;
  point?: Boundary;
  when?: When;
}

/** The sandbox, databases and rollouts that cases are made of. */
class Cases {
  #count = 0;

  constructor(
    private readonly sandbox: RunningSandbox,
    private readonly folder: string,
  ) {}

  async prepare(): Promise<void> {
    const knex = openFile(this.#file('empty'));
    await migrate(knex);
    await knex.destroy();
  }

  async make(flow: Flow, point?: Boundary, when?: When): Promise<Case> {
    this.#count += 1;
    const id = `case-${this.#count}`;
    const account = accountOf(id);
    await makeBucket(this.sandbox, account);
    const target = await flow.make(this.sandbox, account);
    const file = this.#file(id);
    copyFileSync(this.#file('empty'), file);
    const record = flow.rollout(target, Date.now());
    const knex = openFile(file);
    await new Stores(knex).commit({
      at: record.requestedAt,
      evidence: [],
      opens: record,
    });
    await knex.destroy();
    const task: Task = {
      id,
      file,
      account,
      rolloutId: record.id,
      acts: flow.acts,
      stop: point && when && { key: keyOf(point), when },
    };
    return { flow, task, target, point, when };
  }

  trace({ target, task }: Case): Promise<Trace> {
    return traceOf(this.sandbox, target, task.file, task.rolloutId);
  }

  #file(name: string): string {
    return join(this.folder, `${name}.sqlite`);
  }
}

/** Where one flow can die, and what it leaves when it does not. */
async function plainRun(cases: Cases, flow: Flow, worker: WorkerProcess) {
  const one = await cases.make(flow);
  const [outcome] = await worker.carry([one.task]);
  if (outcome.stopped) throw new Error(`${flow.name} stopped by itself.`);
  const trace = await cases.trace(one);
  const { met } = outcome.end;
  return { flow, met, trace, wanted: flow.wants(one.target) };
}

type Plain = Awaited<ReturnType<typeof plainRun>>;

const whensOf = (point: Boundary): When[] =>
  point.kind === 'intent' || point.kind === 'commit'
    ? ['before', 'inside', 'after']
    : ['before', 'after'];

/** Kills at each point in turn: one process dies with a batch, the next one takes it over. */
async function killAll(
  cases: Cases,
  url: string,
  points: { flow: Flow; point: Boundary; when: When }[],
  proof: Proof,
): Promise<{ killed: Case[]; unreached: Case[] }> {
  const killed: Case[] = [];
  const unreached: Case[] = [];
  let dead: Case[] = [];
  for (let from = 0; from < points.length || dead.length; from += BATCH) {
    const batch = await Promise.all(
      points
        .slice(from, from + BATCH)
        .map(({ flow, point, when }) => cases.make(flow, point, when)),
    );
    const worker = new WorkerProcess(url);
    const outcomes = await worker.carry([
      ...batch.map(one => one.task),
      ...dead.map(({ task }) => ({
        ...task,
        stop: undefined,
        takesOver: true,
      })),
    ]);
    await worker.kill();
    killed.push(...dead);
    dead = batch.filter((_, index) => outcomes[index].stopped);
    unreached.push(...batch.filter((_, index) => !outcomes[index].stopped));
    proof.say(
      `${Math.min(from + BATCH, points.length)} of ${points.length} kills`,
    );
  }
  return { killed, unreached };
}

type Row = Record<string, string | number>;

/** One row of the matrix: what the kills of a flow did to it. */
async function judge(
  cases: Cases,
  { flow, trace: plain, met }: Plain,
  killed: Case[],
  proof: Proof,
): Promise<Row> {
  const found = { double: 0, lost: 0, stuck: 0, wrong: 0 };
  for (const one of killed) {
    const trace = await cases.trace(one);
    const { point, when } = one;
    const say = (what: string) =>
      proof.say(
        `${flow.name}, killed ${when} ${point?.name} (${point?.state}): ${what}`,
      );
    const twice = doubled(trace, plain);
    const missing = lost(trace, plain);
    if (twice.length) say(`written twice: ${twice.join(', ')}`);
    if (missing.length) say(missing.join('; '));
    if (trace.stuck) say(`stuck: ${trace.stuck}`);
    found.double += twice.length;
    found.lost += missing.length ? 1 : 0;
    found.stuck += trace.stuck ? 1 : 0;
    if (trace.state !== flow.ends || trace.traffic !== flow.wants(one.target)) {
      found.wrong += 1;
      say(`ended ${trace.state} on ${trace.traffic}`);
    }
  }
  const of = (...kinds: Boundary['kind'][]) =>
    met.filter(one => kinds.includes(one.kind)).length;
  return {
    flow: flow.name,
    intents: of('intent'),
    commits: of('commit', 'record'),
    'AWS reads': of('aws-read'),
    'AWS writes': of('aws-write'),
    kills: killed.length,
    'double writes': found.double,
    'lost records': found.lost,
    stuck: found.stuck,
    'wrong end': found.wrong,
  };
}

const part: Part = {
  claim:
    'a process that dies anywhere in a rollout doubles no write, loses no record and leaves nothing stuck (SC-X1)',

  async prove(proof) {
    const sandbox = await startSandbox();
    proof.onEnd(() => sandbox.close());
    // CloudFormation works in the sandbox's own time.
    const ticking = setInterval(() => sandbox.clock.advance(5_000), 50);
    proof.onEnd(() => clearInterval(ticking));
    const cases = new Cases(sandbox, proof.folder);
    await cases.prepare();

    const plains: Plain[] = [];
    const first = new WorkerProcess(sandbox.url);
    const flows = FLOWS.filter(flow => !proof.quick || flow.slice);
    for (const flow of flows) {
      plains.push(await plainRun(cases, flow, first));
      const { trace, wanted } = plains[plains.length - 1];
      const holds = trace.state === flow.ends && trace.traffic === wanted;
      proof.check(
        `${flow.name}, undisturbed`,
        holds,
        `${trace.state} on ${trace.traffic}`,
      );
    }
    await first.kill();

    const points = plains.flatMap(({ flow, met }) =>
      met
        .filter(
          point => !proof.quick || /^(intent|aws-write)$/.test(point.kind),
        )
        .flatMap(point => whensOf(point).map(when => ({ flow, point, when }))),
    );
    const { killed, unreached } = await killAll(
      cases,
      sandbox.url,
      points,
      proof,
    );
    const rows: Row[] = [];
    for (const plain of plains) {
      const own = killed.filter(one => one.flow === plain.flow);
      rows.push(await judge(cases, plain, own, proof));
    }
    proof.table('Kills by flow', rows);
    const missed = unreached.filter(({ point }) => !point?.poll);
    for (const { flow, point, when } of missed) {
      proof.say(`${flow.name}: never came ${when} ${point && keyOf(point)}`);
    }
    const sum = (column: string) =>
      rows.reduce((total, row) => total + Number(row[column]), 0);
    const none = (column: string) =>
      proof.check(
        `0 ${column}`,
        sum(column) === 0,
        `${sum(column)} in ${killed.length} kills`,
      );
    none('double writes');
    none('lost records');
    none('stuck');
    none('wrong end');
    proof.check(
      'every boundary was reached',
      missed.length === 0,
      `${points.length - missed.length} of ${points.length}; ${
        unreached.length - missed.length
      } were polls that AWS made needless`,
    );
  },
};

export default part;
