import { relativeTime } from './format';

describe('how long ago', () => {
  const now = new Date('2026-11-23T12:00:00Z');
  const at = (seconds: number) => new Date(now.getTime() + seconds * 1_000);

  it('counts what is past', () => {
    expect(relativeTime(at(-6), now)).toBe('6 seconds ago');
    expect(relativeTime(at(-7_200), now)).toBe('2 hours ago');
  });

  it('never tells a time later than now, whatever the clocks say', () => {
    expect(relativeTime(at(0), now)).toBeUndefined();
    expect(relativeTime(at(6), now)).toBeUndefined();
    expect(relativeTime(at(900_000), now)).toBeUndefined();
  });
});
