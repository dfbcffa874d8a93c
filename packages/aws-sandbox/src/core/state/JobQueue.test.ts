import { JobQueue } from './JobQueue';
import { JsonState } from './JsonState';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HOUR = 3_600_000;
const log = { info: () => {}, warn: () => {} };

describe('JobQueue', () => {
  let directory: string;
  const queues: JobQueue[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'jobs-'));
  });

  afterEach(async () => {
    for (const queue of queues.splice(0)) await queue.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  function open() {
    const state = new JsonState(directory);
    const queue = new JobQueue(
      state.store('sandbox', 'all', 'jobs'),
      state.store('sandbox', 'all', 'clock'),
      log,
    );
    queues.push(queue);
    return { state, queue };
  }

  it('runs what falls due in the order of time, each at its own moment', async () => {
    const { queue } = open();
    const ran: [string, number][] = [];
    const begun = queue.now().getTime();
    queue.handle<{ name: string }>('note', async ({ name }) => {
      ran.push([name, Math.round((queue.now().getTime() - begun) / HOUR)]);
      if (name === 'first') {
        queue.schedule('note', new Date(begun + 2 * HOUR), { name: 'child' });
      }
    });
    queue.start();
    queue.schedule('note', new Date(begun + 3 * HOUR), { name: 'last' });
    queue.schedule('note', new Date(begun + HOUR), { name: 'first' });
    queue.schedule('note', new Date(begun + 9 * HOUR), { name: 'too late' });
    await queue.advance(4 * HOUR);
    expect(ran).toEqual([
      ['first', 1],
      ['child', 2],
      ['last', 3],
    ]);
    expect(Math.round(queue.offset / HOUR)).toBe(4);
  });

  it('keeps offset and jobs over a restart', async () => {
    const before = open();
    before.queue.handle('note', async () => {});
    before.queue.start();
    await before.queue.advance(HOUR);
    before.queue.schedule(
      'note',
      new Date(before.queue.now().getTime() + HOUR),
      {
        name: 'kept',
      },
    );
    await before.queue.stop();
    before.state.flush();

    const { queue } = open();
    expect(queue.offset).toBe(HOUR);
    const ran: string[] = [];
    queue.handle<{ name: string }>('note', async ({ name }) => {
      ran.push(name);
    });
    queue.start();
    await queue.advance(2 * HOUR);
    expect(ran).toEqual(['kept']);
  });

  it('runs a job once though the clock is moved by two at a time', async () => {
    const { queue } = open();
    let runs = 0;
    queue.handle('count', async () => {
      runs += 1;
      await new Promise(resolve => setTimeout(resolve, 5));
    });
    queue.start();
    queue.schedule('count', new Date(queue.now().getTime() + 10), {});
    await Promise.all([queue.advance(HOUR), queue.advance(HOUR), queue.idle()]);
    expect(runs).toBe(1);
    expect(queue.offset).toBe(2 * HOUR);
  });

  it('does not wait for a job that always comes back and takes longer than its period', async () => {
    const { queue } = open();
    const at = (delay: number) => new Date(queue.now().getTime() + delay);
    const again = () => queue.schedule('slow', at(10), {});
    queue.handle('slow', async () => {
      again();
      const end = Date.now() + 30;
      while (Date.now() < end);
    });
    let isFollowed = false;
    queue.handle('first', async () => {
      queue.schedule('next', queue.now(), {});
    });
    queue.handle('next', async () => {
      isFollowed = true;
    });
    queue.start();
    again();
    queue.schedule('first', at(90), {});
    await queue.advance(100);
    expect(isFollowed).toBe(true);
    await queue.stop();
  });

  it('goes on after a job that fails, and refuses to go back', async () => {
    const { queue } = open();
    const ran: string[] = [];
    queue.handle('bad', async () => {
      throw new Error('no');
    });
    queue.handle('good', async () => {
      ran.push('good');
    });
    queue.schedule('bad', queue.now(), {});
    queue.schedule('good', queue.now(), {});
    await queue.advance(1);
    expect(ran).toEqual(['good']);
    await expect(queue.advance(-1)).rejects.toThrow('only moves forward');
  });

  it('lets a seed begin in the past, while no work waits', async () => {
    const { queue } = open();
    queue.beginAt(new Date('2026-01-01T00:00:00Z'));
    await queue.advance(HOUR);
    expect(queue.now().toISOString().slice(0, 13)).toBe('2026-01-01T01');
    queue.schedule('later', new Date(Date.now() + HOUR), {});
    expect(() => queue.beginAt(new Date())).toThrow('no work waits');
  });
});
