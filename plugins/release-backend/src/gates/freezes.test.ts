import { ConfigReader } from '@backstage/config';
import { freezeAt, freezesUntil, readFreezes } from './freezes';

const read = (more: object) =>
  readFreezes(
    new ConfigReader({
      freezes: [
        {
          name: 'Night',
          start: '2026-01-01T22:00',
          timeZone: 'America/New_York',
          rrule: 'FREQ=DAILY',
          duration: { hours: 8 },
          ...more,
        },
      ],
    }),
    ['qa', 'prod'],
  );
const at = (time: string) => Date.parse(time);

describe('a freeze', () => {
  it('keeps its hours on the wall when summer time begins and ends (SC-X8)', () => {
    const night = read({});
    // New York is UTC-5 until 8 March 2026 and UTC-4 after it.
    expect(freezeAt(night, 'prod', at('2026-03-07T02:30:00Z'))).toBeUndefined();
    expect(freezeAt(night, 'prod', at('2026-03-07T03:00:00Z'))).toMatchObject({
      from: '2026-03-07T03:00:00.000Z',
    });
    expect(freezeAt(night, 'prod', at('2026-03-10T01:59:59Z'))).toBeUndefined();
    expect(freezeAt(night, 'prod', at('2026-03-10T02:00:00Z'))).toMatchObject({
      from: '2026-03-10T02:00:00.000Z',
      until: '2026-03-10T10:00:00.000Z',
    });
    expect(freezeAt(night, 'prod', at('2026-03-10T10:00:00Z'))).toBeUndefined();
    // Days are days of the calendar: 23 hours long when the clock goes forward.
    const weekend = read({
      start: '2026-03-07T00:00',
      rrule: 'FREQ=WEEKLY;BYDAY=SA',
      duration: { days: 2 },
    });
    expect(freezeAt(weekend, 'prod', at('2026-03-08T12:00:00Z'))).toMatchObject(
      { from: '2026-03-07T05:00:00.000Z', until: '2026-03-09T04:00:00.000Z' },
    );
  });

  it('holds on the stages it names, once where it has no rule', () => {
    const once = read({ rrule: undefined, stages: ['prod'] });
    const open = at('2026-01-02T04:00:00Z');
    expect(freezeAt(once, 'prod', open)?.policy).toBe('hold');
    expect(freezeAt(once, 'qa', open)).toBeUndefined();
    expect(freezeAt(once, 'prod', open + 86_400_000)).toBeUndefined();
    expect(freezesUntil(once, at('2025-12-30T00:00:00Z'), open)).toHaveLength(
      1,
    );
    expect(freezesUntil(once, open + 86_400_000, open * 2)).toEqual([]);
  });

  it.each([
    [{ timeZone: 'Mars/Olympus' }, /timeZone/],
    [{ rrule: 'FREQ=SOMETIMES' }, /rrule/],
    [{ start: 'tomorrow' }, /start/],
    [{ stages: ['production'] }, /production/],
    [{ policy: 'ignore' }, /policy/],
  ])('that is wrong stops the start and names its key: %j', (more, message) => {
    expect(() => read(more)).toThrow(message);
    expect(() => read(more)).toThrow(/release\.freezes\[0\]/);
  });
});
