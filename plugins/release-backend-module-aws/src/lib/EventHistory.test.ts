import { EventHistory, ReadEvents } from './EventHistory';

const DAY_MS = 86_400_000;
const PAGE = 50;

/** A trail with events at these times, and how it was asked. */
function trail() {
  let now = 1_000 * DAY_MS;
  const times: number[] = [];
  const lookups: { from: number; to?: number; token?: string }[] = [];
  const failures: Error[] = [];
  const events: ReadEvents<{ at: string }> = async (range, token) => {
    lookups.push({ ...range, token });
    const failure = failures.pop();
    if (failure) throw failure;
    const { from, to = Infinity } = range;
    const found = times
      .map((time, id) => ({ id, time }))
      .filter(({ time }) => time >= from && time <= to && time <= now)
      .sort((a, b) => b.time - a.time || b.id - a.id);
    const start = Number(token ?? 0);
    const page = found.slice(start, start + PAGE);
    const end = start + PAGE;
    return {
      told: new Map(
        page.map(({ id, time }) => [
          `${id}`,
          { at: new Date(time).toISOString() },
        ]),
      ),
      oldest: page.at(-1)?.time,
      next: end < found.length ? `${end}` : undefined,
    };
  };
  const history = new EventHistory(events, () => now);
  return {
    history,
    times,
    lookups,
    failures,
    now: () => now,
    pass: (ms: number) => {
      now += ms;
    },
    /** So many events, evenly over the days before now. */
    busy: (count: number, days: number) => {
      for (let i = 0; i < count; i++) {
        times.push(now - Math.floor((i * days * DAY_MS) / count));
      }
    },
  };
}

describe('events of CloudTrail', () => {
  it('are all of 90 days in a calm account, which is asked once a minute', async () => {
    const t = trail();
    t.busy(40, 89);
    t.times.push(t.now() - 91 * DAY_MS);
    const { told, readBackTo } = await t.history.read();
    expect(told.size).toBe(40);
    expect(readBackTo).toBeUndefined();
    await Promise.all([t.history.read(), t.history.read()]);
    expect(t.lookups).toHaveLength(1);
  });

  it('say how far back they were read in a busy account, and are read on until the end', async () => {
    const t = trail();
    t.busy(2_000, 89);
    const first = await t.history.read();
    expect(Date.parse(first.readBackTo ?? '')).toBeGreaterThan(
      t.now() - 30 * DAY_MS,
    );
    const ends = [first.readBackTo];
    let last = first;
    while (last.readBackTo) {
      t.pass(5 * 60_000);
      t.times.push(t.now() - 1_000);
      last = await t.history.read();
      if (last.readBackTo) ends.push(last.readBackTo);
    }
    expect(last.told.size).toBe(t.times.length);
    expect([...ends].sort().reverse()).toEqual(ends);
    expect(ends.length).toBeLessThan(6);
  });

  it('hide no gap: what was not read between two readings counts as not read', async () => {
    const t = trail();
    t.busy(10, 89);
    expect((await t.history.read()).readBackTo).toBeUndefined();
    const before = t.now();
    t.pass(10 * DAY_MS);
    t.busy(900, 9);
    const after = await t.history.read();
    expect(Date.parse(after.readBackTo ?? '')).toBeGreaterThan(before);
    t.pass(5 * 60_000);
    expect((await t.history.read()).readBackTo).toBeUndefined();
  });

  it.each([1, 2, 3, 5, 8, 13])(
    'since the moment that they were read back to are all there, whatever happens (%s)',
    async seed => {
      const t = trail();
      let state = seed;
      // A small generator of numbers, the same for a seed.
      const upTo = (most: number) => {
        state = (state * 48_271) % 2_147_483_647;
        return state % most;
      };
      t.busy(upTo(3_000), 1 + upTo(89));
      for (let step = 0; step < 25; step++) {
        t.pass(upTo(3 * DAY_MS));
        t.busy(upTo(700), 0.01);
        if (upTo(4) === 0) t.failures.push(new Error('throttled'));
        const asked = t.now();
        const read = await t.history
          .read({ fresh: upTo(2) === 0 })
          .catch(() => undefined);
        if (!read) continue;
        const end = asked - 90 * DAY_MS;
        const from = Math.max(end, Date.parse(read.readBackTo ?? '') || 0);
        const missing = t.times.filter(
          (time, id) =>
            time >= from && time <= asked && !read.told.has(`${id}`),
        );
        expect(missing).toEqual([]);
        expect(
          [...read.told.values()].every(({ at }) => Date.parse(at) >= end),
        ).toBe(true);
      }
    },
  );

  it('are read again for a write that comes next, by all who wait for it at once', async () => {
    const t = trail();
    t.busy(5, 10);
    await t.history.read();
    t.times.push(t.now());
    expect((await t.history.read()).told.size).toBe(5);
    const fresh = await Promise.all(
      [1, 2, 3, 4].map(() => t.history.read({ fresh: true })),
    );
    expect(fresh.map(({ told }) => told.size)).toEqual([6, 6, 6, 6]);
    expect(t.lookups).toHaveLength(3);
  });

  it('that could not be read are asked for at the next call', async () => {
    const t = trail();
    t.busy(5, 10);
    t.failures.push(new Error('denied'));
    await expect(t.history.read()).rejects.toThrow('denied');
    expect((await t.history.read()).told.size).toBe(5);
  });
});
