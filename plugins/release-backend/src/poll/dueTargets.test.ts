import fc from 'fast-check';
import { dueTargets } from './dueTargets';

const NOW = Date.parse('2026-11-30T03:00:00.000Z');
const at = (secondsAgo: number) =>
  new Date(NOW - secondsAgo * 1000).toISOString();
const targets = ['a', 'b', 'c', 'd'].map(arn => ({ arn }));
const due = (triedAt: [string, string][]) =>
  dueTargets(targets, new Map(triedAt), NOW, 60_000).map(({ arn }) => arn);

describe('what a sweep reads', () => {
  it('begins with what was never tried, then with what waits longest', () => {
    expect(
      due([
        ['a', at(50)],
        ['b', at(600)],
        ['d', at(90)],
      ]),
    ).toEqual(['c', 'b', 'd', 'a']);
  });

  it('leaves out what another replica has just read', () => {
    expect(
      due([
        ['a', at(44)],
        ['b', at(45)],
        ['c', at(0)],
        ['d', at(-5)],
      ]),
    ).toEqual(['b']);
  });

  it('reads every target in turn, however short each sweep is cut', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 10 }),
        (count, perSweep) => {
          const all = Array.from({ length: count }, (_, i) => ({
            arn: `${i}`,
          }));
          const triedAt = new Map<string, string>();
          const sweeps = Math.ceil(count / perSweep);
          for (let sweep = 0; sweep < sweeps; sweep++) {
            const now = NOW + sweep * 60_000;
            for (const { arn } of dueTargets(all, triedAt, now, 60_000).slice(
              0,
              perSweep,
            )) {
              triedAt.set(arn, new Date(now).toISOString());
            }
          }
          expect(triedAt.size).toBe(count);
        },
      ),
    );
  });
});
