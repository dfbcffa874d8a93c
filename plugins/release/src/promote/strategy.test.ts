import { formOf, strategyOf } from './strategy';

describe('the strategy form', () => {
  it('sends one step for a canary and equal steps for linear, never one of 100 %', () => {
    expect(strategyOf({ type: 'canary', percent: 10, minutes: 15 })).toEqual({
      type: 'canary',
      steps: [{ weight: 0.1, bakeSeconds: 900 }],
    });
    expect(
      strategyOf({ type: 'linear', percent: 50, minutes: 1 }).steps,
    ).toEqual([{ weight: 0.5, bakeSeconds: 60 }]);
    expect(
      strategyOf({ type: 'linear', percent: 40, minutes: 1 }).steps.map(
        step => step.weight,
      ),
    ).toEqual([0.4, 0.8]);
  });

  it('reads back what it sends', () => {
    const form = { type: 'canary', percent: 25, minutes: 5 } as const;
    expect(formOf(strategyOf(form))).toEqual(form);
  });
});
