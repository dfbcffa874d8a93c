import { dueChecks } from './dueChecks';

const MINUTE = 60_000;
const options = Array.from({ length: 12 }, (_, index) => ({
  id: `${12 - index}`,
  contentHash: 'x',
}));

it('keeps every recorded revision checked, the newest most often, few at once (N5)', () => {
  const known: Parameters<typeof dueChecks>[1] = {};
  const checks: Record<string, number> = {};
  const unchecked: number[] = [];
  for (let now = 0; now <= 3 * 60 * MINUTE; now += MINUTE) {
    const due = dueChecks(options, known, now);
    expect(due.length).toBeLessThanOrEqual(4);
    for (const { id } of due) {
      known[id] = { checks: [], checkedAt: new Date(now).toISOString() };
      checks[id] = (checks[id] ?? 0) + 1;
    }
    unchecked.push(options.filter(({ id }) => !known[id]).length);
  }
  expect(unchecked.slice(0, 4)).toEqual([8, 4, 0, 0]);
  expect(checks['12']).toBeGreaterThanOrEqual(35);
  expect(checks['1']).toBeGreaterThanOrEqual(3);
  expect(checks['1']).toBeLessThanOrEqual(4);
});
