import { Boundary, keyOf, When } from './lib/boundaries';
import { Case, Cases, Plain, plainRuns, startCases } from './lib/cases';
import type { Flow } from './lib/flows';
import type { Part, Proof } from './lib/part';
import { doubled, lost } from './lib/record';
import { WorkerProcess } from './lib/WorkerProcess';

/** Rollouts that die together. */
const BATCH = 64;

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
        .map(({ flow, point, when }) =>
          cases.make(
            flow,
            { stop: { key: keyOf(point), when } },
            { point, when },
          ),
        ),
    );
    const worker = new WorkerProcess(url);
    // One after the other: the dead are not left alone for longer than a lease.
    await worker.carry(
      dead.map(({ task }) => ({ ...task, stop: undefined, takesOver: true })),
    );
    const outcomes = await worker.carry(batch.map(one => one.task));
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
      say(
        `ended ${trace.state} on ${trace.traffic}: ${
          trace.problem ?? 'no word'
        }`,
      );
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
    const { cases, sandbox } = await startCases(proof);
    const plains = await plainRuns(cases, sandbox.url, proof);

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
