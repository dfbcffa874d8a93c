import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import type {
  RunInBackground,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';
import { ARN, Harness, OLD, STAGE } from '../__testUtils__/harness';
import { iso } from '../engine/model';
import { TargetActs } from '../service/TargetActs';
import { TargetReader } from './TargetReader';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
jest.setTimeout(60_000);

const NEWER = { id: '2', contentHash: 'new-hash', version: '1.1.0' };
const ENTITY = 'component:default/claims-api';
const target: TargetRef = {
  arn: ARN,
  kind: 'lambda-alias',
  stage: STAGE,
  component: 'claims-api',
  stackName: 'svc-claims-api',
};
const component = {
  entityRef: ENTITY,
  name: 'claims-api',
  title: 'claims-api',
  targets: [target],
};

describe.each(databases.eachSupportedId())('a reading on %s', engine => {
  async function setUp(before: (h: Harness) => void = () => {}) {
    const h = await Harness.create(await databases.init(engine));
    before(h);
    const inBackground = jest.fn((work: () => Promise<unknown>) => work());
    const carriers = {
      driver: () => h.aws.driver,
      stacks: () => h.aws.stacks,
      inBackground: inBackground as RunInBackground,
    };
    const reader = new TargetReader({
      stores: h.stores,
      clock: h.clock,
      carriers,
      stages: [{ ...STAGE, name: 'dev' }, STAGE],
      logger: mockServices.logger.mock(),
    });
    const acts = new TargetActs({
      stores: h.stores,
      clock: h.clock,
      carriers,
      pipelines: () => h.aws.pipelines,
      wake: () => {},
    });
    const facts = async () => (await h.stores.targets.facts([ARN])).get(ARN);
    const kinds = async () =>
      (await h.stores.evidence.query({})).records.map(one => one.kind);
    await reader.read(ENTITY, target);
    return { h, reader, acts, facts, kinds, inBackground };
  }

  it('lets rollouts go first where it is one of many, and not where somebody waits', async () => {
    const { reader, inBackground } = await setUp();
    expect(inBackground).not.toHaveBeenCalled();
    await reader.read(ENTITY, target, { shared: true });
    expect(inBackground).toHaveBeenCalledTimes(1);
  });

  it('says what AWS has and was not read of the past, and adds it once it was', async () => {
    const move = (id: string, day: number) => ({
      revision: { ...OLD, id },
      at: `2025-12-0${day}T00:00:00.000Z`,
      source: 'cloudtrail' as const,
    });
    const short = 'CloudTrail was read back to noon.';
    const problem = `${short} And no more. It is asked for again within the hour.`;
    const { h, reader, facts } = await setUp(({ aws }) => {
      aws.historyOf = [move('8', 2), move(OLD.id, 3)];
      aws.historyUnread = [short, 'And no more.'];
    });
    const known = async () => {
      const history = await h.stores.targets.history(ARN);
      const { historyProblem } = (await facts()) ?? {};
      return [history.map(one => one.revision.id).join(), historyProblem];
    };
    expect(await known()).toEqual([`8,${OLD.id}`, problem]);
    h.aws.historyOf = [move('7', 1), ...h.aws.historyOf];
    h.aws.historyUnread = [];
    h.now += 50 * 60_000;
    await reader.read(ENTITY, target);
    expect(await known()).toEqual([`8,${OLD.id}`, problem]);
    h.now += 11 * 60_000;
    h.aws.historyFails = new Error('throttled');
    await reader.read(ENTITY, target);
    expect(await known()).toEqual([`8,${OLD.id}`, problem]);
    h.aws.historyFails = undefined;
    h.now += 61 * 60_000;
    await reader.read(ENTITY, target);
    expect(await known()).toEqual([`7,8,${OLD.id}`, undefined]);
    // Nothing of this is a change that somebody made outside.
    expect((await facts())?.outsideChange).toBeUndefined();
  });

  it('that a rollback overlaps records no outside change', async () => {
    const { h, reader, facts, kinds } = await setUp();
    h.aws.runs(ARN, NEWER);
    h.now += 1_000;
    const at = iso(h.now);
    const entry = { revision: NEWER, from: at, source: 'careplane' as const };
    await h.stores.commit({
      at,
      evidence: [],
      move: { targetArn: ARN, entry },
    });
    h.now += 1_000;
    // AWS has answered with the newer one; then a rollback runs to its end.
    const { observe } = h.aws.driver;
    jest.spyOn(h.aws.driver, 'observe').mockImplementationOnce(async one => {
      const seen = await observe(one);
      const id = await h.open({ kind: 'rollback', from: NEWER, returnTo: OLD });
      expect((await h.run(id)).state).toBe('ROLLED_BACK');
      return seen;
    });
    await reader.read(ENTITY, target);
    expect((await facts())?.outsideChange).toBeUndefined();
    expect((await facts())?.observed?.stable?.id).toBe(OLD.id);
    expect(await kinds()).not.toContain('outside-change-seen');
    const history = await h.stores.targets.history(ARN);
    expect(history.map(one => one.revision.id)).toEqual(['1', '2', '1']);
  });

  it('names nobody for an outside change until AWS says who made that very move', async () => {
    const alice = {
      revision: OLD,
      at: '2025-12-03T00:00:00.000Z',
      actor: 'careplane-release/alice',
      source: 'cloudtrail' as const,
    };
    const { h, reader, facts } = await setUp(({ aws }) => {
      aws.historyOf = [alice];
    });
    h.aws.moveBehindOurBack(ARN, NEWER);
    h.now += 60_000;
    await reader.read(ENTITY, target);
    expect((await facts())?.outsideChange).toMatchObject({ to: NEWER });
    expect((await facts())?.outsideChange?.actor).toBeUndefined();
    // CloudTrail is behind by minutes.
    const bob = { ...alice, revision: NEWER, at: iso(h.now), actor: 'bob' };
    h.aws.historyOf = [alice, bob];
    h.now += 600_000;
    await reader.read(ENTITY, target);
    await reader.read(ENTITY, target);
    expect((await facts())?.outsideChange?.actor).toBe('bob');
    const { records } = await h.stores.evidence.query({});
    expect(
      records
        .filter(one => one.kind.startsWith('outside-change'))
        .map(one => [one.kind, one.actor]),
    ).toEqual([
      ['outside-change-actor-found', 'bob'],
      ['outside-change-seen', 'unknown'],
    ]);
  });

  it('does not bring back an outside change that a person has just adopted', async () => {
    const { h, reader, acts, facts, kinds } = await setUp();
    h.aws.moveBehindOurBack(ARN, NEWER);
    await reader.read(ENTITY, target);
    expect((await facts())?.outsideChange?.to.id).toBe('2');
    const describe = h.aws.stacks.describe;
    jest.spyOn(h.aws.stacks, 'describe').mockImplementationOnce(async one => {
      const seen = await describe(one);
      await acts.adopt(component, target, { reason: 'wanted' }, 'user:x/y');
      const adopted = await h.stores.rollouts.activeOn(ARN);
      expect(adopted).toBeUndefined();
      return seen;
    });
    await reader.read(ENTITY, target);
    expect(await facts()).toMatchObject({ adopted: '2' });
    expect((await facts())?.outsideChange).toBeUndefined();
    expect(
      (await kinds()).filter(kind => kind === 'outside-change-seen'),
    ).toHaveLength(1);
  });

  it('remembers when a period nobody told of was seen, and when its traffic was shared (SC-K8)', async () => {
    const { h, reader } = await setUp();
    const [start, step] = [h.now, 60_000];
    const after = (steps: number) => iso(start + steps * step);
    const read = async () => {
      h.now += step;
      await reader.read(ENTITY, target);
      return h.stores.targets.periods(ARN);
    };
    h.aws.target(ARN).candidate = { revision: NEWER, weight: 0.5 };
    const from = after(0);
    expect(await read()).toMatchObject([
      { seen: { from, shared: [{ from: after(0) }] } },
    ]);
    await read();
    h.aws.target(ARN).candidate = undefined;
    const shared = [{ from: after(0), to: after(3) }];
    expect(await read()).toMatchObject([{ seen: { from, shared } }]);
    await read();
    h.aws.moveBehindOurBack(ARN, NEWER);
    expect(await read()).toMatchObject([
      { to: after(5), seen: { from, to: after(4), shared } },
      { revision: { id: '2' }, seen: { from: after(5) } },
    ]);
  });

  it('and another at the same time record a move once', async () => {
    const { h, reader, kinds } = await setUp();
    h.aws.moveBehindOurBack(ARN, NEWER);
    await Promise.all(
      [1, 2, 3].map(() => reader.read(ENTITY, target, { shared: true })),
    );
    expect(
      (await kinds()).filter(kind => kind === 'outside-change-seen'),
    ).toHaveLength(1);
  });

  it('that ends after the target was adopted refuses to adopt what was seen before', async () => {
    const { h, reader, acts } = await setUp();
    h.aws.moveBehindOurBack(ARN, NEWER);
    await reader.read(ENTITY, target);
    const { observe } = h.aws.driver;
    jest.spyOn(h.aws.driver, 'observe').mockImplementationOnce(async one => {
      const seen = await observe(one);
      await reader.read(ENTITY, target);
      return seen;
    });
    await expect(
      acts.adopt(component, target, { reason: 'wanted' }, 'user:x/y'),
    ).rejects.toThrow(/has changed since it was read/);
    expect(await h.stores.rollouts.lastThatMoved(ARN)).toBeUndefined();
  });
});
