import { differenceOf, judge } from './judge';

const window = { from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:10:00Z' };
const reading = (
  [calls, errors]: [number, number],
  [stableCalls, stableErrors]: [number, number],
) => ({
  ...window,
  candidate: { calls, errors },
  stable: { calls: stableCalls, errors: stableErrors },
});
const step = { analysis: { tolerance: 0.05 } };

describe('the judgement of a canary', () => {
  it('agrees with published intervals', () => {
    // Newcombe 1998, table II (a), method 10: 56/70 against 48/80, at 1.96.
    const { low, high } = differenceOf(
      { calls: 70, errors: 56 },
      { calls: 80, errors: 48 },
      1.96,
    );
    expect(low).toBeCloseTo(0.0524, 4);
    expect(high).toBeCloseTo(0.3339, 4);
  });

  it('takes no data for inconclusive, on either side (SC-M3)', () => {
    expect(judge(reading([0, 0], [900, 0]), step)).toMatchObject({
      verdict: 'inconclusive',
      callsNeeded: expect.any(Number),
    });
    expect(judge(reading([900, 0], [0, 0]), step).verdict).toBe('inconclusive');
    expect(judge(reading([0, 0], [0, 0]), step).verdict).toBe('inconclusive');
  });

  it('says how many calls are still needed, and so many are enough (N8, SC-M6)', () => {
    const few = judge(reading([10, 0], [90, 0]), step);
    expect(few.verdict).toBe('inconclusive');
    expect(few.summary).toMatch(/too few calls/);
    const calls = 10 + (few.callsNeeded ?? 0);
    expect(judge(reading([calls, 0], [calls * 9, 0]), step).verdict).toBe(
      'pass',
    );
    expect(
      judge(reading([calls - 1, 0], [(calls - 1) * 9, 0]), step).verdict,
    ).toBe('inconclusive');
  });

  it('passes what is surely not worse, and fails what surely is (SC-M1, SC-M4)', () => {
    expect(judge(reading([400, 4], [3600, 36]), step).verdict).toBe('pass');
    expect(judge(reading([20, 12], [180, 1]), step).verdict).toBe('fail');
    expect(judge(reading([3, 3], [27, 0]), step).verdict).toBe('fail');
  });

  it('is not diluted by a bad stable version, and promises nothing that no call could bring (SC-M5)', () => {
    const worse = judge(reading([60, 6], [540, 27]), step);
    expect(worse.verdict).toBe('inconclusive');
    expect(worse.callsNeeded).toBeUndefined();
    expect(worse.summary).toMatch(/no number of calls/);
  });

  it('waits for the calls that the plan asks for', () => {
    const asked = judge(reading([30, 0], [0, 0]), { minRequests: 100 });
    expect(asked).toMatchObject({ verdict: 'inconclusive', callsNeeded: 70 });
    expect(judge(reading([100, 0], [0, 0]), { minRequests: 100 }).verdict).toBe(
      'pass',
    );
  });
});
