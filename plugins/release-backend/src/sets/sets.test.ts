import { randomUUID } from 'node:crypto';
import { TestDatabases } from '@backstage/backend-test-utils';
import { Harness, OLD } from '../__testUtils__/harness';
import type { ReleaseSetRecord } from '../store/SetStore';
import { stateOf } from './stateOf';

const databases = TestDatabases.create();
jest.setTimeout(60_000);

const NOW_RUNS = { ...OLD, id: '2', contentHash: 'bad-hash' };
const arnOf = (name: string) =>
  `arn:aws:lambda:us-east-1:222222222222:function:${name}:live`;

/** A set that rolls back `names`, one list per turn. */
async function openSet(h: Harness, turns: string[][]) {
  const set: ReleaseSetRecord = {
    id: randomUUID(),
    version: 1,
    stage: 'qa',
    kind: 'rollback',
    requestedBy: 'user:default/daniel.okafor',
    requestedAt: new Date(h.now).toISOString(),
    idempotencyKey: randomUUID(),
    requestHash: 'hash',
    opened: true,
    members: turns.flatMap((names, order) =>
      names.map(name => ({
        request: { entityRef: `component:default/${name}`, order },
        order,
        name,
        entityRef: `component:default/${name}`,
        rolloutId: randomUUID(),
      })),
    ),
  };
  await h.stores.commit({ at: set.requestedAt, opensSet: set, evidence: [] });
  for (const { name, order, rolloutId } of set.members) {
    h.aws.runs(arnOf(name), NOW_RUNS);
    await h.open({
      id: rolloutId,
      kind: 'rollback',
      state: 'QUEUED',
      component: name,
      targetArn: arnOf(name),
      from: NOW_RUNS,
      returnTo: OLD,
      set: { id: set.id, order },
    });
  }
  return set;
}

/** Ticks all members in turn until nothing is due any more. */
async function run(h: Harness, set: ReleaseSetRecord) {
  const worker = h.worker();
  for (let i = 0; i < 40; i++) {
    for (const { rolloutId } of [...set.members].reverse()) {
      await h.run(rolloutId, { worker, ticks: 1 });
    }
  }
  const rollouts = await h.stores.rollouts.byIds(
    set.members.map(one => one.rolloutId),
  );
  const now = (await h.stores.sets.find(set.id))!;
  return {
    state: stateOf(now, rollouts),
    states: set.members.map(one => rollouts.get(one.rolloutId)?.state),
    problems: set.members.map(one => rollouts.get(one.rolloutId)?.problem),
    moved: h.aws.writes
      .filter(write => write.api === 'shift')
      .map(write => write.arn.split(':')[6]),
  };
}

describe.each(databases.eachSupportedId())('a release set on %s', engine => {
  it('moves its members in the declared order, those of one turn together', async () => {
    const h = await Harness.create(await databases.init(engine));
    const set = await openSet(h, [
      ['last-in'],
      ['left', 'right'],
      ['first-in'],
    ]);
    const end = await run(h, set);
    expect(end.states).toEqual(Array(4).fill('ROLLED_BACK'));
    expect(end.state).toBe('done');
    expect(end.moved[0]).toBe('last-in');
    expect(end.moved.slice(1, 3).sort()).toEqual(['left', 'right']);
    expect(end.moved[3]).toBe('first-in');
  });

  it('moves nothing after a member that did not end well', async () => {
    const h = await Harness.create(await databases.init(engine));
    const set = await openSet(h, [['a'], ['b'], ['c']]);
    h.aws.moveBehindOurBack(arnOf('b'), { ...OLD, id: '9' });
    const end = await run(h, set);
    expect(end.states).toEqual(['ROLLED_BACK', 'EXTERNAL_CHANGE', 'BLOCKED']);
    expect(end.problems[2]).toBe(
      'The release set stopped at b. Nothing has changed here.',
    );
    expect(end.moved).toEqual(['a']);
    expect(end.state).toBe('failed');
  });

  it('moves nothing more once it was stopped', async () => {
    const h = await Harness.create(await databases.init(engine));
    const set = await openSet(h, [['a'], ['b']]);
    await h.stores.commit({
      at: set.requestedAt,
      set: { ...set, stopped: { by: 'user:default/sofia.rossi', at: 'now' } },
      evidence: [],
    });
    const end = await run(h, set);
    expect(end.moved).toEqual([]);
    expect(end.states).toEqual(['BLOCKED', 'BLOCKED']);
  });

  it('does not wait for ever for a member that was never opened', async () => {
    const h = await Harness.create(await databases.init(engine));
    const set = await openSet(h, [['a'], ['b']]);
    const ghost = {
      ...set.members[0],
      name: 'ghost',
      order: 0,
      rolloutId: randomUUID(),
    };
    await h.stores.commit({
      at: set.requestedAt,
      set: { ...set, members: [ghost, ...set.members] },
      evidence: [],
    });
    const end = await run(h, set);
    expect(end.moved).toEqual(['a']);
    expect(end.states).toEqual(['ROLLED_BACK', 'BLOCKED']);
  });
});
