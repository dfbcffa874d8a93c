import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import { Harness, STAGE } from '../__testUtils__/harness';
import { Poller } from './Poller';
import type { TargetReader } from './TargetReader';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
jest.setTimeout(60_000);

const target = (number: number): TargetRef => ({
  arn: `arn:aws:lambda:us-east-1:222222222222:function:one-${number}:live`,
  kind: 'lambda-alias',
  stage: STAGE,
  component: `one-${number}`,
  stackName: `svc-one-${number}`,
});
const componentsOf = (length: number) =>
  Array.from({ length }, (_, number) => ({
    entityRef: `component:default/one-${number}`,
    name: `one-${number}`,
    title: `one-${number}`,
    targets: [target(number)],
  }));
const components = componentsOf(12);

describe.each(databases.eachSupportedId())('a sweep on %s', engine => {
  async function sweepers(
    read: (arn: string, h: Harness) => Promise<void>,
    { intervalMs = 15_000, all = components } = {},
  ) {
    const h = await Harness.create(await databases.init(engine));
    const poller = (owner: string) =>
      new Poller({
        stores: h.stores,
        clock: h.clock,
        components: async () => all,
        logger: mockServices.logger.mock(),
        owner,
        intervalMs,
        releases: { read: async () => {} },
        recordOf: async () => undefined,
        reader: {
          read: async (_entity: string, one: TargetRef) => read(one.arn, h),
        } as unknown as TargetReader,
      });
    return { h, poller };
  }

  it('keeps its lane for longer than a lease lasts (INV-04)', async () => {
    const readBy: string[] = [];
    const others: Poller[] = [];
    // Longer than a lease in all, and shorter while one prolonging is under way.
    const all = componentsOf(30);
    const { h, poller } = await sweepers(
      async arn => {
        readBy.push(arn);
        h.now += 5_000;
        // Another replica tries in the middle of it.
        if (readBy.length === 20) await others[0].sweep();
      },
      { all },
    );
    others.push(poller('second'));
    await poller('first').sweep();
    expect(readBy).toHaveLength(all.length);
    expect(new Set(readBy).size).toBe(all.length);
  });

  it('ends where another replica has taken its lane over', async () => {
    const readBy: string[] = [];
    const lane = `poll:${STAGE.accountId}/${STAGE.region}`;
    let taken: Promise<unknown> | undefined;
    const { h, poller } = await sweepers(async arn => {
      readBy.push(arn);
      // The process stood still for ten minutes, and another one took over.
      taken ??= h.stores.leases
        .take(lane, 'second', h.now + 600_000, 60_000)
        .then(() => {
          h.now += 600_000;
        });
      await taken;
    });
    await poller('first').sweep();
    expect(readBy.length).toBe(3);
    // And the lease of the other one is left alone.
    const again = await h.stores.leases.take(lane, 'third', h.now, 60_000);
    expect(again).toBeUndefined();
  });

  it('reads the other accounts again while one does not answer', async () => {
    const slow = {
      ...target(1),
      arn: 'arn:aws:lambda:us-east-1:333333333333:function:slow:live',
      stage: { ...STAGE, accountId: '333333333333' },
    };
    const readBy: string[] = [];
    let answer = () => {};
    const silent = new Promise<void>(resolve => {
      answer = resolve;
    });
    const { poller } = await sweepers(
      async arn => {
        readBy.push(arn);
        if (arn === slow.arn) await silent;
      },
      {
        intervalMs: 50,
        all: [components[0], { ...components[1], targets: [slow] }],
      },
    );
    const one = poller('first');
    const quick = components[0].targets[0].arn;
    const timesRead = (arn: string) =>
      readBy.filter(read => read === arn).length;
    while (timesRead(quick) < 2) await one.sweep();
    expect(timesRead(slow.arn)).toBe(1);
    answer();
    while (timesRead(slow.arn) < 2) await one.sweep();
    one.stop();
    const before = readBy.length;
    await one.sweep();
    expect(readBy).toHaveLength(before);
  });

  it('passes over what another replica has just read, and begins with what waits longest', async () => {
    let readBy: string[] = [];
    const { h, poller } = await sweepers(async (arn, { stores }) => {
      readBy.push(arn);
      const key = { arn, entityRef: 'component:default/one', stage: 'qa' };
      const { version } = await stores.targets.beginReading(key);
      h.now += 1_000;
      const asOf = new Date(h.now).toISOString();
      await stores.commit({
        at: asOf,
        evidence: [],
        facts: { ...key, version, facts: { asOf } },
      });
    });
    const sweep = async (owner: string) => {
      readBy = [];
      await poller(owner).sweep();
      return readBy;
    };
    expect(new Set(await sweep('first')).size).toBe(components.length);
    // Three were read longer ago than three quarters of the interval.
    h.now += 3_000;
    const again = await sweep('second');
    expect(again).toHaveLength(3);
    h.now += 60_000;
    const third = await sweep('second');
    expect(third).toHaveLength(components.length);
    const early = third.slice(0, 6);
    expect(early.filter(arn => again.includes(arn))).toEqual([]);
  });
});
