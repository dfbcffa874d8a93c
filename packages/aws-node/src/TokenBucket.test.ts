import fc from 'fast-check';
import { DefaultAwsBudgets } from './budgets';
import { QuotaGroup } from './quotas';
import { Lane, TokenBucket } from './TokenBucket';

const group: QuotaGroup = {
  id: 'lambda',
  rate: 9,
  burst: 1,
  reserve: 6,
  concurrency: 100,
};

/** Sends a call and notes when it started; the call ends at once. */
function send(bucket: TokenBucket, lane: Lane, log: [Lane, number][]) {
  return bucket.acquire(lane).then(
    release => {
      log.push([lane, performance.now()]);
      release();
    },
    () => {},
  );
}

describe('TokenBucket', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('never starts more calls in a window than planned plus the burst', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            lane: fc.constantFrom<Lane>('normal', 'rollback'),
            wait: fc.integer({ min: 0, max: 400 }),
          }),
          { maxLength: 60 },
        ),
        async calls => {
          const bucket = new TokenBucket(group);
          const log: [Lane, number][] = [];
          for (const { lane, wait } of calls) {
            void send(bucket, lane, log);
            await jest.advanceTimersByTimeAsync(wait);
          }
          await jest.advanceTimersByTimeAsync(20_000);
          expect(log).toHaveLength(calls.length);
          for (const [, from] of log) {
            const within = log.filter(
              ([, at]) => at >= from && at < from + 1000,
            );
            expect(within.length).toBeLessThanOrEqual(9 + 1 + 6 + 1);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('starts three rollback calls at once though reads have used up theirs (SC-X6)', async () => {
    const bucket = new TokenBucket(group);
    const log: [Lane, number][] = [];
    for (let i = 0; i < 50; i++) void send(bucket, 'normal', log);
    await jest.advanceTimersByTimeAsync(500);
    const before = performance.now();
    for (let i = 0; i < 3; i++) void send(bucket, 'rollback', log);
    await jest.advanceTimersByTimeAsync(0);
    expect(log.filter(([lane]) => lane === 'rollback')).toEqual(
      Array(3).fill(['rollback', before]),
    );
  });

  it('gives everything refilled to rollbacks while one waits (INV-29)', async () => {
    const bucket = new TokenBucket(group);
    const log: [Lane, number][] = [];
    for (let i = 0; i < 20; i++) void send(bucket, 'rollback', log);
    for (let i = 0; i < 5; i++) void send(bucket, 'normal', log);
    await jest.advanceTimersByTimeAsync(30_000);
    const order = log.map(([lane]) => lane);
    expect(order.slice(0, 20)).toEqual(Array(20).fill('rollback'));
    // The reserve is filled again before anyone else is served.
    const lastRollback = log[19][1];
    const firstRead = log[20][1];
    expect(firstRead - lastRollback).toBeGreaterThanOrEqual((7 / 9) * 1000 - 2);
  });

  it('lets every other call go before those of the background (INV-29)', async () => {
    const bucket = new TokenBucket(group);
    const log: [Lane, number][] = [];
    for (let i = 0; i < 50; i++) void send(bucket, 'background', log);
    await jest.advanceTimersByTimeAsync(1000);
    const before = log.length;
    for (let i = 0; i < 5; i++) void send(bucket, 'normal', log);
    await jest.advanceTimersByTimeAsync(10_000);
    const order = log.slice(before).map(([lane]) => lane);
    expect(order.slice(0, 5)).toEqual(Array(5).fill('normal'));
    expect(order.slice(5)).toHaveLength(50 - before);
  });

  it('refuses a call of the background that would wait too long', async () => {
    const bucket = new TokenBucket(
      { ...group, rate: 0.001, burst: 1, reserve: 0 },
      { maxWait: 2000 },
    );
    (await bucket.acquire('normal'))();
    const late = bucket.acquire('background').catch(error => error);
    await jest.advanceTimersByTimeAsync(1500);
    const read = bucket.acquire('normal').catch(error => error);
    await jest.advanceTimersByTimeAsync(500);
    await expect(late).resolves.toMatchObject({
      name: 'ServiceUnavailableError',
    });
    await jest.advanceTimersByTimeAsync(1500);
    await expect(read).resolves.toMatchObject({
      name: 'ServiceUnavailableError',
    });
  });

  it('does not make a rollback wait for calls that hang', async () => {
    const bucket = new TokenBucket({ ...group, burst: 5, concurrency: 2 });
    const started: string[] = [];
    for (const id of ['a', 'b', 'c']) {
      void bucket.acquire('normal').then(() => started.push(id));
    }
    await jest.advanceTimersByTimeAsync(5000);
    expect(started).toEqual(['a', 'b']);
    void bucket.acquire('rollback').then(() => started.push('rollback'));
    await jest.advanceTimersByTimeAsync(0);
    expect(started).toEqual(['a', 'b', 'rollback']);
  });

  it('refuses a read that would wait too long, and never a rollback', async () => {
    const bucket = new TokenBucket(
      { ...group, rate: 0.001, reserve: 0 },
      { maxWait: 2000 },
    );
    (await bucket.acquire('rollback'))();
    const read = bucket.acquire('normal').catch(error => error);
    const rollback = jest.fn();
    void bucket.acquire('rollback').then(rollback);
    await jest.advanceTimersByTimeAsync(2000);
    await expect(read).resolves.toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringContaining('planned number of AWS calls (lambda)'),
    });
    expect(rollback).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1_000_000);
    expect(rollback).toHaveBeenCalled();
  });
});

describe('DefaultAwsBudgets', () => {
  const call = {
    accountId: '333333333333',
    region: 'us-east-1',
    service: 'lambda',
    operation: 'GetAlias',
  };

  it('divides the plan by the share, and falls back 60 s after the last answer', () => {
    let now = 0;
    const budgets = new DefaultAwsBudgets({
      minimumShare: 0.2,
      maxWaitMs: 1000,
      now: () => now,
    });
    expect(budgets.share()).toBe(1);
    budgets.setShare(0.5);
    now = 60_000;
    expect(budgets.share()).toBe(0.5);
    now = 60_001;
    expect(budgets.share()).toBe(0.2);
    expect(() => budgets.setShare(0)).toThrow(RangeError);
    expect(() => budgets.setShare(1.5)).toThrow(RangeError);
  });

  it('keeps accounts and quota groups apart', async () => {
    const budgets = new DefaultAwsBudgets({ minimumShare: 1, maxWaitMs: 1000 });
    (await budgets.acquire(call))();
    (await budgets.acquire({ ...call, accountId: '222222222222' }))();
    (await budgets.acquire({ ...call, operation: 'GetFunction' }))();
    (
      await budgets.acquire({
        ...call,
        operation: 'ListAliases',
        lane: 'rollback',
      })
    )();
    expect(budgets.usage().map(u => [u.accountId, u.group])).toEqual([
      ['333333333333', 'lambda'],
      ['222222222222', 'lambda'],
      ['333333333333', 'lambda:GetFunction'],
    ]);
    expect(budgets.usage()[0].used).toBeGreaterThan(0.9);
  });
});
