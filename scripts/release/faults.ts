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
const PAGING = [
  'EXTERNAL_CHANGE',
  'ROLLBACK_FAILED',
  'ROLLED_BACK_UNVERIFIED',
  'PAUSED',
];
const BATCH = 24;

interface Site {
  plain: Plain;
  /** The call, and the state of the rollout that makes it. */
  call: string;
  fault: string;
  plan: FaultPlan;
}

/** Each call of a flow, once for each state that makes it. */
function sitesOf(plain: Plain, quick: boolean): Site[] {
  const calls = new Map<string, { point: Boundary; target: string }>();
  for (const point of plain.met) {
    const isWrite = point.kind === 'aws-write';
    if (!isWrite && (quick || point.kind !== 'aws-read')) continue;
    const add = (target: string) => {
      const call = `${target} (${point.state})`;
      if (!calls.has(call)) calls.set(call, { point, target });
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
  const { state, traffic, stuck } = trace;
  const wanted = flow.wants(target);
  const isBack = traffic === target.live.id || traffic === target.before?.id;
  if (!trace.chainHolds) return undefined;
  if (state === 'SUCCEEDED') return traffic === wanted ? 'success' : undefined;
  if (state === 'ROLLED_BACK') {
    const back = target.before?.id ?? target.live.id;
    return traffic === back ? 'rolled back' : undefined;
  }
  if (state === 'BLOCKED') return isBack ? 'blocked, nothing moved' : undefined;
  if (PAGING.includes(state)) return `pages: ${state}`;
  // Not over: it has to say what it waits for, and be put before a person.
  return stuck && trace.pages ? `pages: ${state}` : undefined;
}

async function runAll(
  cases: Cases,
  awsUrl: string,
  sites: Site[],
  proof: Proof,
): Promise<{ site: Site; one: Case; trace: Trace }[]> {
  const done: { site: Site; one: Case; trace: Trace }[] = [];
  for (let from = 0; from < sites.length; from += BATCH) {
    const batch = sites.slice(from, from + BATCH);
    const made = await Promise.all(
      batch.map(({ plain, plan }) => cases.make(plain.flow, { fault: plan })),
    );
    const worker = new WorkerProcess(awsUrl);
    await worker.carry(made.map(one => one.task));
    await worker.kill();
    for (const [index, one] of made.entries()) {
      done.push({ site: batch[index], one, trace: await cases.trace(one) });
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
    const sites = plains.flatMap(plain => sitesOf(plain, proof.quick));
    const done = await runAll(cases, sandbox.url, sites, proof);
    let wrong = 0;
    for (const plain of plains) {
      const rows = new Map<string, Record<string, string>>();
      for (const { site, one, trace } of done) {
        if (site.plain !== plain) continue;
        const verdict = verdictOf(one, trace);
        if (!verdict) {
          wrong += 1;
          proof.say(
            `${plain.flow.name}, ${site.call}, ${site.fault}: ${
              trace.state
            } on ${trace.traffic}, ${trace.stuck ?? 'over'}`,
          );
        }
        const row = rows.get(site.call) ?? { call: site.call };
        row[site.fault] = verdict ?? `WRONG: ${trace.state}`;
        rows.set(site.call, row);
      }
      proof.table(plain.flow.name, [...rows.values()]);
    }
    proof.check(
      'no rollout says done when it is not, or waits where nobody looks',
      wrong === 0,
      `${wrong} of ${done.length}`,
    );
  },
};

export default part;
