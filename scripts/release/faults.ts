import type { Boundary } from './lib/boundaries';
import { keyOf } from './lib/boundaries';
import { Case, Cases, Plain, plainRuns, startCases } from './lib/cases';
import type { Part, Proof } from './lib/part';
import type { FaultPlan } from './lib/protocol';
import type { Trace } from './lib/record';
import { WorkerProcess } from './lib/WorkerProcess';

/**
 * What AWS does, and how often: a storm of throttling or errors is over after
 * some attempts, a lost answer or a race is one, and what is denied or not
 * valid stays so.
 */
const FAULTS: Record<string, { kind: string; count?: number }> = {
  throttle: { kind: 'throttle', count: 4 },
  '5xx': { kind: 'error', count: 4 },
  'timeout after success': { kind: 'drop-response', count: 1 },
  'access denied': { kind: 'deny' },
  validation: { kind: 'validation' },
  conflict: { kind: 'conflict', count: 1 },
};

/** States that wait for a person, and are put before one. */
const PAGING = ['EXTERNAL_CHANGE', 'ROLLBACK_FAILED', 'PAUSED'];
const BATCH = 64;

interface Site {
  plain: Plain;
  /** The call, and the state of the rollout that makes it. */
  call: string;
  fault: string;
  plan: FaultPlan;
}

/**
 * Each call of a flow, once for each state that makes it. What other flows of
 * the same driver call in the same state is `known`.
 */
function sitesOf(plain: Plain, quick: boolean, known: Set<string>): Site[] {
  const calls = new Map<string, { point: Boundary; target: string }>();
  for (const point of plain.met) {
    const isWrite = point.kind === 'aws-write';
    if (!isWrite && (quick || point.kind !== 'aws-read')) continue;
    const add = (target: string) => {
      const call = `${target} (${point.state})`;
      const here = `${plain.flow.driver} ${call}`;
      if (known.has(here)) return;
      known.add(here);
      calls.set(call, { point, target });
    };
    add(point.name);
    // A write begins with the session that it is made in.
    if (isWrite && !quick) add('sts:AssumeRole');
  }
  return [...calls].flatMap(([call, { point, target }]) =>
    Object.entries(FAULTS).map(([fault, plan]): Site => {
      const [service, operation] = target.split(':');
      return {
        plain,
        call,
        fault,
        plan: { key: keyOf(point), fault: { ...plan, service, operation } },
      };
    }),
  );
}

/** How it ended; undefined where it says what is not so, or says nothing. */
function verdictOf(one: Case, trace: Trace): string | undefined {
  const { flow, target } = one;
  const { state, traffic, stuck, pages } = trace;
  const wanted = flow.wants(target);
  const isBack = traffic === target.live.id || traffic === target.before?.id;
  if (!trace.chainHolds) return undefined;
  // A rollout that is over leaves nothing that would move its target later.
  if (!stuck && trace.armed) return undefined;
  if (state === 'SUCCEEDED') return traffic === wanted ? 'success' : undefined;
  if (state === 'ROLLED_BACK') {
    const back = target.before?.id ?? target.live.id;
    return traffic === back ? 'rolled back' : undefined;
  }
  if (state === 'BLOCKED') return isBack ? 'blocked, nothing moved' : undefined;
  // Over, and told to people when it ended.
  if (state === 'ROLLED_BACK_UNVERIFIED') return `pages: ${state}`;
  if (PAGING.includes(state)) return pages ? `pages: ${state}` : undefined;
  // Not over: it has to say what it waits for, and be put before a person.
  return stuck && pages ? `pages: ${state}` : undefined;
}

interface Done {
  site: Site;
  /** Undefined where it is wrong. */
  verdict?: string;
  state: string;
}

async function runAll(
  cases: Cases,
  awsUrl: string,
  sites: Site[],
  proof: Proof,
): Promise<Done[]> {
  const done: Done[] = [];
  const worker = new WorkerProcess(awsUrl);
  proof.onEnd(() => worker.kill());
  for (let from = 0; from < sites.length; from += BATCH) {
    const batch = sites.slice(from, from + BATCH);
    const made = await Promise.all(
      batch.map(({ plain, plan }) => cases.make(plain.flow, { fault: plan })),
    );
    await worker.carry(made.map(one => one.task));
    for (const [index, one] of made.entries()) {
      const site = batch[index];
      const trace = await cases.trace(one);
      const verdict = verdictOf(one, trace);
      done.push({ site, verdict, state: trace.state });
      if (verdict) continue;
      proof.say(
        `${site.plain.flow.name}, ${site.call}, ${site.fault}: ${
          trace.state
        } on ${trace.traffic}, ${trace.stuck ?? 'over'}${
          trace.armed ? ', its schedule stands' : ''
        }`,
      );
    }
    proof.say(`${done.length} of ${sites.length} faults`);
  }
  return done;
}

const part: Part = {
  claim:
    'whatever AWS answers to any call, a rollout ends in success, is rolled back, or says by name what a person has to do (SC-E1)',

  async prove(proof) {
    const { cases, sandbox } = await startCases(proof);
    const plains = await plainRuns(cases, sandbox.url, proof);
    const known = new Set<string>();
    const sites = plains.flatMap(plain => sitesOf(plain, proof.quick, known));
    const done = await runAll(cases, sandbox.url, sites, proof);
    let wrong = 0;
    for (const plain of plains) {
      const rows = new Map<string, Record<string, string>>();
      for (const { site, verdict, state } of done) {
        if (site.plain !== plain) continue;
        if (!verdict) wrong += 1;
        const row = rows.get(site.call) ?? { call: site.call };
        row[site.fault] = verdict ?? `WRONG: ${state}`;
        rows.set(site.call, row);
      }
      if (rows.size) proof.table(plain.flow.name, [...rows.values()]);
    }
    proof.check(
      'no rollout says done when it is not, or waits where nobody looks',
      wrong === 0,
      `${wrong} of ${done.length}`,
    );
  },
};

export default part;
