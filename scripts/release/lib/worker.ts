// A process that holds only reconciler, stores and drivers, to be killed. It
// carries rollouts, each with a database, an account and a time of its own.
import { ActService } from '../../../plugins/release-backend/src/service/ActService';
import { keyOf } from './boundaries';
import { engineOf } from './engine';
import { SharedTime } from './SharedTime';
import type { Ended, FromWorker, Task, ToWorker } from './protocol';

const DANIEL = 'user:default/daniel.okafor';
/** Longer than a lease lasts. */
const LEASE_MS = 15_001;
const WAITING = ['EXTERNAL_CHANGE', 'ROLLBACK_FAILED'];
const TICKS = 400;
/** Looks at the same state, after which one a minute will do. */
const OFTEN = 10;
/** Looks after which a rollout is thought to get nowhere, and has half a day. */
const LOOKS = 30;
const HOURS = 12;
/** Virtual time that one look may let pass: a person's day is none of ours. */
const LONGEST_MS = 3_600_000;

const pauseAfter = (looks: number) => {
  if (looks > LOOKS) return LONGEST_MS;
  return looks > OFTEN ? 60_000 : 0;
};

const tell = (message: FromWorker) => process.send?.(message);

async function control<T>(path: string, body: object): Promise<T> {
  const response = await fetch(
    `${process.env.AWS_ENDPOINT_URL}/_sandbox/${path}`,
    { method: 'POST', body: JSON.stringify(body) },
  );
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as T;
}

const time = new SharedTime(async ms => {
  const { offsetSeconds } = await control<{ offsetSeconds: number }>('clock', {
    advanceSeconds: ms / 1000,
  });
  return offsetSeconds * 1000;
});

async function carry(task: Task): Promise<Ended | undefined> {
  const engine = engineOf({
    ...task,
    owner: `worker-${process.pid}`,
    now: () => time.now,
  });
  const { knex, stores, clock, reconciler, boundaries } = engine;
  const { stop, fault } = task;
  boundaries.reach = async (point, when) => {
    if (when === 'before' && fault && keyOf(point) === fault.key) {
      await control('faults', { ...fault.fault, account: task.account });
    }
    if (stop && when === stop.when && keyOf(point) === stop.key) {
      tell({ type: 'stopped', id: task.id });
      await time.never();
    }
  };
  await clock.setOffset(time.offset);
  const pass = async (ms: number) => {
    await time.until((await clock.now()) + ms);
    await clock.setOffset(time.offset);
  };
  const people = new ActService({ stores, clock, wake: () => {} });
  const acted = new Set(
    (await stores.evidence.ofRollout(task.rolloutId)).map(one => one.kind),
  );
  if (task.takesOver) await pass(LEASE_MS);
  let unmoved = 0;
  let record = await stores.rollouts.get(task.rolloutId);
  for (let tick = 0; tick < TICKS; tick++) {
    if (!record.nextRunAt || WAITING.includes(record.state)) break;
    const { state } = record;
    const act = task.acts.find(
      one =>
        one.state === state &&
        (!one.paused || record.pause) &&
        !acted.has(`act-${one.act}`),
    );
    if (act) {
      acted.add(`act-${act.act}`);
      const { hookId } = record.pause ?? {};
      record = await people.act(record, { act: act.act, hookId }, DANIEL);
    }
    const due = Date.parse(record.nextRunAt ?? '') - (await clock.now());
    // What gets nowhere is looked at ever more rarely, for half a day.
    const pause = pauseAfter(unmoved);
    if (unmoved > LOOKS + HOURS) break;
    if (due > 0) await pass(Math.min(Math.max(due, pause), LONGEST_MS));
    boundaries.state = record.state;
    await boundaries.follow(() => reconciler.tick(task.rolloutId));
    const next = await stores.rollouts.get(task.rolloutId);
    // Nothing came of it: somebody else has the lease, or the call failed.
    if (next.version === record.version) await pass(1_000);
    unmoved = next.state === state ? unmoved + 1 : 0;
    record = next;
  }
  await knex.destroy();
  return {
    state: record.state,
    over: !record.nextRunAt || WAITING.includes(record.state),
    met: [...boundaries.met.values()],
  };
}

process.on('message', ({ tasks }: ToWorker) => {
  for (const task of tasks) {
    time
      .with(() => carry(task))
      .then(
        end => end && tell({ type: 'ended', id: task.id, end }),
        error =>
          tell({
            type: 'broke',
            id: task.id,
            error: String(error?.stack ?? error),
          }),
      );
  }
});
// Whoever started it is gone: so is this.
process.on('disconnect', () => process.exit(0));
process.send?.({ type: 'ready' });
